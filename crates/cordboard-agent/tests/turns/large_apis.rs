//! A plugin that is too large to be shown whole: the model searches, reads, calls.

use std::fmt::Write as _;

use cordboard_domain::call::CallState;
use cordboard_domain::event::TurnOutcome;
use cordboard_model::chat::{Message, ToolOutcome};
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{FakePlugin, TestBuilder};

fn call(tool: &str, arguments: &str) -> Vec<ScriptStep> {
    vec![ScriptStep::call("c", tool, arguments)]
}

/// An issue tracker with many operations.
fn spec() -> String {
    let mut spec = "openapi: 3.1.0\npaths:\n".to_owned();
    for thing in ["issue", "label", "milestone", "project", "board", "sprint", "comment", "release", "member", "team"] {
        for (path, method, verb) in
            [("", "get", "list"), ("", "post", "create"), ("/{id}", "get", "get"), ("/{id}", "delete", "delete")]
        {
            let id = if path.is_empty() {
                ""
            } else {
                "parameters: [{name: id, in: path, required: true, schema: {type: string}}],"
            };
            writeln!(
                spec,
                "  /{method}/{thing}s{path}: {{{method}: {{operationId: {verb}_{thing}, {id} tags: [{thing}s], summary: {verb} a \
                 {thing}, description: \"{}\"}}}}",
                "More about it. ".repeat(15)
            )
            .unwrap();
        }
    }
    spec
}

async fn run(rounds: Vec<Vec<ScriptStep>>) -> (cordboard_testkit::TestApp, cordboard_domain::turn::Turn) {
    let plugin = FakePlugin::start().await;
    plugin.set_spec(spec());
    let app = TestBuilder::new(rounds).start_with(plugin).await;
    let conversation = app.conversation().await;
    let turn = app.say(conversation, "Which issues are there?").await;
    (app, turn)
}

#[tokio::test]
async fn the_model_searches_reads_and_calls() {
    let (app, turn) = run(vec![
        call("search_operations", r#"{"query": "show the issues"}"#),
        call("describe_operation", r#"{"operation": "todo_list_issue"}"#),
        call("call_operation", r#"{"operation": "todo_list_issue", "arguments": {}}"#),
        vec![ScriptStep::text("None.")],
    ])
    .await;
    assert_eq!(turn.outcome, Some(TurnOutcome::Answered));
    assert_eq!(app.plugin.received()[0].target, "/get/issues");
    let requests = app.model.requests();
    let names: Vec<&str> = requests[0].tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["search_operations", "describe_operation", "call_operation"]);
    assert!(requests[0].system.contains("list_issue") && !requests[0].system.contains("type list_issue"));
    let told = |request: usize| match requests[request].messages.last() {
        Some(Message::Tool { content, .. }) => content.clone(),
        _ => panic!("a tool message is expected"),
    };
    assert!(told(1).starts_with("todo_list_issue"), "{}", told(1));
    assert!(told(2).contains("type list_issue = () => any;"), "{}", told(2));
}

#[tokio::test]
async fn a_change_found_by_searching_asks_like_any_other() {
    let (app, turn) =
        run(vec![call("call_operation", r#"{"operation": "todo.delete_issue", "arguments": {"id": "7"}}"#)]).await;
    let call = turn.calls().next().unwrap();
    assert!(matches!(call.state, CallState::AwaitingConfirmation { .. }), "{:?}", call.state);
    assert_eq!(call.plan.as_ref().unwrap().operation, "delete_issue");
    assert!(app.plugin.received().is_empty());
}

#[tokio::test]
async fn a_wrong_name_is_answered_with_close_ones() {
    let (app, _) = run(vec![
        call("call_operation", r#"{"operation": "todo_remove_issue", "arguments": {}}"#),
        vec![ScriptStep::text("Sorry.")],
    ])
    .await;
    let requests = app.model.requests();
    let Some(Message::Tool { content, outcome: ToolOutcome::Failed, .. }) = requests[1].messages.last() else {
        panic!()
    };
    assert!(content.contains("todo_delete_issue"), "{content}");
}
