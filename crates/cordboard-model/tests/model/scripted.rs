//! The scripted model keeps to its script and can be stopped in the middle.

use cordboard_model::chat::{ChatModel, Message, ModelError, ModelRequest};
use cordboard_model::scripted::{ScriptStep, ScriptedModel, hold};
use futures::executor::block_on;
use futures::{FutureExt, StreamExt};

use crate::server::{ask, render};

fn request(text: &str) -> ModelRequest {
    let messages = vec![Message::User { text: text.to_owned() }];
    ModelRequest { system: String::new(), messages, tools: Vec::new(), setting: None }
}

#[test]
fn each_request_gets_the_next_round_and_is_kept() {
    let model = ScriptedModel::new(vec![
        vec![ScriptStep::text("One"), ScriptStep::call("c", "todo_add", "{}")],
        vec![ModelError::Failed("on purpose".to_owned()).into(), ScriptStep::text("never said")],
    ]);
    assert_eq!(render(&ask(&model, request("a"))), "text \"One\"\ncall c todo_add {}\n");
    assert_eq!(model.rounds_left(), 1);
    assert_eq!(render(&ask(&model, request("b"))), "error the model failed: on purpose\n");
    assert_eq!(render(&ask(&model, request("c"))), "error the model failed: the script has no round for request 3\n");
    assert_eq!(model.requests(), [request("a"), request("b"), request("c")]);
}

#[test]
fn a_held_model_waits_for_its_release() {
    let (step, mut release) = hold();
    let model = ScriptedModel::new(vec![vec![ScriptStep::text("a"), step, ScriptStep::text("b")]]);
    let mut stream = model.stream(request("x"));
    block_on(async {
        assert!(stream.next().await.is_some());
        assert!(release.reached().now_or_never().is_none());
        assert!(stream.next().now_or_never().is_none());
        assert!(release.reached().await);
        assert!(release.release());
        assert!(stream.next().await.is_some());
        assert!(stream.next().await.is_none());
    });
}

#[test]
fn a_dropped_stream_is_noticed() {
    let (step, release) = hold();
    let model = ScriptedModel::new(vec![vec![step]]);
    let stream = model.stream(request("x"));
    let mut dropped = Box::pin(release.dropped());
    assert!(dropped.as_mut().now_or_never().is_none());
    drop(stream);
    assert!(dropped.now_or_never().is_some());
}
