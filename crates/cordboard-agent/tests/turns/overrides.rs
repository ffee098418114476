//! Method overrides: what a server carries out as a write is asked about as one.

use cordboard_domain::call::{CallState, Decision};
use cordboard_domain::turn::TurnState;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{FakePlugin, TestBuilder};

const SPEC: &str = "openapi: 3.0.1
paths:
  /todos:
    get:
      operationId: getTodos
      parameters:
        - {in: header, name: x-http-method-override, schema: {type: string}}
  /any:
    get:
      operationId: find
      parameters:
        - {in: query, name: filter, schema: {type: object, additionalProperties: {type: string}}}
        - {in: header, name: Origin, schema: {type: string}}
";

#[tokio::test]
async fn an_override_waits_for_a_person_and_is_sent_as_a_write() {
    for (tool, arguments) in [
        ("todo_getTodos", r#"{"x-http-method-override": "DELETE"}"#),
        ("todo_getTodos", "{}"),
        ("todo_find", r#"{"filter": {"_method": "delete"}}"#),
    ] {
        let plugin = FakePlugin::start().await;
        plugin.set_spec(SPEC);
        let rounds = vec![vec![ScriptStep::call("c", tool, arguments)], vec![ScriptStep::text("Done.")]];
        let app = TestBuilder::new(rounds).start_with(plugin).await;
        let conversation = app.conversation().await;
        let turn = app.say(conversation, "show my todos").await;
        assert_eq!(turn.state(), TurnState::AwaitingConfirmation, "{tool} {arguments}");
        assert!(app.plugin.received().is_empty());
        let call = turn.calls().next().unwrap();
        let CallState::AwaitingConfirmation { confirmation } = &call.state else { panic!("{call:?}") };
        app.engine.decide(conversation, turn.id, app.owner, confirmation.id, Decision::Allowed).await.unwrap();
        app.settled(conversation, turn.id).await;
        assert!(app.plugin.received()[0].headers.contains_key("idempotency-key"), "{tool} {arguments}");
    }
}

#[tokio::test]
async fn a_model_cannot_write_an_identity_header() {
    let plugin = FakePlugin::start().await;
    plugin.set_spec(SPEC);
    let calls = ["{}", r#"{"Origin": "https://bank.example"}"#];
    let rounds = calls.map(|arguments| vec![ScriptStep::call("c", "todo_find", arguments)]);
    let app =
        TestBuilder::new(rounds.into_iter().chain([vec![ScriptStep::text("ok")]]).collect()).start_with(plugin).await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "find").await;
    let states: Vec<&CallState> = turn.calls().map(|call| &call.state).collect();
    assert!(matches!(states[0], CallState::Answered { .. }), "{states:?}");
    assert!(matches!(states[1], CallState::Rejected { .. }), "{states:?}");
    assert!(app.plugin.received().iter().all(|request| !request.headers.contains_key("origin")));
}
