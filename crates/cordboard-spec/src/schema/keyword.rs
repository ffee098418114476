//! Keywords as the wild writes them: kept where a validator understands them, mended where the meaning is plain, left
//! out otherwise, so that one broken keyword cannot keep the others from being checked.

use serde_json::{Map, Number, Value};

use super::allowance::Allowance;

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

/// The usable plain keywords of a schema.
pub(crate) fn plain(members: &Map<String, Value>, allowance: &Allowance) -> Map<String, Value> {
    let mut result = Map::new();
    for keyword in PLAIN {
        if let Some(value) = members.get(keyword).and_then(|value| usable(keyword, value, allowance)) {
            result.insert(keyword.to_owned(), value);
        }
    }
    exclusive_bounds(members, &mut result);
    fit_enum_to_type(&mut result);
    if members.get("format").is_some_and(|format| format == "binary") || members.get("type") == Some(&"file".into()) {
        if !result.get("type").is_some_and(Value::is_array) {
            result.insert("type".to_owned(), "string".into());
        }
        result.insert("format".to_owned(), "binary".into());
    }
    result
}

fn usable(keyword: &str, value: &Value, allowance: &Allowance) -> Option<Value> {
    match keyword {
        "type" => types(value),
        "enum" => value.as_array().filter(|options| !options.is_empty()).map(|_| value.clone()),
        "const" | "default" => Some(value.clone()),
        "format" | "contentEncoding" | "contentMediaType" => value.is_string().then(|| value.clone()),
        "minimum" | "maximum" => number(value).map(Value::Number),
        "multipleOf" => {
            number(value).filter(|number| number.as_f64().is_some_and(|step| step > 0.0)).map(Value::Number)
        }
        "pattern" => value.as_str().filter(|pattern| allowance.is_pattern(pattern)).map(Value::from),
        "uniqueItems" => value.as_bool().map(Value::Bool),
        _ => count(value),
    }
}

/// Bounds are sometimes quoted.
fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => serde_json::from_str(text.trim()).ok(),
        _ => None,
    }
}

fn count(value: &Value) -> Option<Value> {
    let number = number(value)?;
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
            Some(bound @ Value::Number(_)) => {
                result.insert(exclusive.to_owned(), bound.clone());
            }
            _ => {}
        }
    }
}

/// YAML reads `enum: [1, on]` as numbers and flags where the type says text.
fn fit_enum_to_type(schema: &mut Map<String, Value>) {
    let Some(Value::String(name)) = schema.get("type") else { return };
    let fit: fn(&Value) -> Value = match name.as_str() {
        "string" => |option| match option {
            Value::Number(_) | Value::Bool(_) => option.to_string().into(),
            other => other.clone(),
        },
        "integer" | "number" => |option| {
            let read = option.as_str().and_then(|text| serde_json::from_str::<Number>(text.trim()).ok());
            read.map_or_else(|| option.clone(), Value::Number)
        },
        _ => return,
    };
    if let Some(Value::Array(options)) = schema.get_mut("enum") {
        for option in options {
            *option = fit(option);
        }
    }
    if let Some(default) = schema.get_mut("default") {
        *default = fit(default);
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
            (json!({"type": "file"}), json!({"type": "string", "format": "binary"})),
        ];
        let allowance = Allowance::new(1);
        for (members, expected) in table {
            assert_eq!(Value::Object(plain(members.as_object().unwrap(), &allowance)), expected);
        }
    }
}
