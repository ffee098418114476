//! Texts out of documents.

use serde_json::Value;

/// A text member, trimmed and without control characters; empty when absent. YAML reads `title: 2024` as a number.
pub(crate) fn text(value: &Value, key: &str) -> String {
    let text = match value.get(key) {
        Some(Value::String(text)) => text.trim(),
        Some(other @ (Value::Number(_) | Value::Bool(_))) => return other.to_string(),
        _ => return String::new(),
    };
    if text.chars().any(|each| each.is_control() && each != '\n') {
        return text.chars().filter(|each| !each.is_control() || *each == '\n').collect();
    }
    text.to_owned()
}

/// The text members of a list.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    let listed = value.get(key).and_then(Value::as_array).into_iter().flatten();
    let clean =
        |text: &str| text.split(char::is_control).map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned();
    listed.filter_map(Value::as_str).map(clean).filter(|text| !text.is_empty()).collect()
}

pub(crate) fn is_true(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}
