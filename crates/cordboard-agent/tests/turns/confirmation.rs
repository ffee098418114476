//! Writes: nothing leaves before a person allowed exactly this request, once.

use cordboard_agent::catalogue::access::Reviewer;
use cordboard_agent::engine::EngineError;
use cordboard_domain::call::{CallPreview, CallState, Confirmation, Decision};
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::{ConfirmationId, ConversationId, UserId};
use cordboard_domain::ports::{Conversations as _, Installations as _};
use cordboard_domain::time::SignedDuration;
use cordboard_domain::turn::{Turn, TurnState};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{TestApp, TestBuilder};

fn add_milk() -> Vec<Vec<ScriptStep>> {
    let call = ScriptStep::call("c1", "todo_addTodo", r#"{"todo": "milk"}"#);
    vec![vec![call], vec![ScriptStep::text("Done.")]]
}

fn asked(turn: &Turn) -> Confirmation {
    let waiting = turn.calls().find_map(|call| match &call.state {
        CallState::AwaitingConfirmation { confirmation } => Some(confirmation.clone()),
        _ => None,
    });
    waiting.expect("a call waits for a decision")
}

async fn waiting() -> (TestApp, ConversationId, Turn) {
    let app = TestBuilder::new(add_milk()).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add milk").await;
    assert_eq!(turn.state(), TurnState::AwaitingConfirmation);
    (app, conversation, turn)
}

async fn decide(
    app: &TestApp,
    conversation: ConversationId,
    turn: &Turn,
    confirmation: ConfirmationId,
    decision: Decision,
) -> Result<Turn, EngineError> {
    decide_as(app, app.owner, conversation, turn, confirmation, decision).await
}

async fn decide_as(
    app: &TestApp,
    user: UserId,
    conversation: ConversationId,
    turn: &Turn,
    confirmation: ConfirmationId,
    decision: Decision,
) -> Result<Turn, EngineError> {
    app.engine.decide(conversation, turn.id, user, confirmation, decision).await?;
    Ok(app.settled(conversation, turn.id).await)
}

#[tokio::test]
async fn a_write_waits_and_is_sent_once_when_allowed() {
    let (app, conversation, turn) = waiting().await;
    assert!(app.plugin.received().is_empty());
    let question = asked(&turn).id;
    let turn = decide(&app, conversation, &turn, question, Decision::Allowed).await.unwrap();
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    let received = app.plugin.received();
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].method.as_str(), received[0].body.as_str()), ("POST", r#"{"todo":"milk"}"#));

    let again = decide(&app, conversation, &turn, question, Decision::Allowed).await;
    assert!(matches!(again, Err(EngineError::NotAwaiting)));
    assert_eq!(app.plugin.received().len(), 1);
}

#[tokio::test]
async fn a_double_click_sends_once() {
    let (app, conversation, turn) = waiting().await;
    let question = asked(&turn).id;
    let click = || app.engine.decide(conversation, turn.id, app.owner, question, Decision::Allowed);
    let (first, second) = tokio::join!(click(), click());
    assert!(first.is_ok() != second.is_ok());
    app.settled(conversation, turn.id).await;
    assert_eq!(app.plugin.received().len(), 1);
}

#[tokio::test]
async fn what_was_banned_removed_or_switched_off_meanwhile_is_not_sent() {
    for what in ["ban", "uninstall", "deactivate"] {
        let (app, conversation, turn) = waiting().await;
        let question = asked(&turn).id;
        let plugin = turn.calls().next().unwrap().plan.as_ref().unwrap().plugin;
        match what {
            "ban" => {
                let owner = app.account(app.owner).await;
                app.catalogue.ban(Reviewer::of(&owner).unwrap(), plugin, "It sells data.").await.unwrap();
            }
            "uninstall" => app.store.uninstall(app.owner, plugin).await.unwrap(),
            _ => app.store.deactivate(conversation, plugin).await.unwrap(),
        }
        let turn = decide(&app, conversation, &turn, question, Decision::Allowed).await.unwrap();
        assert!(app.plugin.received().is_empty(), "{what}");
        let call = turn.calls().next().unwrap();
        assert!(matches!(call.state, CallState::Failed { .. }), "{what}: {:?}", call.state);
        assert_eq!(turn.outcome, Some(TurnOutcome::Answered), "{what}");
        let told = format!("{:?}", app.model.requests()[1].messages.last().unwrap());
        assert!(told.contains("is not on in this conversation any more"), "{what}: {told}");
    }
}

#[tokio::test]
async fn a_declined_call_is_never_sent_and_the_model_hears_why() {
    let (app, conversation, turn) = waiting().await;
    let decision = Decision::Declined("not today".to_owned());
    let turn = decide(&app, conversation, &turn, asked(&turn).id, decision).await.unwrap();
    assert!(app.plugin.received().is_empty());
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    let told = format!("{:?}", app.model.requests()[1].messages.last().unwrap());
    assert!(told.contains("The user declined the call and said: not today"), "{told}");
}

#[tokio::test]
async fn only_the_person_who_was_asked_can_decide_and_only_in_time() {
    let (app, conversation, turn) = waiting().await;
    let question = asked(&turn);
    let stranger: UserId = "0190f1f0a0a070008000000000000001".parse().unwrap();
    let refused = decide_as(&app, stranger, conversation, &turn, question.id, Decision::Allowed).await;
    assert!(matches!(refused, Err(EngineError::NotAwaiting)));

    let elsewhere = app.quiet_conversation().await;
    let refused = app.engine.decide(elsewhere, turn.id, app.owner, question.id, Decision::Allowed).await;
    assert!(matches!(refused, Err(EngineError::Store(_))));

    app.clock.advance(SignedDuration::from_hours(25));
    let turn = decide(&app, conversation, &turn, question.id, Decision::Allowed).await.unwrap();
    let state = &turn.calls().next().unwrap().state;
    assert!(matches!(state, CallState::Declined { decision: Decision::Expired }), "{state:?}");
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn each_of_several_writes_is_decided_by_itself() {
    let calls =
        ["bread", "milk"].map(|todo| ScriptStep::call(todo, "todo_addTodo", format!("{{\"todo\": \"{todo}\"}}")));
    let app = TestBuilder::new(vec![calls.into(), vec![ScriptStep::text("ok")]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add both").await;
    let turn = decide(&app, conversation, &turn, asked(&turn).id, Decision::Allowed).await.unwrap();
    assert_eq!(turn.state(), TurnState::AwaitingConfirmation);
    assert_eq!(app.plugin.received().len(), 1);
    let declined = Decision::Declined(String::new());
    let turn = decide(&app, conversation, &turn, asked(&turn).id, declined).await.unwrap();
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert_eq!(app.plugin.received()[0].body, r#"{"todo":"bread"}"#);
    assert_eq!(app.plugin.received().len(), 1);
}

#[tokio::test]
async fn a_read_that_calls_itself_consequential_asks_too() {
    let app = TestBuilder::new(vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")]]).start().await;
    app.plugin.set_spec(
        "openapi: 3.1.0\npaths:\n  /todos:\n    get:\n      operationId: getTodos\n      x-openai-isConsequential: true\n",
    );
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "list").await;
    assert_eq!(turn.state(), TurnState::AwaitingConfirmation);
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn delete_carries_its_body() {
    let call = ScriptStep::call("c", "todo_deleteTodo", r#"{"todo_idx": 0}"#);
    let app = TestBuilder::new(vec![vec![call], vec![ScriptStep::text("ok")]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "delete the first").await;
    decide(&app, conversation, &turn, asked(&turn).id, Decision::Allowed).await.unwrap();
    let received = app.plugin.received();
    assert_eq!((received[0].method.as_str(), received[0].body.as_str()), ("DELETE", r#"{"todo_idx":0}"#));
}

fn with(name: &str, value: serde_json::Value) -> impl Fn(&CallPreview) -> serde_json::Map<String, serde_json::Value> {
    let name = name.to_owned();
    move |_| serde_json::Map::from_iter([(name.clone(), value.clone())])
}

#[tokio::test]
async fn what_a_person_changed_is_what_is_sent_and_the_model_hears_of_it() {
    let (app, conversation, turn) = waiting().await;
    let question = asked(&turn);
    let revise = |confirmation, change| app.engine.revise(conversation, turn.id, app.owner, confirmation, change);
    let unfit = revise(question.id, with("todo", serde_json::json!({"a": 1}))).await;
    assert!(matches!(&unfit, Err(EngineError::Arguments(problem)) if problem.contains("todo")), "{unfit:?}");
    assert_eq!(revise(question.id, with("todo", "milk".into())).await.unwrap(), question.id, "nothing changed");

    let new = revise(question.id, with("todo", "oat milk".into())).await.unwrap();
    let stale = decide(&app, conversation, &turn, question.id, Decision::Allowed).await;
    assert!(matches!(stale, Err(EngineError::NotAwaiting)), "the old question is about another request");
    assert!(app.plugin.received().is_empty());
    let stranger: UserId = "0190f1f0a0a070008000000000000001".parse().unwrap();
    let refused = app.engine.revise(conversation, turn.id, stranger, new, with("todo", "x".into())).await;
    assert!(matches!(refused, Err(EngineError::NotAwaiting)));

    let turn = decide(&app, conversation, &turn, new, Decision::Allowed).await.unwrap();
    assert_eq!(app.plugin.received()[0].body, r#"{"todo":"oat milk"}"#);
    let call = turn.calls().next().unwrap();
    assert_eq!(call.preview.as_ref().unwrap().changed, ["todo"]);
    assert!(call.decided_at.is_some());
    let told = format!("{:?}", app.model.requests()[1].messages.last().unwrap());
    assert!(told.contains("The user changed the arguments") && told.contains("oat milk"), "{told}");
}

#[tokio::test]
async fn a_decision_that_races_with_a_change_never_allows_what_was_not_seen() {
    for _ in 0..8 {
        let (app, conversation, turn) = waiting().await;
        let question = asked(&turn).id;
        let allow = app.engine.decide(conversation, turn.id, app.owner, question, Decision::Allowed);
        let change = app.engine.revise(conversation, turn.id, app.owner, question, with("todo", "poison".into()));
        let (allowed, changed) = tokio::join!(allow, change);
        app.settled(conversation, turn.id).await;
        assert!(allowed.is_ok() != changed.is_ok(), "{allowed:?} {changed:?}");
        assert!(app.plugin.received().iter().all(|request| !request.body.contains("poison")));
    }
}

#[tokio::test]
async fn several_calls_are_decided_together_as_far_as_they_wait() {
    let calls =
        ["bread", "milk"].map(|todo| ScriptStep::call(todo, "todo_addTodo", format!("{{\"todo\": \"{todo}\"}}")));
    let app = TestBuilder::new(vec![calls.into(), vec![ScriptStep::text("ok")]]).start().await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "add both").await;
    let waiting: Vec<ConfirmationId> = turn
        .calls()
        .filter_map(|call| match &call.state {
            CallState::AwaitingConfirmation { confirmation } => Some(confirmation.id),
            _ => None,
        })
        .collect();
    let together = |ids| {
        let app = &app;
        async move { app.engine.decide_together(conversation, turn.id, app.owner, ids, &Decision::Allowed).await }
    };
    together(&waiting[..]).await.unwrap();
    let turn = app.settled(conversation, turn.id).await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert_eq!(app.plugin.received().len(), 2);
    assert!(matches!(together(&waiting[..]).await, Err(EngineError::NotAwaiting)), "once");
}
