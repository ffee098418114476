//! What was said in a conversation, in order, with who said it.

use std::borrow::Cow;

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::id::PluginId;
use cordboard_domain::turn::Turn;
use serde_json::Value;

use super::decoding::unwrapped;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker<'turns> {
    Person,
    /// The model, in the arguments of a call; with the plugin that got them, if they were sent to one.
    Model {
        sent_to: Option<PluginId>,
    },
    /// A plugin, in the response to this call.
    Plugin {
        plugin: PluginId,
        name: &'turns str,
    },
}

/// Something that was said.
#[derive(Debug, Clone)]
pub(super) struct Said<'turns> {
    pub(super) speaker: Speaker<'turns>,
    pub(super) text: Cow<'turns, str>,
}

impl Said<'_> {
    /// The text as it is written, and of a plugin's result also its values one after the other and what they encode: the
    /// model reads these, not the signs around them.
    pub(super) fn forms(&self) -> Vec<Cow<'_, str>> {
        let mut forms = vec![Cow::Borrowed(self.text.as_ref())];
        if let Speaker::Plugin { .. } = self.speaker {
            let values = serde_json::from_str::<Value>(&self.text).ok().map(|body| values(&body).join(" "));
            forms.extend(unwrapped(values.as_deref().unwrap_or(&self.text)).into_iter().map(Cow::Owned));
            forms.extend(values.map(Cow::Owned));
        }
        forms
    }
}

/// The texts and numbers in a value, without the names of its members.
fn values(value: &Value) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Number(number) => found.push(number.to_string()),
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(members) => open.extend(members.values().rev()),
            Value::Bool(_) | Value::Null => {}
        }
    }
    found
}

/// Everything up to a call, which is left out; or everything, where the call is none of these turns'.
///
/// Arguments of one round come before its results: the model wrote them without having seen these.
pub(super) fn until<'turns>(turns: &[&'turns Turn], call: Option<&Call>) -> Vec<Said<'turns>> {
    let mut said = Vec::new();
    let is_meant = |each: &Call| call.is_some_and(|call| call.id == each.id);
    for turn in turns {
        said.push(Said { speaker: Speaker::Person, text: Cow::Borrowed(&turn.user_message) });
        for round in &turn.rounds {
            said.extend(round.calls().filter(|each| !is_meant(each)).map(arguments));
            if round.calls().any(is_meant) {
                return said;
            }
            said.extend(round.calls().filter_map(|each| response(turns, each)));
        }
    }
    said
}

fn arguments(call: &Call) -> Said<'_> {
    let left = matches!(call.state, CallState::Sent { .. } | CallState::Answered { .. } | CallState::Unknown);
    let sent_to = call.plan.as_ref().filter(|_| left).map(|plan| plan.plugin);
    // What a person changed before it left is in the preview; where there is none, nothing left.
    let sent = call.preview.as_ref().map(|preview| &preview.arguments);
    let text = match sent {
        Some(sent) => Cow::Owned(leaves(sent).into_iter().map(|leaf| leaf.text).collect::<Vec<_>>().join(" ")),
        None => Cow::Borrowed(call.raw_arguments.as_str()),
    };
    Said { speaker: Speaker::Model { sent_to }, text }
}

/// What a plugin answered to a call, or what the host read on in such an answer.
fn response<'turns>(turns: &[&'turns Turn], call: &'turns Call) -> Option<Said<'turns>> {
    let (source, text) = match &call.state {
        CallState::Answered { response } => (Some(call), response.body.as_str()),
        CallState::AnsweredByHost { answer } => (read_on_in(turns, call), answer.content.as_str()),
        _ => return None,
    };
    let plugin = source?.plan.as_ref()?.plugin;
    let name = source?.preview.as_ref().map_or("", |preview| preview.plugin_name.as_str());
    Some(Said { speaker: Speaker::Plugin { plugin, name }, text: Cow::Borrowed(text) })
}

/// The earlier call in whose result the host read on.
pub(super) fn read_on_in<'turns>(turns: &[&'turns Turn], call: &Call) -> Option<&'turns Call> {
    let arguments: Value = serde_json::from_str(&call.raw_arguments).ok()?;
    let number: u32 = arguments["result"].as_str()?.trim().trim_start_matches(['r', 'R']).parse().ok()?;
    let mut calls = turns.iter().flat_map(|turn| turn.calls());
    calls.find(|each| matches!(&each.state, CallState::Answered { response } if response.result == Some(number)))
}

/// One text or number in the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The argument that it is in.
    pub(super) argument: String,
    /// The name right above it.
    pub(super) name: String,
    pub(super) text: String,
}

/// Every text and number in arguments, with the names of nested members, which a model chooses too where it may.
pub(super) fn leaves(arguments: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    for (argument, value) in arguments.as_object().into_iter().flatten() {
        gather(argument, argument, value, &mut found);
    }
    found
}

fn gather(argument: &str, name: &str, value: &Value, found: &mut Vec<Leaf>) {
    let mut push = |text: String| {
        found.push(Leaf { argument: argument.to_owned(), name: name.to_owned(), text });
    };
    match value {
        Value::String(text) => push(text.clone()),
        Value::Number(number) => push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(argument, name, item, found)),
        Value::Object(members) => {
            for (key, member) in members {
                found.push(Leaf { argument: argument.to_owned(), name: String::new(), text: key.clone() });
                gather(argument, key, member, found);
            }
        }
        Value::Bool(_) | Value::Null => {}
    }
}
