//! The pieces of a streamed answer put together: text at once, calls when they are whole.
//!
//! Reads JSON leniently, since no two servers stream calls alike. Calls are given out at the very end, because only
//! then is it certain that no more pieces of them come.

use std::collections::HashSet;

use serde_json::Value;

use crate::chat::{ModelError, ModelEvent, ToolCall};

/// Collects what one answer says.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    calls: Vec<PendingCall>,
    /// Ids that this conversation has used.
    taken: HashSet<String>,
    finish_reason: Option<String>,
    usage: Option<(u64, u64)>,
    spoke: bool,
}

#[derive(Debug, Default)]
struct PendingCall {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

/// A piece of a call as it stands in a chunk.
struct Fragment<'chunk> {
    index: Option<u64>,
    id: &'chunk str,
    name: &'chunk str,
    arguments: String,
    /// Whether other calls stand before it in the same chunk.
    follows: bool,
}

impl Assembler {
    /// `taken` are the ids of earlier calls, which new calls must not bear.
    pub(crate) fn new(taken: impl IntoIterator<Item = String>) -> Self {
        Self { taken: taken.into_iter().collect(), ..Self::default() }
    }

    /// Takes a chunk of a stream, or a whole answer, and gives what can be shown at once.
    pub(crate) fn chunk(&mut self, chunk: &Value) -> Vec<ModelEvent> {
        self.read_usage(&chunk["usage"]);
        let mut events = Vec::new();
        let Some(choice) = chunk["choices"].as_array().and_then(|choices| choices.first()) else {
            return events;
        };
        let delta = if choice["delta"].is_object() { &choice["delta"] } else { &choice["message"] };
        for text in [text_of(&delta["content"]), text_of(&delta["refusal"])] {
            if !text.is_empty() {
                self.spoke = true;
                events.push(ModelEvent::Text { text });
            }
        }
        let calls = delta["tool_calls"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (position, call) in calls.iter().enumerate() {
            events.extend(self.add(&Fragment::of_call(call, position)));
        }
        // llama.cpp's Python server tells each call in both forms.
        if calls.is_empty() && delta["function_call"].is_object() {
            events.extend(self.add(&Fragment::of_legacy(&delta["function_call"])));
        }
        if let Some(reason) = choice["finish_reason"].as_str().filter(|reason| !reason.is_empty()) {
            self.finish_reason = Some(reason.to_owned());
        }
        events
    }

    /// Adds a call that was found whole elsewhere, namely in the text.
    pub(crate) fn add_whole(&mut self, name: String, arguments: String) {
        self.calls.push(PendingCall { name, arguments, ..PendingCall::default() });
    }

    /// Whether the server said that the answer has come to its end.
    pub(crate) fn is_finished(&self) -> bool {
        self.finish_reason.is_some()
    }

    /// The calls and the tokens, unless the answer ended badly.
    pub(crate) fn finish(&mut self) -> Result<Vec<ModelEvent>, ModelError> {
        self.check_ending()?;
        let mut events = Vec::new();
        for call in std::mem::take(&mut self.calls) {
            let id = self.unique_id(call.id);
            let arguments = if call.arguments.trim().is_empty() { "{}".to_owned() } else { call.arguments };
            events.push(ModelEvent::Call { call: ToolCall { id, name: call.name, arguments } });
        }
        if let Some((input_tokens, output_tokens)) = self.usage {
            events.push(ModelEvent::Usage { input_tokens, output_tokens });
        }
        Ok(events)
    }

    fn check_ending(&self) -> Result<(), ModelError> {
        let problem = match self.finish_reason.as_deref() {
            Some("length" | "max_tokens") if self.calls.iter().any(|call| !call.is_whole()) => {
                "it reached its limit of tokens in the middle of a call, which was therefore not placed; raise the \
                 server's limit or its context size"
            }
            Some("length" | "max_tokens") if self.calls.is_empty() && !self.spoke => {
                "it reached its limit of tokens before it said anything; raise the server's limit or its context size"
            }
            Some("content_filter") => "the server's content filter stopped the answer; put the request differently",
            Some("error") => "the server broke off the answer and gave no reason; its log may know more",
            // llama.cpp's Python server ends like this when another request comes. With text alone it is let pass, since
            // a server that never gives a reason would otherwise never answer.
            None if self.calls.iter().any(|call| !call.is_whole()) || (self.calls.is_empty() && !self.spoke) => {
                "its answer ended too early, perhaps because the server turned to another request; ask again"
            }
            _ => return Ok(()),
        };
        Err(ModelError::Failed(problem.to_owned()))
    }

    fn add(&mut self, fragment: &Fragment<'_>) -> Option<ModelEvent> {
        let position = self.place(fragment).unwrap_or_else(|| {
            self.calls.push(PendingCall { index: fragment.index, ..PendingCall::default() });
            self.calls.len() - 1
        });
        let call = &mut self.calls[position];
        if call.id.is_empty() {
            fragment.id.clone_into(&mut call.id);
        }
        if call.name != fragment.name {
            call.name.push_str(fragment.name);
        }
        let begins = call.arguments.is_empty() && !fragment.arguments.is_empty();
        call.arguments.push_str(&fragment.arguments);
        let label = || format!("Filling in {}", call.name);
        (begins && !call.is_whole()).then(|| ModelEvent::Progress { label: label() })
    }

    /// The pending call that the fragment continues; none if it begins one.
    fn place(&self, fragment: &Fragment<'_>) -> Option<usize> {
        let named_alike = |call: &PendingCall| !fragment.id.is_empty() && call.id == fragment.id;
        let position = match fragment.index {
            Some(index) => self.calls.iter().rposition(|call| call.index == Some(index)),
            None => self.calls.iter().rposition(named_alike).or_else(|| self.calls.len().checked_sub(1)),
        }?;
        (!self.calls[position].is_followed_by(fragment)).then_some(position)
    }

    fn read_usage(&mut self, usage: &Value) {
        if let (Some(input), Some(output)) = (usage["prompt_tokens"].as_u64(), usage["completion_tokens"].as_u64()) {
            self.usage = Some((input, output));
        }
    }

    fn unique_id(&mut self, given: String) -> String {
        let mut id = given;
        let mut number = 0;
        while id.is_empty() || self.taken.contains(&id) {
            number += 1;
            id = format!("call_{number}");
        }
        self.taken.insert(id.clone());
        id
    }
}

impl PendingCall {
    /// Whether the arguments need no more pieces.
    fn is_whole(&self) -> bool {
        serde_json::from_str::<Value>(&self.arguments).is_ok_and(|arguments| arguments.is_object())
    }

    /// Whether the fragment, though in this call's place, begins the next call. Ollama once numbered all calls 0;
    /// others number none.
    fn is_followed_by(&self, fragment: &Fragment<'_>) -> bool {
        if fragment.name.is_empty() {
            return false;
        }
        let ids_differ = !self.id.is_empty() && !fragment.id.is_empty() && self.id != fragment.id;
        let ids_agree = !self.id.is_empty() && self.id == fragment.id;
        let repeats_name = self.name == fragment.name && fragment.arguments.is_empty();
        ids_differ
            || (!ids_agree && !repeats_name && self.is_whole())
            || (!ids_agree && fragment.index.is_none() && fragment.follows)
    }
}

impl<'chunk> Fragment<'chunk> {
    fn of_call(call: &'chunk Value, position: usize) -> Self {
        let id = call["id"].as_str().unwrap_or_default();
        Self { index: call["index"].as_u64(), id, follows: position > 0, ..Self::of_legacy(&call["function"]) }
    }

    /// The form before `tool_calls`: one call, without id and number.
    fn of_legacy(function: &'chunk Value) -> Self {
        let arguments = match &function["arguments"] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            whole => whole.to_string(),
        };
        let name = function["name"].as_str().unwrap_or_default();
        Self { index: None, id: "", name, arguments, follows: false }
    }
}

/// A string, or the texts among a list of parts; thoughts are left out.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter(|part| part["type"] == "text");
            texts.filter_map(|part| part["text"].as_str()).collect()
        }
        _ => String::new(),
    }
}
