//! The words of an operation, by the place where it has them.

use cordboard_model::chat::ToolDefinition;
use serde_json::Value;

use super::act::{self, Act};
use crate::dialogue::reference::is_identifier;
use crate::fill::slot::slots;
use crate::reading::Reading;
use crate::words::{content_stems, identifier_words, is_stop, stem, words};

/// As much of what a plugin says of itself is used, in characters.
const ABOUT_CHARS: usize = 700;

/// An operation as the scorer compares it with requests.
pub(crate) struct Profile {
    pub(crate) name: Vec<String>,
    pub(crate) description: Vec<String>,
    pub(crate) parameters: Vec<String>,
    pub(crate) about: Vec<String>,
    /// The plugin's name.
    pub(crate) plugin: Vec<String>,
    /// Each example request's own stems.
    pub(crate) examples: Vec<Vec<String>>,
    /// Options of its parameters, in words.
    pub(crate) options: Vec<Vec<String>>,
    /// Words for comparing meanings, the most telling first.
    pub(crate) telling_words: Vec<String>,
    pub(crate) act: Option<Act>,
    pub(crate) reads_only: bool,
    pub(crate) required_numbers: usize,
    pub(crate) numeric_parameters: usize,
    pub(crate) required_texts: usize,
    pub(crate) required_parameters: usize,
    /// Whether it must be given the key of something, which nobody says without knowing it.
    pub(crate) wants_key: bool,
    /// Whether it takes a text or a list, which may hold any number of numbers.
    pub(crate) takes_more_numbers: bool,
}

impl Profile {
    /// Whether the operation has the word anywhere.
    pub(crate) fn knows(&self, stem: &String) -> bool {
        let fields = [&self.name, &self.description, &self.parameters, &self.about];
        fields.iter().any(|field| field.contains(stem)) || self.examples.iter().any(|example| example.contains(stem))
    }

    /// Whether the request has every word of the plugin's name.
    pub(crate) fn plugin_is_named(&self, reading: &Reading) -> bool {
        !self.plugin.is_empty() && self.plugin.iter().all(|stem| reading.stems.contains(stem))
    }

    pub(crate) fn of(tool: &ToolDefinition, about: &str) -> Self {
        let name = identifier_words(&tool.operation).iter().map(|word| stem(word)).collect::<Vec<_>>();
        let about = about.chars().take(ABOUT_CHARS).collect::<String>();
        let parameters = parameters(&tool.parameters);
        let required = tool.parameters["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|each| each == name));
        let is_number =
            |schema: &Value| matches!(schema["type"].as_str(), Some("integer" | "number")) && schema["enum"].is_null();
        let is_text = |schema: &Value| schema["type"] == "string" && schema["enum"].is_null();
        let count = |test: &dyn Fn(&Value) -> bool, all: bool| {
            parameters.iter().filter(|(name, schema)| (all || is_required(name)) && test(schema)).count()
        };
        Self {
            description: content_stems(&tool.description),
            parameters: parameters.iter().flat_map(|(name, schema)| parameter_stems(name, schema)).collect(),
            examples: tool.examples.iter().map(|example| content_stems(example)).collect(),
            options: parameters.iter().flat_map(|(_, schema)| options(schema)).collect(),
            telling_words: telling_words(tool, &about),
            act: act::of_operation(&name, &words(&tool.description)),
            plugin: content_stems(&tool.plugin),
            about: content_stems(&format!("{} {about}", tool.plugin)),
            reads_only: tool.reads_only,
            required_numbers: count(&is_number, false),
            numeric_parameters: count(&is_number, true),
            required_texts: count(&is_text, false),
            required_parameters: count(&|_| true, false),
            wants_key: slots(&tool.parameters).iter().any(|slot| slot.required && is_identifier(slot)),
            takes_more_numbers: parameters.iter().any(|(_, schema)| !is_number(schema) && schema["enum"].is_null()),
            name,
        }
    }
}

fn parameters(schema: &Value) -> Vec<(&str, &Value)> {
    schema["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)).collect()
}

fn parameter_stems(name: &str, schema: &Value) -> Vec<String> {
    let mut stems = identifier_words(name).iter().map(|word| stem(word)).collect::<Vec<_>>();
    stems.extend(content_stems(schema["description"].as_str().unwrap_or_default()));
    stems
}

fn options(schema: &Value) -> Vec<Vec<String>> {
    let listed = schema["enum"].as_array().or_else(|| schema["items"]["enum"].as_array());
    let texts = listed.into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| identifier_words(text).iter().map(|word| stem(word)).collect()).collect()
}

fn telling_words(tool: &ToolDefinition, about: &str) -> Vec<String> {
    let mut telling = Vec::new();
    let names = parameters(&tool.parameters);
    let texts = [tool.operation.as_str(), &tool.description, &tool.examples.join(" "), &tool.plugin, about];
    let texts = texts.into_iter().chain(names.iter().map(|(name, _)| *name));
    for word in texts.flat_map(identifier_words) {
        let tells =
            word.chars().count() > 2 && !is_stop(&word) && !word.starts_with(|first: char| first.is_ascii_digit());
        if tells && !telling.contains(&word) {
            telling.push(word);
        }
    }
    telling.truncate(60);
    telling
}
