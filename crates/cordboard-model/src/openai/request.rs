//! A [`ModelRequest`] as the body of a chat completion.
//!
//! Pure. Sends only the fields that every server knows, plus `stream_options` (see [`Dialect`]).

use serde_json::{Map, Value, json};

use super::dialect::Dialect;
use super::{fenced, framing};
use crate::chat::{Message, ModelRequest, ToolCall, ToolDefinition};

/// What every server allows as a tool's name.
const MAX_TOOL_NAME: usize = 64;

/// How a request is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form<'model> {
    pub(crate) model: &'model str,
    pub(crate) takes_tools: bool,
    pub(crate) dialect: Dialect,
}

impl Form<'_> {
    /// The whole body.
    pub(crate) fn body(&self, request: &ModelRequest) -> Value {
        let mut body = Map::new();
        body.insert("model".to_owned(), self.model.into());
        body.insert("messages".to_owned(), self.messages(request).into());
        if self.takes_tools && !request.tools.is_empty() {
            body.insert("tools".to_owned(), request.tools.iter().map(tool).collect());
        }
        body.insert("stream".to_owned(), true.into());
        if self.dialect.usage {
            body.insert("stream_options".to_owned(), json!({"include_usage": true}));
        }
        body.into()
    }

    fn messages(&self, request: &ModelRequest) -> Vec<Value> {
        let mut messages = Vec::new();
        let mut system = request.system.clone();
        if !self.takes_tools {
            system.push_str(&fenced::instruction(&request.tools));
        }
        if !system.is_empty() {
            messages.push(json!({"role": "system", "content": system}));
        }
        for message in &request.messages {
            match message {
                Message::User { text } => add_user(&mut messages, text),
                Message::Assistant { text, calls } => self.add_assistant(&mut messages, text, calls),
                Message::Tool { call_id, tool, content, note, outcome } if self.takes_tools => {
                    messages.push(json!({
                        "role": "tool",
                        "tool_call_id": call_id,
                        "name": tool_name(tool),
                        "content": framing::result(content, note, *outcome),
                    }));
                }
                Message::Tool { call_id: _, tool, content, note, outcome } => {
                    add_user(&mut messages, &framing::quoted_result(tool, content, note, *outcome));
                }
            }
        }
        if !self.dialect.free_ids {
            shorten_ids(&mut messages);
        }
        messages
    }

    /// An empty message is left out, since vLLM and Mistral refuse it. `content` is always there, since llama.cpp's
    /// Python server refuses its absence, and is never null, since LM Studio and mistral-common refuse that.
    fn add_assistant(&self, messages: &mut Vec<Value>, text: &str, calls: &[ToolCall]) {
        if !self.takes_tools {
            let blocks = calls.iter().map(|call| fenced::block(&call.name, &call.arguments));
            let texts: Vec<String> =
                std::iter::once(text.to_owned()).filter(|text| !text.is_empty()).chain(blocks).collect();
            if !texts.is_empty() {
                messages.push(json!({"role": "assistant", "content": texts.join("\n")}));
            }
        } else if !calls.is_empty() {
            let text = if self.dialect.text_beside_calls { text } else { "" };
            let calls: Vec<Value> = calls.iter().map(tool_call).collect();
            messages.push(json!({"role": "assistant", "content": text, "tool_calls": calls}));
        } else if !text.is_empty() {
            messages.push(json!({"role": "assistant", "content": text}));
        }
    }
}

/// Joins neighbouring messages of the user, since the templates of Mistral and Gemma refuse two in a row.
fn add_user(messages: &mut Vec<Value>, text: &str) {
    let last = messages.last_mut().filter(|message| message["role"] == "user");
    match last.and_then(|message| message.get_mut("content")) {
        Some(Value::String(content)) => {
            content.push_str("\n\n");
            content.push_str(text);
        }
        _ => messages.push(json!({"role": "user", "content": text})),
    }
}

fn tool(tool: &ToolDefinition) -> Value {
    json!({
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
    })
}

/// A call that a model got wrong must not make the server refuse the whole conversation: Ollama and llama.cpp parse the
/// arguments, and `OpenAI` checks the name. The tool message beside it says what was wrong.
fn tool_call(call: &ToolCall) -> Value {
    let is_object = serde_json::from_str::<Value>(&call.arguments).is_ok_and(|arguments| arguments.is_object());
    let arguments = if is_object { &call.arguments } else { "{}" };
    json!({
        "id": call.id,
        "type": "function",
        "function": {"name": tool_name(&call.name), "arguments": arguments},
    })
}

fn tool_name(name: &str) -> String {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let name: String =
        name.chars().map(|letter| if allowed(letter) { letter } else { '_' }).take(MAX_TOOL_NAME).collect();
    if name.is_empty() { "unknown".to_owned() } else { name }
}

/// Numbers the calls with nine digits, the same for a call and its result.
fn shorten_ids(messages: &mut [Value]) {
    let mut known: Vec<String> = Vec::new();
    let mut shorten = |id: &mut Value| {
        let text = id.as_str().unwrap_or_default();
        let position = known.iter().rposition(|each| each == text).unwrap_or_else(|| {
            known.push(text.to_owned());
            known.len() - 1
        });
        *id = format!("{:09}", position + 1).into();
    };
    for message in messages {
        for call in message.get_mut("tool_calls").and_then(Value::as_array_mut).into_iter().flatten() {
            call.get_mut("id").into_iter().for_each(&mut shorten);
        }
        message.get_mut("tool_call_id").into_iter().for_each(&mut shorten);
    }
}
