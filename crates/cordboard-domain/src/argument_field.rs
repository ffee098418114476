//! An argument as a field of a form, for a person who wants to change it before a call leaves.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One argument of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArgumentField {
    pub name: String,
    pub kind: FieldKind,
    pub required: bool,
    /// What the plugin says about it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
}

/// What a person may write into a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Number,
    Boolean,
    /// One of these.
    Choice(Vec<Value>),
    /// Anything else, as JSON.
    Json,
}

impl ArgumentField {
    /// The value that a person means; nothing where they leave the argument out.
    pub fn read(&self, text: &str) -> Option<Value> {
        let json = || serde_json::from_str(text.trim()).unwrap_or_else(|_| Value::from(text));
        match &self.kind {
            FieldKind::Text => (self.required || !text.is_empty()).then(|| Value::from(text)),
            FieldKind::Choice(options) => {
                let meant = options.iter().find(|option| shown(option) == text).cloned();
                (!text.is_empty()).then(|| meant.unwrap_or_else(|| Value::from(text)))
            }
            FieldKind::Number | FieldKind::Boolean | FieldKind::Json => (!text.trim().is_empty()).then(json),
        }
    }
}

/// A value as a field shows it: text as it is, anything else as JSON.
pub fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_person_writes_is_read_as_the_argument_is_meant() {
        let check = |kind: FieldKind, required, text: &str, expected: Option<Value>| {
            let field = ArgumentField { name: "a".to_owned(), kind, required, about: String::new() };
            assert_eq!(field.read(text), expected, "{field:?} {text:?}");
        };
        check(FieldKind::Text, false, "7", Some(json!("7")));
        check(FieldKind::Text, false, "", None);
        check(FieldKind::Text, true, "", Some(json!("")));
        check(FieldKind::Number, true, " 7 ", Some(json!(7)));
        check(FieldKind::Number, true, "seven", Some(json!("seven")));
        check(FieldKind::Number, true, "", None);
        check(FieldKind::Boolean, true, "true", Some(json!(true)));
        check(FieldKind::Choice(vec![json!(1), json!("1x")]), true, "1", Some(json!(1)));
        check(FieldKind::Choice(vec![json!("a")]), true, "b", Some(json!("b")));
        check(FieldKind::Json, false, r#"{"a": [1]}"#, Some(json!({"a": [1]})));
        check(FieldKind::Json, false, "{", Some(json!("{")));
    }
}
