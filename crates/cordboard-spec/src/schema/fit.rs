//! Options, constants and defaults of another type than the schema's, as YAML and hasty authors write them.

use serde_json::{Map, Value};

use crate::document::number;

/// Writes `enum`, `const` and `default` in the type of the schema where that is plain, and leaves out numbers whose digits
/// are lost.
pub(super) fn fit(schema: &mut Map<String, Value>, lost: &mut Vec<String>) {
    if !["enum", "const", "default"].iter().any(|keyword| schema.contains_key(*keyword)) {
        return;
    }
    let kind = schema.get("type").cloned().unwrap_or_default();
    let types = names(&kind);
    if let Some(Value::Array(options)) = schema.get_mut("enum") {
        let mut fitting: Vec<Value> = Vec::with_capacity(options.len());
        for option in options.drain(..) {
            match fitted(option, &types) {
                Some(option) => fitting.push(option),
                None => lost.push("a number in `enum` has more digits than can be carried; it is left out".to_owned()),
            }
        }
        *options = fitting;
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        schema.shift_remove("enum");
    }
    for keyword in ["const", "default"] {
        let Some(value) = schema.get_mut(keyword) else { continue };
        if let Some(better) = fitted(value.take(), &types) {
            *value = better;
        } else {
            schema.shift_remove(keyword);
            lost.push(format!("the number in `{keyword}` has more digits than can be carried; it is left out"));
        }
    }
}

/// The names in a `type`.
pub(super) fn names(kind: &Value) -> Vec<&str> {
    match kind {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether a value is of a type.
pub(super) fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    }
}

/// The value in one of the types; as it is where none fits. Nothing where it is a number whose digits are not known.
pub(super) fn fitted(value: Value, types: &[&str]) -> Option<Value> {
    if has_lost_digits(&value) {
        return None;
    }
    if types.is_empty() || types.iter().any(|name| is_of(&value, name)) {
        return Some(value);
    }
    let better = types.iter().find_map(|name| as_type(&value, name));
    if better.as_ref().is_some_and(has_lost_digits) {
        return None;
    }
    Some(better.unwrap_or(value))
}

fn as_type(value: &Value, name: &str) -> Option<Value> {
    match (name, value) {
        ("string", Value::Number(_) | Value::Bool(_)) => Some(value.to_string().into()),
        ("integer" | "number", Value::String(text)) => {
            number::read(text.trim()).map(Value::Number).filter(|number| is_of(number, name))
        }
        ("boolean", Value::String(text)) => text.trim().to_ascii_lowercase().parse().ok().map(Value::Bool),
        _ => None,
    }
}

/// Whole numbers beyond 64 bits were rounded when they were read.
pub(super) fn has_lost_digits(value: &Value) -> bool {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    matches!(value, Value::Number(number) if number.is_f64())
        && value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() >= TWO_TO_63)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_take_the_type_of_their_schema() {
        let long = json!(12_345_678_901_234_567_890_123_f64);
        let table = [
            (json!({"type": "boolean", "enum": ["true", "False"]}), json!({"type": "boolean", "enum": [true, false]})),
            (json!({"type": "integer", "const": "7"}), json!({"type": "integer", "const": 7})),
            (
                json!({"type": ["integer", "null"], "enum": ["1", null]}),
                json!({"type": ["integer", "null"], "enum": [1, null]}),
            ),
            (json!({"type": "string", "default": 5}), json!({"type": "string", "default": "5"})),
            (json!({"type": "number", "default": "1.10"}), json!({"type": "number", "default": 1.1})),
            (json!({"type": "integer", "enum": [long, 1]}), json!({"type": "integer", "enum": [1]})),
            (json!({"const": long, "default": long}), json!({})),
            (json!({"type": "integer", "enum": ["12345678901234567890123"]}), json!({"type": "integer"})),
            (json!({"type": "boolean", "enum": ["yes", 0]}), json!({"type": "boolean", "enum": ["yes", 0]})),
        ];
        for (schema, expected) in table {
            let mut schema = schema.as_object().unwrap().clone();
            fit(&mut schema, &mut Vec::new());
            assert_eq!(Value::Object(schema), expected);
        }
    }
}
