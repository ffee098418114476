//! The arguments of an operation as fields of a form.

use cordboard_domain::argument_field::{ArgumentField, FieldKind};
use serde_json::Value;

use crate::toolset::argument::Argument;
use crate::toolset::operation::Operation;

/// The most fields of one form.
const MAX_FIELDS: usize = 40;
/// The most choices that a list shows; more are written as text.
const MAX_CHOICES: usize = 60;
/// How much is shown of what the plugin says about an argument, in characters.
const MAX_ABOUT: usize = 200;

/// The fields of an operation: those that the arguments fill first, in the order of the description.
pub fn of(operation: &Operation, arguments: &Value) -> Vec<ArgumentField> {
    let mut listed: Vec<&Argument> = operation.arguments.iter().collect();
    listed.sort_by_key(|argument| arguments.get(&argument.name).is_none());
    listed.into_iter().take(MAX_FIELDS).map(|argument| field(operation, argument)).collect()
}

fn field(operation: &Operation, argument: &Argument) -> ArgumentField {
    ArgumentField {
        name: argument.name.clone(),
        kind: kind(operation.schema(argument)),
        required: argument.required,
        about: operation.describe(argument).chars().take(MAX_ABOUT).collect(),
    }
}

fn kind(schema: &Value) -> FieldKind {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array() && !value.is_null();
    if let Some(options) = schema.get("enum").and_then(Value::as_array)
        && options.len() <= MAX_CHOICES
        && options.iter().all(is_plain)
    {
        return FieldKind::Choice(options.clone());
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => FieldKind::Text,
        Some("number" | "integer") => FieldKind::Number,
        Some("boolean") => FieldKind::Boolean,
        _ => FieldKind::Json,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_says_what_a_person_may_write() {
        let check = |schema: Value, expected: FieldKind| assert_eq!(kind(&schema), expected, "{schema}");
        check(json!({"type": "string"}), FieldKind::Text);
        check(json!({"type": "integer"}), FieldKind::Number);
        check(json!({"type": "boolean"}), FieldKind::Boolean);
        check(json!({"type": "string", "enum": ["a", "b"]}), FieldKind::Choice(vec![json!("a"), json!("b")]));
        check(json!({"type": ["string", "null"], "enum": ["a", null]}), FieldKind::Json);
        check(json!({"type": "array", "items": {}}), FieldKind::Json);
        check(json!({}), FieldKind::Json);
    }
}
