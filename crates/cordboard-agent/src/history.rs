//! Turns as the messages that a model reads.

use std::borrow::Cow;

use cordboard_domain::call::{Call, CallResponse, CallState, Decision, HostAnswer};
use cordboard_domain::deceptive_text::visible;
use cordboard_domain::turn::{Round, Turn};
use cordboard_model::chat::{Message, ToolCall, ToolOutcome};
use cordboard_spec::response::{self, View, advice};

use crate::host_tools::read_result_handle;

/// A cautious guess for prose and JSON.
const CHARACTERS_PER_TOKEN: usize = 3;

/// The least that is shown of a result, in characters, however many there are.
const LEAST_RESULT: usize = 500;

/// What is shown of the body of an error.
const ERROR_LIMIT: usize = 2_000;

/// Said of a result with invisible or reordering characters, in which a plugin can hide words from people.
const HIDDEN: &str = "The text has characters that people do not see or that reorder it; they are written as ⟨U+…⟩.";

/// The characters of one result that a model with this window has room for.
pub(crate) fn result_limit(context_tokens: u32) -> usize {
    (context_tokens as usize * CHARACTERS_PER_TOKEN / 2).min(response::MAX_MODEL_CHARACTERS)
}

/// The messages of a conversation, newest turn last. `fixed` characters of the window are already taken; the oldest
/// turns are left out when the rest does not hold them. The present turn always stays, with less of each result when it
/// has many.
pub fn messages(earlier: &[Turn], present: &Turn, fixed: usize, context_tokens: u32) -> Vec<Message> {
    let window = context_tokens as usize * CHARACTERS_PER_TOKEN;
    let mut result_limit = result_limit(context_tokens);
    let mut messages = turn_messages(present, result_limit);
    while fixed + size(&messages) > window && result_limit > LEAST_RESULT {
        result_limit /= 2;
        messages = turn_messages(present, result_limit);
    }
    let mut room = window.saturating_sub(fixed + size(&messages));
    for turn in earlier.iter().rev() {
        let older = turn_messages(turn, result_limit);
        let needed = size(&older);
        if needed > room {
            break;
        }
        room -= needed;
        messages.splice(0..0, older);
    }
    messages
}

fn size(messages: &[Message]) -> usize {
    messages.iter().map(|message| serde_json::to_string(message).map_or(0, |text| text.len())).sum()
}

fn turn_messages(turn: &Turn, result_limit: usize) -> Vec<Message> {
    let mut messages = vec![Message::User { text: turn.user_message.clone() }];
    for round in turn.rounds.iter().filter(|round| round.is_complete) {
        round_messages(round, result_limit, &mut messages);
    }
    messages
}

fn round_messages(round: &Round, result_limit: usize, messages: &mut Vec<Message>) {
    let calls: Vec<ToolCall> = round
        .calls()
        .map(|call| ToolCall {
            id: call.model_call_id.clone(),
            name: call.tool.clone(),
            arguments: call.raw_arguments.clone(),
        })
        .collect();
    let text = round.text();
    if !text.is_empty() || !calls.is_empty() {
        messages.push(Message::Assistant { text, calls });
    }
    messages.extend(round.calls().map(|call| tool_message(call, result_limit)));
}

fn tool_message(call: &Call, result_limit: usize) -> Message {
    let Told { outcome, content, mut note } = told(call, result_limit);
    let content = match visible(&content) {
        Cow::Borrowed(_) => content,
        Cow::Owned(shown) => {
            note = if note.is_empty() { HIDDEN.to_owned() } else { format!("{note} {HIDDEN}") };
            shown
        }
    };
    if let Some(changed) = changed_arguments(call) {
        note = if note.is_empty() { changed } else { format!("{changed} {note}") };
    }
    Message::Tool { call_id: call.model_call_id.clone(), tool: call.tool.clone(), content, note, outcome }
}

/// What a person changed in a call that left.
fn changed_arguments(call: &Call) -> Option<String> {
    let preview = call.preview.as_ref().filter(|preview| !preview.changed.is_empty())?;
    let left = !matches!(call.state, CallState::Declined { .. } | CallState::Cancelled);
    left.then(|| format!("The user changed the arguments before the call was sent; they were: {}.", preview.arguments))
}

/// What a model is told of a call.
struct Told {
    outcome: ToolOutcome,
    /// Of the plugin where it answered, else of the host.
    content: String,
    note: String,
}

impl Told {
    fn host(outcome: ToolOutcome, content: impl Into<String>) -> Self {
        Self { outcome, content: content.into(), note: String::new() }
    }
}

fn told(call: &Call, result_limit: usize) -> Told {
    match &call.state {
        CallState::Answered { response } => answered(response, result_limit),
        CallState::AnsweredByHost { answer } => answered_by_host(answer, result_limit),
        CallState::Rejected { problem } => Told::host(ToolOutcome::Failed, problem),
        CallState::Failed { failure } => Told::host(ToolOutcome::Failed, &failure.message),
        CallState::Declined { decision } => Told::host(ToolOutcome::Declined, declined(decision)),
        CallState::Unknown => Told::host(
            ToolOutcome::Failed,
            "The call was sent, but the host stopped before an answer came. Whether it had an effect is not known; it \
             was not sent again.",
        ),
        CallState::Cancelled => Told::host(ToolOutcome::Declined, "The user stopped before the call was sent."),
        CallState::Proposed
        | CallState::Ready
        | CallState::AwaitingConfirmation { .. }
        | CallState::AwaitingConsent { .. }
        | CallState::AwaitingConnection { .. }
        | CallState::Sent { .. } => Told::host(ToolOutcome::Failed, "The call has not been settled."),
    }
}

fn answered(response: &CallResponse, result_limit: usize) -> Told {
    let mut notes = response.advice.clone();
    if !response.is_success() {
        let reason = advice::reason(response.status);
        let status = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        let said = serde_json::from_str(&response.body).ok().and_then(|body| advice::message(&body));
        let said = said.unwrap_or_else(|| response::review(&response.body, result_limit.min(ERROR_LIMIT)).text);
        let content = format!("The plugin answered with status {}{status}: {said}", response.status);
        return Told { outcome: ToolOutcome::Failed, content, note: notes.join(" ") };
    }
    let View { text, left_out, .. } = response::review(&response.body, result_limit);
    let left_out = if response.left_out.is_empty() { left_out } else { response.left_out.clone() };
    if !left_out.is_empty() {
        let whole = response.result.map(|number| {
            let handle = read_result_handle(number);
            format!(
                "The whole result has {} bytes; read more of it with `read_result` and `result` = \"{handle}\".",
                response.bytes
            )
        });
        notes.push([Some(left_out), whole].into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    if response.body.is_empty() {
        notes.push(format!("The plugin answered with status {} and no content.", response.status));
    }
    Told { outcome: ToolOutcome::Answered, content: text, note: notes.join(" ") }
}

fn answered_by_host(answer: &HostAnswer, result_limit: usize) -> Told {
    let View { text, left_out, .. } = response::review(&answer.content, result_limit);
    let outcome = if answer.succeeded { ToolOutcome::Answered } else { ToolOutcome::Failed };
    let note = if left_out.is_empty() || answer.note.contains(&left_out) {
        answer.note.clone()
    } else {
        format!("{} {left_out}", answer.note)
    };
    Told { outcome, content: text, note }
}

fn declined(decision: &Decision) -> String {
    match decision {
        Decision::Declined(word) if !word.trim().is_empty() => {
            format!("The user declined the call and said: {}", word.trim())
        }
        Decision::Expired => "The user did not answer in time; nothing was sent.".to_owned(),
        Decision::Declined(_) | Decision::Allowed => "The user declined the call; nothing was sent.".to_owned(),
    }
}
