//! A recorded request taken apart: what each part of it costs, and what it tells of a call.

use cordboard_model::chat::{Message, ModelRequest};
use cordboard_spec::render::tokens;

/// One part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// As o200k counts them; other models count a little differently.
    pub tokens: usize,
}

/// The parts of a request as it was recorded; none where it cannot be read.
pub fn of(input: &str) -> Vec<Part> {
    let Ok(request) = serde_json::from_str::<ModelRequest>(input) else { return Vec::new() };
    let part = |name: String, text: &str| Part { name, tokens: tokens::count(text) };
    let mut parts = vec![part("Rules of the house and descriptions of plugins".to_owned(), &request.system)];
    parts.extend(request.messages.iter().map(|message| match message {
        Message::User { text } => part("The person’s message".to_owned(), text),
        Message::Assistant { text, calls } => {
            let calls = serde_json::to_string(calls).unwrap_or_default();
            part("The model’s answer".to_owned(), &format!("{text}{calls}"))
        }
        Message::Tool { tool, content, note, .. } => part(format!("Result of {tool}"), &format!("{content}{note}")),
    }));
    parts.extend(request.tools.iter().map(|tool| {
        let parameters = tool.parameters.to_string();
        part(format!("Tool {}", tool.name), &format!("{}{}{parameters}", tool.name, tool.description))
    }));
    parts
}

/// What a request tells the model of a call, word for word.
pub fn told_of(input: &str, call_id: &str) -> Option<String> {
    let request = serde_json::from_str::<ModelRequest>(input).ok()?;
    request.messages.into_iter().rev().find_map(|message| match message {
        Message::Tool { call_id: id, content, note, .. } if id == call_id => {
            Some(if note.is_empty() { content } else { format!("{content}\n\n{note}") })
        }
        _ => None,
    })
}
