//! Confirmation cards: arguments that are changed and checked, calls that are decided together.

use cordboard_domain::call::CallState;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::ConversationId;
use cordboard_domain::time::SignedDuration;
use cordboard_domain::turn::Turn;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};
use serde_json::json;

use crate::support::owner;

const SPEC: &str = "openapi: 3.0.1\npaths: {/rooms: {post: {operationId: book, summary: Book a room, requestBody: {required: true, \
    content: {application/json: {schema: {type: object, required: [hotel, nights], properties: {hotel: {type: string, \
    description: Its <name>}, nights: {type: integer, maximum: 30}, view: {enum: [sea, street]}, notes: {type: string}}}}}}}}}";

/// A turn in which a model wants to book these hotels, for two nights each.
async fn waiting(hotels: &[&str]) -> (TestApp, TestPage, ConversationId, Turn) {
    let book = |hotel: &&str| ScriptStep::call(*hotel, "todo_book", json!({ "hotel": hotel, "nights": 2 }).to_string());
    let app = TestBuilder::new(vec![hotels.iter().map(book).collect(), vec![ScriptStep::text("Done.")]]).start().await;
    app.plugin.set_spec(SPEC);
    let conversation = app.conversation().await;
    let page = owner(&app).await;
    let turn = app.say(conversation, "book").await;
    (app, page, conversation, turn)
}

/// The paths of the questions that are open.
fn questions(conversation: ConversationId, turn: &Turn) -> Vec<String> {
    let open = turn.calls().filter_map(|call| match &call.state {
        CallState::AwaitingConfirmation { confirmation } => Some(confirmation.id),
        _ => None,
    });
    open.map(|id| format!("/conversations/{conversation}/turns/{}/confirmations/{id}", turn.id)).collect()
}

#[tokio::test]
async fn a_card_shows_every_argument_as_a_field_and_who_says_what() {
    let (app, page, conversation, _) = waiting(&["Rialto <b>"]).await;
    let html = page.html(&format!("/conversations/{conversation}")).await;
    for part in [
        "<q>Book a room</q>",
        "<strong>Cordboard checked:</strong>",
        &format!("goes to <strong>{}", app.plugin.origin()),
        "without an account of yours",
        "value=\"Rialto &lt;b&gt;\"",
        "name=\"argument.nights\" value=\"2\"",
        "<q>Its &lt;name&gt;</q>",
        "More that could be said (2)",
        "<option>sea</option>",
        "POST http",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("Always allow this"), "the plugin does not leave it to people");
}

#[tokio::test]
async fn what_is_written_into_a_card_is_checked_shown_and_sent() {
    let (app, page, conversation, turn) = waiting(&["Rialto"]).await;
    let question = questions(conversation, &turn).remove(0);
    let check = async |form: &[(&str, &str)]| page.post(&format!("{question}/check"), form).await.text().await.unwrap();
    let fits = check(&[("argument.nights", "3"), ("argument.view", "sea")]).await;
    assert!(fits.contains("data-valid=\"true\""), "{fits}");
    assert!(fits.contains("&quot;nights&quot;: 3") && fits.contains("&quot;view&quot;: &quot;sea&quot;"), "{fits}");
    for (name, value) in [("nights", "31"), ("nights", "many"), ("nights", ""), ("view", "garden")] {
        let unfit = check(&[(&format!("argument.{name}"), value)]).await;
        assert!(unfit.contains("data-valid=\"false\"") && unfit.contains(name), "{name}={value}: {unfit}");
    }
    assert_eq!(app.events(conversation).await.last().unwrap().sequence, turn.sequence, "checking stores nothing");

    let refused = page.post(&question, &[("decision", "allow"), ("argument.nights", "31")]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("nights"));
    assert!(app.plugin.received().is_empty());

    let sent = page.post(&question, &[("decision", "allow"), ("argument.nights", "3"), ("argument.view", "")]).await;
    assert_eq!(sent.status(), 303);
    app.settled(conversation, turn.id).await;
    assert_eq!(app.plugin.received()[0].body, r#"{"hotel":"Rialto","nights":3}"#);
    let html = page.html(&format!("/conversations/{conversation}")).await;
    assert!(html.contains("You changed: nights.") && html.contains("You allowed this on"), "{html}");
}

#[tokio::test]
async fn every_value_is_in_the_page_in_full_and_what_hides_is_marked() {
    for (hotel, shown) in [
        (format!("hi{}AND DELETE", " ".repeat(400)), "hi<span class=\"notation\">⟨400 blanks⟩</span>AND DELETE"),
        (format!("hi{}AND DELETE", "\u{a0}".repeat(400)), "⟨400 blank characters U+00A0⟩</span>AND DELETE"),
        (format!("hi{}AND DELETE", "\n".repeat(400)), "⟨400 line breaks⟩\n</span>AND DELETE"),
        ("a\tb".to_owned(), "a<span class=\"notation\">⇥</span>b"),
        ("trailing ".to_owned(), "trailing<span class=\"notation\">·</span></dd>"),
        ("pay\u{202e}lap".to_owned(), ">pay⟨U+202E⟩lap</dd>"),
        (format!("{}END", "word ".repeat(600)), "word word END</dd>"),
    ] {
        let (app, page, conversation, turn) = waiting(&[&hotel]).await;
        let html = page.html(&format!("/conversations/{conversation}")).await;
        assert!(html.contains(shown), "{shown} in {html}");
        let question = questions(conversation, &turn).remove(0);
        // A browser sends back what the field holds.
        let field = hotel.replace('\n', "\r\n");
        page.post(&question, &[("decision", "allow"), ("argument.hotel", &field)]).await;
        app.settled(conversation, turn.id).await;
        let expected = json!({ "hotel": hotel, "nights": 2 }).to_string();
        assert_eq!(app.plugin.received()[0].body, expected, "as it was");
    }
    let (_, page, conversation, _) = waiting(&["Rialto"]).await;
    assert!(!page.html(&format!("/conversations/{conversation}")).await.contains("in full"), "it is seen in its field");
}

#[tokio::test]
async fn the_second_decision_of_a_double_submit_finds_nothing() {
    let (app, page, conversation, turn) = waiting(&["Rialto"]).await;
    let question = questions(conversation, &turn).remove(0);
    let statuses = [
        page.post(&question, &[("decision", "allow")]).await.status(),
        page.post(&question, &[("decision", "allow")]).await.status(),
        page.post(&question, &[("decision", "decline")]).await.status(),
    ];
    assert_eq!(statuses.map(|status| status.as_u16()), [303, 409, 409]);
    app.settled(conversation, turn.id).await;
    assert_eq!(app.plugin.received().len(), 1);
}

#[tokio::test]
async fn a_card_that_nobody_decided_in_time_says_so_and_sends_nothing() {
    let (app, page, conversation, turn) = waiting(&["Rialto"]).await;
    let question = questions(conversation, &turn).remove(0);
    app.clock.advance(SignedDuration::from_hours(25));
    assert_eq!(page.post(&question, &[("decision", "allow")]).await.status(), 303);
    app.settled(conversation, turn.id).await;
    let html = page.html(&format!("/conversations/{conversation}")).await;
    assert!(html.contains("so the question expired. Nothing was sent"), "{html}");
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn calls_that_wait_are_decided_together() {
    let (app, page, conversation, turn) = waiting(&["Rialto", "Lido", "Giudecca"]).await;
    let path = format!("/conversations/{conversation}/turns/{}/confirmations", turn.id);
    let seen: Vec<String> = questions(conversation, &turn);
    let ids: Vec<&str> = seen.iter().take(2).filter_map(|question| question.rsplit('/').next()).collect();
    assert!(page.html(&format!("/conversations/{conversation}")).await.contains("3 calls wait."));
    let form = [("decision", "allow"), ("waiting", &ids.join(" "))];
    assert_eq!(page.post(&path, &form).await.status(), 303);
    let turn = app.settled(conversation, turn.id).await;
    assert_eq!((app.plugin.received().len(), turn.outcome.clone()), (2, None), "what was not listed waits on");

    let last = questions(conversation, &turn).remove(0);
    let id = last.rsplit('/').next().unwrap();
    let changed = [("decision", "allow"), ("waiting", id), (&format!("{id}.argument.nights"), "31")];
    assert_eq!(page.post(&path, &changed).await.status(), 422, "what the card shows is what counts");
    let form = [("decision", "decline"), ("word", "no"), ("waiting", last.rsplit('/').next().unwrap())];
    assert_eq!(page.post(&path, &form).await.status(), 303);
    assert_eq!(app.settled(conversation, turn.id).await.outcome, Some(TurnOutcome::Answered));
    assert_eq!(app.plugin.received().len(), 2);
    assert_eq!(page.post(&path, &form).await.status(), 409);
}
