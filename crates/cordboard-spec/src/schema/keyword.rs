//! Keywords as the wild writes them: kept where a validator understands them, mended where the meaning is plain, left
//! out otherwise, so that one broken keyword cannot keep the others from being checked.

use serde_json::{Map, Number, Value};

use super::allowance::Allowance;
use super::{fit, pattern};
use crate::document::number;

/// Keywords that say something about values and mean the same in every dialect, in the order in which they are written.
const PLAIN: [&str; 18] = [
    "type",
    "enum",
    "const",
    "default",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "minProperties",
    "maxProperties",
    "contentEncoding",
    "contentMediaType",
];

/// The usable plain keywords of a schema. What is left out though its author meant something goes to `lost`, in words.
pub(crate) fn plain(members: &Map<String, Value>, allowance: &Allowance, lost: &mut Vec<String>) -> Map<String, Value> {
    let mut result = Map::new();
    for keyword in PLAIN {
        let Some(value) = members.get(keyword) else { continue };
        let usable = match keyword {
            "pattern" => pattern::usable(value, allowance, lost),
            _ => usable(keyword, value),
        };
        if let Some(value) = usable {
            result.insert(keyword.to_owned(), value);
        }
    }
    exclusive_bounds(members, &mut result);
    fit::fit(&mut result, lost);
    if members.get("format").is_some_and(|format| format == "binary") || members.get("type") == Some(&"file".into()) {
        if !result.get("type").is_some_and(Value::is_array) {
            result.insert("type".to_owned(), "string".into());
        }
        result.insert("format".to_owned(), "binary".into());
    }
    result
}

fn usable(keyword: &str, value: &Value) -> Option<Value> {
    match keyword {
        "type" => types(value),
        "enum" => value.as_array().filter(|options| !options.is_empty()).map(|_| value.clone()),
        "const" | "default" => Some(value.clone()),
        "format" | "contentEncoding" | "contentMediaType" => value.is_string().then(|| value.clone()),
        "minimum" | "maximum" => bound(value).map(Value::Number),
        "multipleOf" => bound(value).filter(|step| step.as_f64().is_some_and(|step| step > 0.0)).map(Value::Number),
        "uniqueItems" => value.as_bool().map(Value::Bool),
        _ => count(value),
    }
}

/// Bounds are sometimes quoted.
fn bound(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => number::read(text.trim()),
        _ => None,
    }
}

fn count(value: &Value) -> Option<Value> {
    let number = bound(value)?;
    let is_whole = |each: &f64| each.fract() == 0.0 && (0.0..9e15).contains(each);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, positive and below 2^53")]
    let whole = number.as_u64().or_else(|| number.as_f64().filter(is_whole).map(|each| each as u64))?;
    Some(whole.into())
}

/// One type or several, by the names of JSON Schema.
pub(crate) fn types(value: &Value) -> Option<Value> {
    match value {
        Value::String(name) => type_name(name).map(Value::from),
        Value::Array(names) => {
            let mut known: Vec<&str> = names.iter().filter_map(Value::as_str).filter_map(type_name).collect();
            let mut seen = std::collections::HashSet::new();
            known.retain(|name| seen.insert(*name));
            match known.as_slice() {
                [] => None,
                [single] => Some((*single).into()),
                several => Some(several.into()),
            }
        }
        _ => None,
    }
}

/// The type that an author meant.
fn type_name(name: &str) -> Option<&'static str> {
    Some(match name.trim().to_ascii_lowercase().as_str() {
        "string" | "str" | "text" | "date" | "datetime" | "date-time" | "uuid" | "file" => "string",
        "integer" | "int" | "int32" | "int64" | "long" => "integer",
        "number" | "float" | "double" | "decimal" | "numeric" => "number",
        "boolean" | "bool" => "boolean",
        "array" | "list" => "array",
        "object" | "dict" | "map" => "object",
        "null" => "null",
        _ => return None,
    })
}

/// `exclusiveMinimum` is a flag in OpenAPI 3.0 and a number in 3.1.
fn exclusive_bounds(members: &Map<String, Value>, result: &mut Map<String, Value>) {
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        match members.get(exclusive) {
            Some(Value::Bool(true)) => {
                if let Some(bound) = result.shift_remove(inclusive) {
                    result.insert(exclusive.to_owned(), bound);
                }
            }
            Some(value) => {
                if let Some(bound) = bound(value) {
                    result.insert(exclusive.to_owned(), Value::Number(bound));
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keywords_are_mended_or_left_out() {
        let table = [
            (json!({"type": "int", "pattern": "[", "minLength": 2}), json!({"type": "integer", "minLength": 2})),
            (json!({"type": "Money", "minimum": "5"}), json!({"minimum": 5})),
            (json!({"type": "string", "enum": [1, true, "a"]}), json!({"type": "string", "enum": ["1", "true", "a"]})),
            (json!({"type": "integer", "enum": ["1", "2"]}), json!({"type": "integer", "enum": [1, 2]})),
            (json!({"enum": [], "minItems": -1, "maxItems": 2.0, "uniqueItems": "yes"}), json!({"maxItems": 2})),
            (json!({"minimum": 0, "exclusiveMinimum": true}), json!({"exclusiveMinimum": 0})),
            (json!({"type": ["string", "null", "string"]}), json!({"type": ["string", "null"]})),
            (json!({"minimum": "1.10", "exclusiveMaximum": "007"}), json!({"minimum": 1.1, "exclusiveMaximum": 7})),
            (json!({"type": "file"}), json!({"type": "string", "format": "binary"})),
        ];
        let allowance = Allowance::new(1);
        for (members, expected) in table {
            assert_eq!(Value::Object(plain(members.as_object().unwrap(), &allowance, &mut Vec::new())), expected);
        }
    }
}
