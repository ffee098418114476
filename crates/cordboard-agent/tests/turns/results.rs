//! Large and broken results: the model sees a bounded part, reads on, and is told what to make of errors.

use std::fmt::Write as _;

use cordboard_domain::branch::Follows;
use cordboard_domain::call::CallState;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{Message, ToolOutcome};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{TestApp, TestBuilder};
use serde_json::Value;

fn list() -> Vec<ScriptStep> {
    vec![ScriptStep::call("c1", "todo_getTodos", "{}")]
}

fn read(arguments: &str) -> Vec<ScriptStep> {
    vec![ScriptStep::call("c2", "read_result", arguments)]
}

fn done() -> Vec<ScriptStep> {
    vec![ScriptStep::text("Done.")]
}

/// At least so many bytes of todos, with a total at the end.
fn todos(bytes: usize) -> String {
    let mut body = "{\"todos\":[".to_owned();
    let mut count = 0;
    while body.len() < bytes {
        let comma = if count > 0 { "," } else { "" };
        write!(body, "{comma}{{\"id\":{count},\"title\":\"todo number {count}\",\"note\":\"{}\"}}", "n".repeat(900))
            .unwrap();
        count += 1;
    }
    write!(body, "],\"total\":{count}}}").unwrap();
    body
}

/// Content, note and outcome of the last tool message of a request.
fn told(app: &TestApp, request: usize) -> (String, String, ToolOutcome) {
    let requests = app.model.requests();
    let Some(Message::Tool { content, note, outcome, .. }) = requests[request].messages.last() else { panic!() };
    (content.clone(), note.clone(), *outcome)
}

async fn ask(app: &TestApp) -> Turn {
    let conversation = app.conversation().await;
    app.say(conversation, "list").await
}

#[tokio::test]
async fn a_36_mb_result_does_not_hurt_and_the_model_reads_on() {
    let rounds = vec![
        list(),
        read(r#"{"result": "r1", "path": "$.todos", "offset": 30000, "limit": 2}"#),
        read(r#"{"result": "r1", "path": "$.total"}"#),
        done(),
    ];
    let app = TestBuilder::new(rounds).start().await;
    let body = todos(36_000_000);
    let count = body.matches("\"id\"").count();
    app.plugin.answer_with(200, "application/json", body);
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));

    let (content, note, _) = told(&app, 1);
    let seen: Value = serde_json::from_str(&content).unwrap();
    assert_eq!(seen["total"], count);
    assert!(content.chars().count() <= 8192 * 3 / 2, "{}", content.len());
    assert!(note.contains("read more of it with `read_result` and `result` = \"r1\"."), "{note}");
    let (content, note, _) = told(&app, 2);
    let page: Value = serde_json::from_str(&content).unwrap();
    assert_eq!((page.as_array().unwrap().len(), &page[1]["id"]), (2, &Value::from(30_001)));
    assert!(note.starts_with("These are items 30000 to 30001 of"), "{note}");
    assert_eq!(told(&app, 3).0, count.to_string());

    for request in app.model.requests() {
        assert!(serde_json::to_string(&request).unwrap().len() < 8192 * 3, "the prompt is bounded");
    }
    for event in app.events(conversation).await {
        assert!(serde_json::to_string(&event).unwrap().len() < 120_000, "journal rows are bounded");
    }
    assert_eq!(app.plugin.received().len(), 1, "reading on asks the plugin nothing");
}

#[tokio::test]
async fn the_tool_is_offered_only_when_there_is_something_to_read() {
    let app = TestBuilder::new(vec![list(), done(), done()]).start().await;
    let conversation = app.conversation().await;
    let offered = |app: &TestApp, request: usize| {
        app.model.requests()[request].tools.iter().any(|tool| tool.name == "read_result")
    };
    app.plugin.answer_with(200, "application/json", todos(100_000));
    app.say(conversation, "list").await;
    assert_eq!((offered(&app, 0), offered(&app, 1)), (false, true));
    app.say(conversation, "and now?").await;
    assert!(offered(&app, 2), "later turns read on too");

    let app = TestBuilder::new(vec![list(), done()]).start().await;
    ask(&app).await;
    assert!(!offered(&app, 1));
}

#[tokio::test]
async fn what_the_model_gets_wrong_it_is_told() {
    let table = [
        (r#"{"result": "r9"}"#, "There is no result `r9`"),
        (r#"{"result": "the first"}"#, "There is no result `the first`"),
        (r#"{"path": "$"}"#, "The arguments do not fit: missing field `result`"),
        (r#"{"result": "r1", "page": 2}"#, "The arguments do not fit: unknown field `page`"),
        (r#"{"result": "r1", "path": "$.todos["}"#, "`$.todos[` is not a JSONPath"),
        (r#"{"result": "r1", "search": "unicorn"}"#, "`unicorn` does not occur there."),
    ];
    for (arguments, expected) in table {
        let app = TestBuilder::new(vec![list(), read(arguments), done()]).start().await;
        app.plugin.answer_with(200, "application/json", todos(50_000));
        let turn = ask(&app).await;
        let (content, _, outcome) = told(&app, 2);
        assert!(content.starts_with(expected) && outcome == ToolOutcome::Failed, "{arguments}: {content}");
        assert!(matches!(turn.calls().nth(1).unwrap().state, CallState::AnsweredByHost { .. }));
    }
}

#[tokio::test]
async fn reading_on_counts_as_a_call() {
    let rounds = std::iter::once(list()).chain((0..20).map(|_| read(r#"{"result": "r1"}"#))).collect();
    let app = TestBuilder::new(rounds).start().await;
    app.plugin.answer_with(200, "application/json", todos(50_000));
    let turn = ask(&app).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::CallLimit { limit: 8 }));
    let window = 8192 * 3;
    for request in app.model.requests() {
        assert!(serde_json::to_string(&request.messages).unwrap().len() < window, "many results share the window");
    }
}

#[tokio::test]
async fn results_of_another_conversation_are_out_of_reach() {
    let app = TestBuilder::new(vec![list(), done(), read(r#"{"result": "r1"}"#), done()]).start().await;
    app.plugin.answer_with(200, "application/json", todos(50_000));
    ask(&app).await;
    ask(&app).await;
    assert!(told(&app, 3).0.starts_with("There is no result `r1`"));
}

#[tokio::test]
async fn errors_and_odd_bodies_in_words() {
    let table = [
        (
            404,
            "application/json",
            r#"{"error":{"message":"No such list"}}"#,
            "status 404 (Not Found): No such list",
            "There is nothing under",
        ),
        (401, "text/plain", "who are you", "status 401 (Unauthorized): who are you", "the user must connect it first"),
        (429, "application/json", "{}", "status 429 (Too Many Requests): {}", "rate limit is used up"),
        (
            502,
            "text/html",
            "<html><h1>Bad</h1><script>x</script><p>Gateway",
            "(Bad Gateway): Bad\nGateway",
            "failed by itself",
        ),
        (200, "image/png", "\u{1}\u{2}", "[image/png, 2 bytes; not shown]", ""),
        (200, "application/x-ndjson", "{\"a\":1}\n{\"a\":2}", "[{\"a\":1},{\"a\":2}]", ""),
        (200, "application/json", "", "", "status 200 and no content"),
        (
            200,
            "application/json",
            r#"{"todos":[],"next_limit":2,"next":"/todos?limit=9"}"#,
            "next_limit",
            "`limit` = 9",
        ),
    ];
    for (status, content_type, body, content, note) in table {
        let app = TestBuilder::new(vec![list(), done()]).start().await;
        app.plugin.answer_with(status, content_type, body);
        ask(&app).await;
        let told = told(&app, 1);
        assert!(told.0.contains(content) && told.1.contains(note), "{status} {body}: {told:?}");
    }
}

#[tokio::test]
async fn hidden_characters_of_a_result_are_shown_to_the_model() {
    let rounds = vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], vec![ScriptStep::text("ok")]];
    let app = TestBuilder::new(rounds).start().await;
    app.plugin.answer_with(200, "application/json", "{\"a\": \"x\\u202e\u{E0041}y\"}");
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    let requests = app.model.requests();
    let Some(Message::Tool { content, note, .. }) = requests[1].messages.last() else { panic!("{requests:?}") };
    assert_eq!(content, "{\"a\":\"x⟨U+202E⟩⟨U+E0041⟩y\"}");
    assert!(note.contains("do not see"), "{note}");
    let CallState::Answered { response } = &turn.calls().next().unwrap().state else { panic!("{turn:?}") };
    assert!(response.body.contains('\u{202E}'), "the record keeps what came");
}

#[tokio::test]
async fn results_of_another_branch_cannot_be_read() {
    let rounds = vec![list(), done(), read(r#"{"result": "r1", "path": "$.total"}"#), done()];
    let app = TestBuilder::new(rounds).start().await;
    app.plugin.answer_with(200, "application/json", todos(200_000));
    let conversation = app.conversation().await;
    app.say(conversation, "list").await;
    let turn = app.engine.submit_after(conversation, app.owner, "total?", Some(Follows::Beginning)).await.unwrap();
    app.settled(conversation, turn).await;
    let (content, ..) = told(&app, 3);
    assert!(content.contains("There is no result `r1`"), "{content}");
}
