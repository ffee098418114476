//! After a restart: waiting cards still wait, reads go on, writes are never repeated.

use cordboard_domain::call::{CallState, Decision};
use cordboard_domain::event::{TurnEvent, TurnOutcome};
use cordboard_domain::id::ConversationId;
use cordboard_domain::ports::{Journal as _, TurnClaim};
use cordboard_domain::time::Clock as _;
use cordboard_domain::turn::{Turn, TurnState};
use cordboard_model::scripted::{ScriptStep, hold};
use cordboard_testkit::{TestApp, TestBuilder};

fn add_milk() -> Vec<ScriptStep> {
    vec![ScriptStep::call("c1", "todo_addTodo", r#"{"todo": "milk"}"#)]
}

/// The same database and plugin under a new process with a fresh script.
async fn restarted(app: TestApp, rounds: Vec<Vec<ScriptStep>>) -> TestApp {
    let store = (*app.store).clone();
    TestBuilder::new(rounds).store(store).start_with(app.plugin).await
}

async fn resumed(app: &TestApp, conversation: ConversationId, turn: &Turn) -> Turn {
    app.engine.resume(true).await.unwrap();
    app.settled(conversation, turn.id).await
}

#[tokio::test]
async fn a_card_that_waited_through_a_restart_can_be_decided() {
    let app = TestBuilder::new(vec![add_milk()]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add milk").await;
    let app = restarted(app, vec![vec![ScriptStep::text("Done.")]]).await;
    let turn = resumed(&app, conversation, &turn).await;
    let CallState::AwaitingConfirmation { confirmation } = &turn.calls().next().unwrap().state else { panic!() };
    app.engine.decide(conversation, turn.id, app.owner, confirmation.id, Decision::Allowed).await.unwrap();
    let turn = app.settled(conversation, turn.id).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert_eq!(app.plugin.received().len(), 1);
}

#[tokio::test]
async fn a_write_that_was_under_way_is_unknown_and_not_sent_again() {
    let app = TestBuilder::new(vec![add_milk()]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add milk").await;
    let call = turn.calls().next().unwrap().id;
    let events =
        [TurnEvent::CallDecided { call, decision: Decision::Allowed }, TurnEvent::CallSent { call, place: None }];
    let claim = TurnClaim { holder: "a stopped server".to_owned(), until: app.clock.now() };
    app.store.append(conversation, turn.id, turn.sequence, app.clock.now(), &claim, &events).await.unwrap();
    let app = restarted(app, vec![vec![ScriptStep::text("I do not know.")]]).await;
    let turn = resumed(&app, conversation, &turn).await;
    assert_eq!(turn.calls().next().unwrap().state, CallState::Unknown);
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert!(app.plugin.received().is_empty());
    assert!(format!("{:?}", app.model.requests()[0].messages.last()).contains("is not known"));
}

#[tokio::test]
async fn a_round_that_broke_off_is_asked_again() {
    let (step, mut held) = hold();
    let app = TestBuilder::new(vec![vec![ScriptStep::text("Half an ans"), step]]).start().await;
    let conversation = app.quiet_conversation().await;
    let turn = app.engine.submit(conversation, app.owner, "hello").await.unwrap();
    assert!(held.reached().await);
    let restarted = TestBuilder::new(vec![vec![ScriptStep::text("A whole answer.")]]).store((*app.store).clone());
    let second = restarted.start().await;
    second.engine.resume(true).await.unwrap();
    let turn = second.settled(conversation, turn).await;
    assert_eq!(turn.state(), TurnState::Finished(TurnOutcome::Answered));
    assert_eq!(turn.rounds.len(), 1);
    assert_eq!(turn.rounds[0].text(), "A whole answer.");
}
