//! What a model answers to one request. Nothing is sent to a plugin.

use std::time::Instant;

use anyhow::{Context as _, bail};
use cordboard_agent::toolbox::{Tool, Toolbox};
use cordboard_domain::consideration::Consideration;
use cordboard_model::chat::{ChatModel, ModelError, ModelEvent, ModelRequest, ToolCall, ToolForm};
use futures::StreamExt as _;
use serde_json::Value;

/// A call as a model placed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlacedCall {
    /// The tool's name in the toolbox, or what the model wrote where there is no such tool.
    pub(super) tool: String,
    /// `plugin.operation`, for people.
    pub(super) label: String,
    pub(super) id: String,
    /// As the model wrote them.
    pub(super) arguments: String,
}

/// All that came of asking once.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) calls: Vec<PlacedCall>,
    pub(super) consideration: Option<Consideration>,
    pub(super) seconds: f64,
    /// Why the model could not answer.
    pub(super) failure: Option<String>,
}

/// How much of an answer is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Calls only. Where no call can follow words, an answer that begins with words is not read to its end.
    Calls,
    Everything,
}

/// Asks a model. A request that the model cannot answer is part of the result; a model that cannot be used at all is an
/// error.
pub(super) async fn ask(
    model: &dyn ChatModel,
    toolbox: &Toolbox,
    request: ModelRequest,
    extent: Extent,
) -> anyhow::Result<Answer> {
    // Other models may write a sentence before they place a call.
    let is_done_at_text = extent == Extent::Calls && model.info().tool_form == ToolForm::Own;
    let started = Instant::now();
    let mut answer = Answer::default();
    let mut events = model.stream(request);
    while let Some(event) = events.next().await {
        match event {
            Ok(ModelEvent::Call { call }) => answer.calls.push(PlacedCall::of(toolbox, call)),
            Ok(ModelEvent::Text { .. }) if is_done_at_text && answer.calls.is_empty() => break,
            Ok(ModelEvent::Text { text }) => answer.text.push_str(&text),
            Ok(ModelEvent::Considered { consideration }) => answer.consideration = Some(consideration),
            Ok(ModelEvent::Progress { .. } | ModelEvent::Raw { .. } | ModelEvent::Usage { .. }) => {}
            Err(ModelError::Unavailable(problem)) => bail!("the model cannot be used: {problem}"),
            Err(error) => {
                answer.failure = Some(error.to_string());
                break;
            }
        }
    }
    answer.seconds = started.elapsed().as_secs_f64();
    Ok(answer)
}

impl PlacedCall {
    /// Unwraps `call_operation`, with which models call operations of large APIs.
    fn of(toolbox: &Toolbox, call: ToolCall) -> Self {
        let ToolCall { id, name, arguments } = call;
        let (name, arguments) = wrapped(&name, &arguments).unwrap_or((name, arguments));
        match toolbox.lookup(&name) {
            Some(tool) => Self { tool: tool_name(tool), label: label(tool), id, arguments },
            None => Self { tool: name.clone(), label: name, id, arguments },
        }
    }
}

fn wrapped(name: &str, arguments: &str) -> Option<(String, String)> {
    if name != "call_operation" {
        return None;
    }
    let call: Value = serde_json::from_str(arguments).ok()?;
    let operation = call.get("operation")?.as_str()?.to_owned();
    let arguments = call.get("arguments").map_or_else(|| "{}".to_owned(), Value::to_string);
    Some((operation, arguments))
}

/// The name of a tool for models.
pub(super) fn tool_name(tool: Tool<'_>) -> String {
    tool.plugin.tool_name(tool.operation)
}

/// `plugin.operation`.
pub(super) fn label(tool: Tool<'_>) -> String {
    format!("{}.{}", tool.plugin.toolset.namespace(), tool.operation.name)
}

/// The tool of an operation, by the id that its description gives it.
pub(super) fn tool_of<'toolbox>(toolbox: &'toolbox Toolbox, operation_id: &str) -> anyhow::Result<Tool<'toolbox>> {
    let mut tools = toolbox.tools().map(|(_, tool)| tool);
    tools
        .find(|tool| tool.operation.operation_id == operation_id)
        .with_context(|| format!("the operation `{operation_id}` could not be compiled"))
}
