//! Turns as the messages that a model reads.

use cordboard_domain::call::{Call, CallState, Decision};
use cordboard_domain::turn::{Round, Turn};
use cordboard_model::chat::{Message, ToolCall, ToolOutcome};
use cordboard_spec::response;

/// A cautious guess for prose and JSON.
const CHARACTERS_PER_TOKEN: usize = 3;

/// The messages of a conversation, newest turn last. `fixed` characters of the window are already taken; the oldest
/// turns are left out when the rest does not hold them. The present turn always stays.
pub fn messages(earlier: &[Turn], present: &Turn, fixed: usize, context_tokens: u32) -> Vec<Message> {
    let window = context_tokens as usize * CHARACTERS_PER_TOKEN;
    let result_limit = (window / 2).min(response::MAX_MODEL_CHARACTERS);
    let mut messages = turn_messages(present, result_limit);
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
    let (outcome, content) = outcome(call, result_limit);
    Message::Tool { call_id: call.model_call_id.clone(), tool: call.tool.clone(), content, outcome }
}

fn outcome(call: &Call, result_limit: usize) -> (ToolOutcome, String) {
    match &call.state {
        CallState::Answered { response } if response.is_success() => {
            (ToolOutcome::Answered, response::view(&response.body, result_limit).text)
        }
        CallState::Answered { response } => {
            let body = response::view(&response.body, result_limit.min(2_000)).text;
            (ToolOutcome::Failed, format!("The plugin answered with status {}: {body}", response.status))
        }
        CallState::Rejected { problem } => (ToolOutcome::Failed, problem.clone()),
        CallState::Failed { failure } => (ToolOutcome::Failed, failure.message.clone()),
        CallState::Declined { decision } => (ToolOutcome::Declined, declined(decision)),
        CallState::Unknown => (
            ToolOutcome::Failed,
            "The call was sent, but the host stopped before an answer came. Whether it had an effect is not known; it \
             was not sent again."
                .to_owned(),
        ),
        CallState::Cancelled => (ToolOutcome::Declined, "The user stopped before the call was sent.".to_owned()),
        CallState::Proposed | CallState::Ready | CallState::AwaitingConfirmation { .. } | CallState::Sent { .. } => {
            (ToolOutcome::Failed, "The call has not been settled.".to_owned())
        }
    }
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
