//! Texts out of documents.

use cordboard_domain::deceptive_text::visible;
use serde_json::Value;

/// How much of a text is kept, in bytes. No name or address is longer, and a text may be used in many places.
const MAX_TEXT: usize = 8 * 1024;
/// How many texts of a list are kept.
const MAX_TEXTS: usize = 1_000;

/// A text member, trimmed and without control characters; empty when absent. YAML reads `title: 2024` as a number.
pub(crate) fn text(value: &Value, key: &str) -> String {
    let text = match value.get(key) {
        Some(Value::String(text)) => bounded(text.trim()),
        Some(other @ (Value::Number(_) | Value::Bool(_))) => return other.to_string(),
        _ => return String::new(),
    };
    if text.chars().any(|each| each.is_control() && each != '\n') {
        return text.chars().filter(|each| !each.is_control() || *each == '\n').collect();
    }
    text.to_owned()
}

/// A text that people and models read, as [`text`] gives it, with characters made visible that hide or reorder something.
/// What is sent is not changed, so names and values go through [`text`].
pub(crate) fn shown(value: &Value, key: &str) -> String {
    visible(&text(value, key)).into_owned()
}

/// The texts of a list that people and models read.
pub(crate) fn shown_texts(value: &Value, key: &str) -> Vec<String> {
    texts(value, key).iter().map(|text| visible(text).into_owned()).collect()
}

/// The text members of a list.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    value.get(key).map(listed_texts).unwrap_or_default()
}

/// The texts in a list.
pub(crate) fn listed_texts(list: &Value) -> Vec<String> {
    let listed = list.as_array().into_iter().flatten();
    let short = listed.filter_map(Value::as_str).map(bounded);
    short.map(one_line).filter(|text| !text.is_empty()).take(MAX_TEXTS).collect()
}

/// Trimmed, with a space for what control characters part.
fn one_line(text: &str) -> String {
    if text.contains(char::is_control) {
        return text.split(char::is_control).map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned();
    }
    text.trim().to_owned()
}

fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT)]
}

pub(crate) fn is_true(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}
