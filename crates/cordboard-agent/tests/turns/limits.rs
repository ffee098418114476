//! Turns end: by limits, by a person's stop, by a model that fails.

use std::time::Duration;

use cordboard_agent::engine::{EngineConfig, EngineError};
use cordboard_domain::call::{CallState, FailureKind};
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::policy::OperatorRule;
use cordboard_model::chat::ModelError;
use cordboard_model::scripted::{ScriptStep, hold};
use cordboard_testkit::TestBuilder;

fn list() -> Vec<ScriptStep> {
    vec![ScriptStep::call("c", "todo_getTodos", "{}")]
}

#[tokio::test]
async fn endless_calls_are_cut_off() {
    let config = EngineConfig { calls_per_turn: 3, ..EngineConfig::default() };
    let app = TestBuilder::new((0..10).map(|_| list()).collect()).config(config).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "go on and on").await;
    assert_eq!(turn.outcome, Some(TurnOutcome::CallLimit { limit: 3 }));
    assert_eq!(app.plugin.received().len(), 3);
}

#[tokio::test]
async fn a_round_with_too_many_calls_sends_only_the_first() {
    let calls = (0..20).map(|n| ScriptStep::call(format!("c{n}"), "todo_getTodos", "{}")).collect();
    let app = TestBuilder::new(vec![calls]).start().await;
    let conversation = app.conversation().await;
    app.say(conversation, "twenty").await;
    assert_eq!(app.plugin.received().len(), 8);
}

#[tokio::test]
async fn a_plugin_that_hangs_times_out() {
    let app = TestBuilder::new(vec![list(), vec![ScriptStep::text("Sorry.")]])
        .call_timeout(Duration::from_millis(50))
        .start()
        .await;
    app.plugin.hang();
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    let CallState::Failed { failure } = &turn.calls().next().unwrap().state else { panic!() };
    assert_eq!(failure.kind, FailureKind::TimedOut);
}

#[tokio::test]
async fn a_read_only_installation_sends_no_write() {
    let config = EngineConfig { rule: OperatorRule::ReadOnly, ..EngineConfig::default() };
    let call = ScriptStep::call("c", "todo_addTodo", r#"{"todo": "milk"}"#);
    let app = TestBuilder::new(vec![vec![call], vec![ScriptStep::text("I may not.")]]).config(config).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add milk").await;
    assert!(matches!(turn.calls().next().unwrap().state, CallState::Rejected { .. }));
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn stop_ends_the_turn_and_the_models_stream() {
    let (step, mut held) = hold();
    let app = TestBuilder::new(vec![vec![ScriptStep::text("Once upon"), step]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.engine.submit(conversation, app.owner, "tell me a story").await.unwrap();
    assert!(held.reached().await);
    let busy = app.engine.submit(conversation, app.owner, "another").await;
    assert!(matches!(busy, Err(EngineError::Busy)));
    app.engine.stop(conversation, turn).await.unwrap();
    held.dropped().await;
    let turn = app.settled(conversation, turn).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Stopped));
    assert_eq!(turn.rounds[0].text(), "Once upon");
}

#[tokio::test]
async fn stop_while_a_card_waits_sends_nothing() {
    let call = ScriptStep::call("c", "todo_addTodo", r#"{"todo": "milk"}"#);
    let app = TestBuilder::new(vec![vec![call]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add milk").await;
    app.engine.stop(conversation, turn.id).await.unwrap();
    let turn = app.settled(conversation, turn.id).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Stopped));
    assert_eq!(turn.calls().next().unwrap().state, CallState::Cancelled);
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn a_model_that_fails_says_so_in_a_sentence() {
    let broken = ModelError::Broken { server: "http://x".to_owned(), problem: "does not answer".to_owned() };
    let app = TestBuilder::new(vec![vec![ScriptStep::text("I th"), ScriptStep::Error(broken)]]).start().await;
    let conversation = app.quiet_conversation().await;
    let turn = app.say(conversation, "hello").await;
    let message = "The model server at http://x does not answer.".to_owned();
    assert_eq!(turn.outcome, Some(TurnOutcome::Failed { message }));
}

#[tokio::test]
async fn an_empty_message_is_refused() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let conversation = app.quiet_conversation().await;
    let refused = app.engine.submit(conversation, app.owner, "  \n").await;
    assert!(matches!(refused, Err(EngineError::EmptyMessage)));
}

#[tokio::test]
async fn stop_right_after_the_message_lets_nothing_happen() {
    let app = TestBuilder::new(vec![list(), vec![ScriptStep::text("Done.")]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.engine.submit(conversation, app.owner, "list").await.unwrap();
    app.engine.stop(conversation, turn).await.unwrap();
    let turn = app.settled(conversation, turn).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Stopped));
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn a_call_of_a_model_that_breaks_off_is_closed() {
    let broken = ScriptStep::Error(ModelError::Failed("it fell over".to_owned()));
    let mut round = list();
    round.push(broken);
    let app = TestBuilder::new(vec![round]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    assert_eq!(turn.calls().next().unwrap().state, CallState::Cancelled);
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn a_model_that_never_ends_is_stopped() {
    let flood = (0..300).map(|_| ScriptStep::text("x".repeat(1_000))).collect();
    let app = TestBuilder::new(vec![flood]).start().await;
    let conversation = app.quiet_conversation().await;
    let turn = app.say(conversation, "go on").await;
    let Some(TurnOutcome::Failed { message }) = turn.outcome else { panic!("{:?}", turn.outcome) };
    assert!(message.contains("more than 200000 characters"), "{message}");
}

#[tokio::test]
async fn after_the_last_allowed_call_the_model_may_still_answer() {
    let config = EngineConfig { calls_per_turn: 1, ..EngineConfig::default() };
    let app = TestBuilder::new(vec![list(), vec![ScriptStep::text("Bread.")]]).config(config).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
}
