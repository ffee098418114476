//! The event stream: a page that follows it ends like a page that was loaded.

use cordboard_domain::branch::Follows;
use cordboard_domain::id::ConversationId;
use cordboard_model::scripted::{ScriptStep, hold};
use cordboard_testkit::{TestApp, TestBuilder, TestPage};

/// Reads events until one carries `text`; gives their ids and data.
async fn read_until(
    page: &TestPage,
    conversation: ConversationId,
    last_event_id: Option<&str>,
    text: &str,
) -> Vec<(String, String)> {
    let url = format!("{}/conversations/{conversation}/events?after=0", page.base);
    let mut request = page.client.get(url);
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id);
    }
    let mut answer = page.send(request).await;
    let mut received = String::new();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        received.push_str(std::str::from_utf8(&chunk).unwrap());
        if received.contains(text) && received.ends_with("\n\n") {
            break;
        }
    }
    received.split("\n\n").filter(|event| event.contains("data:")).map(parse).collect()
}

fn parse(event: &str) -> (String, String) {
    let field = |name: &str| {
        event.lines().filter_map(|line| line.strip_prefix(name)).map(str::trim_start).collect::<Vec<_>>().join("\n")
    };
    (field("id:"), field("data:"))
}

async fn opened(rounds: Vec<Vec<ScriptStep>>) -> (TestApp, TestPage, ConversationId) {
    let app = TestBuilder::new(rounds).start().await;
    let conversation = app.conversation().await;
    let mut page = app.open().await;
    page.sign_in().await;
    (app, page, conversation)
}

#[tokio::test]
async fn an_answer_streams_while_it_is_written() {
    let (step, mut held) = hold();
    let (app, page, conversation) =
        opened(vec![vec![ScriptStep::text("First."), step, ScriptStep::text("\n\nSecond.")]]).await;
    let turn = app.engine.submit(conversation, app.owner, "hello").await.unwrap();
    assert!(held.reached().await);
    let begun = read_until(&page, conversation, None, "First.").await;
    assert!(begun.iter().any(|(_, data)| data.contains("hello")));
    held.release();
    app.settled(conversation, turn).await;
    let (last, _) = begun.last().unwrap();
    let rest = read_until(&page, conversation, Some(last), "Second.").await;
    let data: String = rest.iter().map(|(_, data)| data.as_str()).collect();
    assert!(!data.contains("First.") && !data.contains("class=\"said\""), "only what is new: {data}");
    assert!(data.contains("data-state=\"answered\""));
}

#[tokio::test]
async fn a_browser_that_has_everything_gets_nothing_again() {
    let (app, page, conversation) = opened(vec![vec![ScriptStep::text("One.")], vec![ScriptStep::text("Two.")]]).await;
    app.say(conversation, "first").await;
    let position = app.events(conversation).await.last().unwrap().position.to_string();
    app.say(conversation, "second").await;
    let news = read_until(&page, conversation, Some(&position), "Two.").await;
    let data: String = news.iter().map(|(_, data)| data.as_str()).collect();
    assert!(!data.contains("One.") && !data.contains("first"), "{data}");
}

#[tokio::test]
async fn a_browser_that_was_away_for_several_turns_gets_all_of_them() {
    let rounds = ["One.", "Two.", "Three."].map(|text| vec![ScriptStep::text(text)]).into();
    let (app, page, conversation) = opened(rounds).await;
    app.say(conversation, "first").await;
    let middle = app.events(conversation).await[1].position.to_string();
    app.say(conversation, "second").await;
    app.say(conversation, "third").await;
    let news = read_until(&page, conversation, Some(&middle), "Three.").await;
    let data: String = news.iter().map(|(_, data)| data.as_str()).collect();
    for text in ["One.", "second", "Two.", "third", "Three."] {
        assert!(data.contains(text), "{text} in {data}");
    }
    assert!(!data.contains("<p>first"), "{data}");
}

#[tokio::test]
async fn a_page_on_another_path_hears_that_the_newest_one_is_done() {
    let (step, mut held) = hold();
    let rounds = vec![vec![ScriptStep::text("One.")], vec![ScriptStep::text("Two."), step]];
    let (app, page, conversation) = opened(rounds).await;
    let first = app.say(conversation, "first").await;
    let again = app.engine.submit_after(conversation, app.owner, "again", Some(Follows::Beginning)).await.unwrap();
    assert!(held.reached().await);
    let url = format!("{}/conversations/{conversation}/events?after=0&turn={}", page.base, first.id);
    let mut answer = page.send(page.client.get(url)).await;
    let mut received = String::new();
    while !received.contains("Stop</button>") {
        received.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
    }
    held.release();
    app.settled(conversation, again).await;
    received.clear();
    while !received.contains("Send</button>") {
        received.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(!received.contains("Two."), "{received}");
}

#[tokio::test]
async fn a_stream_tells_nothing_after_its_session_ended() {
    let (step, mut held) = hold();
    let (app, page, conversation) =
        opened(vec![vec![ScriptStep::text("First."), step, ScriptStep::text("\n\nSecond.")]]).await;
    let turn = app.engine.submit(conversation, app.owner, "hello").await.unwrap();
    assert!(held.reached().await);
    let request = page.client.get(format!("{}/conversations/{conversation}/events?after=0", page.base));
    let mut answer = page.send(request).await;
    let mut received = String::new();
    while !received.contains("First.") {
        received.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert_eq!(page.post("/account/sign-out-everywhere", &[]).await.status(), 303);
    held.release();
    app.settled(conversation, turn).await;
    while let Some(chunk) = answer.chunk().await.unwrap() {
        received.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    assert!(!received.contains("Second."), "{received}");
}
