//! Whether a schema asks for more than it did.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// How much a value of each type can carry, from the least.
const CAPACITY: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// Larger values allow more.
const UPPER_BOUNDS: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];
/// Smaller values allow more.
const LOWER_BOUNDS: [&str; 2] = ["minimum", "exclusiveMinimum"];
/// Larger values request more.
const LEAST_SIZES: [&str; 3] = ["minLength", "minItems", "minProperties"];
/// Another value allows others; without one, anything is allowed.
const FORMS: [&str; 6] = ["format", "pattern", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType"];
/// What cannot be compared member by member: any difference counts as more.
const CONDITIONS: [&str; 16] = [
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "prefixItems",
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Whether a member only explains a schema. A property may have the same name, but it is a schema.
fn explains(key: &str, value: &Value) -> bool {
    match key {
        "description" | "title" | "$comment" => value.is_string(),
        "examples" => value.is_array(),
        _ => false,
    }
}

/// What explains a schema, at every depth.
pub(super) fn words(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => members.iter().flat_map(|(key, value)| of_member(key, value)).collect(),
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn of_member(key: &str, value: &Value) -> Vec<String> {
    if explains(key, value) {
        return vec![value.as_str().map_or_else(|| value.to_string(), str::to_owned)];
    }
    words(value)
}

/// A schema without what only explains it.
pub(super) fn without_words(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(key, value)| !explains(key, value))
                .map(|(key, value)| (key.clone(), without_words(value)))
                .collect(),
        ),
        Value::Array(items) => items.iter().map(without_words).collect(),
        other => other.clone(),
    }
}

/// Whether values are allowed or requested that were not before. Where that cannot be decided, it is assumed.
pub(super) fn widens(old: &Value, new: &Value) -> bool {
    if old == new {
        return false;
    }
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return *new != Value::Bool(false) };
    widens_types(old, new)
        || widens_values(old, new)
        || widens_bounds(old, new)
        || FORMS.iter().any(|key| widens_form(key, old, new))
        || widens_members(old, new)
        || loosens("items", old, new)
        || widens_variants("anyOf", old, new)
        || widens_variants("oneOf", old, new)
        || CONDITIONS.iter().any(|key| old.get(*key) != new.get(*key))
}

/// A type in place of a larger one carries less: a number where a text was asked for.
fn widens_types(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let (Some(old), new) = (types(old), types(new)) else { return false };
    let Some(new) = new else { return true };
    let added = new.difference(&old).any(|each| *each != 0);
    added && (old.is_subset(&new) || new.last() > old.last())
}

/// The capacities of the types that are allowed; nothing where all are.
fn types(schema: &Map<String, Value>) -> Option<BTreeSet<usize>> {
    let capacity = |kind: &Value| CAPACITY.iter().position(|each| kind == each);
    match schema.get("type")? {
        Value::Array(list) => Some(list.iter().filter_map(capacity).collect()),
        single => Some(capacity(single).into_iter().collect()),
    }
}

fn widens_values(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    match (values(old), values(new)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => new.iter().any(|value| !old.contains(value)),
    }
}

fn values(schema: &Map<String, Value>) -> Option<Vec<&Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(single), _) => Some(vec![single]),
        (None, Some(Value::Array(list))) => Some(list.iter().collect()),
        (None, _) => None,
    }
}

fn widens_bounds(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let bounds = |key: &&str| [old, new].map(|schema| schema.get(*key).and_then(Value::as_f64));
    let higher = |key: &&str| matches!(bounds(key), [Some(old), new] if new.is_none_or(|new| new > old));
    let lower = |key: &&str| matches!(bounds(key), [Some(old), new] if new.is_none_or(|new| new < old));
    let requested = |key: &&str| matches!(bounds(key), [old, Some(new)] if old.unwrap_or(0.0) < new);
    UPPER_BOUNDS.iter().any(higher) || LOWER_BOUNDS.iter().any(lower) || LEAST_SIZES.iter().any(requested)
}

fn widens_form(key: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    match (old.get(key), new.get(key)) {
        (None, Some(new)) => new == "binary" || key.starts_with("content"),
        (None, None) => false,
        (old, new) => old != new,
    }
}

fn widens_members(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let member = |schema: &'_ Map<String, Value>, name: &str| schema.get("properties")?.get(name).cloned();
    let properties = new.get("properties").and_then(Value::as_object).into_iter().flatten();
    let adds_or_widens = |(name, new): (&String, &Value)| member(old, name).is_none_or(|old| widens(&old, new));
    let required = [old, new].map(|schema| {
        let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        names.filter_map(Value::as_str).collect::<BTreeSet<_>>()
    });
    properties.into_iter().any(adds_or_widens) || !required[1].is_subset(&required[0]) || opens(old, new)
}

/// Whether members of any name are asked for that were not.
fn opens(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let none = Value::Bool(false);
    match (old.get("additionalProperties"), new.get("additionalProperties")) {
        (None, Some(new)) => *new != none,
        (Some(old), None) => *old == none || old.is_object(),
        (Some(old), Some(new)) => widens(old, new),
        (None, None) => false,
    }
}

/// Whether what restricts the parts of a value is gone or allows more.
fn loosens(key: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    match (old.get(key), new.get(key)) {
        (Some(old), Some(new)) => widens(old, new),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Every variant has to be one that was there, or a narrower one in its place.
fn widens_variants(key: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let list = |schema: &'_ Map<String, Value>| schema.get(key).and_then(Value::as_array).cloned();
    match (list(old), list(new)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => new.iter().enumerate().any(|(index, variant)| {
            !old.contains(variant) && old.get(index).is_none_or(|before| widens(before, variant))
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn more_is_told_from_less() {
        let text = || json!({"type": "string"});
        let closed = || json!({"type": "object", "properties": {"a": text()}, "additionalProperties": false});
        let table = [
            (text(), json!({"type": "integer"}), false),
            (json!({"type": "integer"}), text(), true),
            (text(), json!({"type": ["string", "null"]}), false),
            (text(), json!({"type": ["string", "integer"]}), true),
            (text(), json!({"type": "array", "items": text()}), true),
            (text(), json!({}), true),
            (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]}), false),
            (json!({"enum": ["a"]}), json!({"enum": ["a", "b"]}), true),
            (json!({"enum": ["a"]}), json!({"const": "a"}), false),
            (json!({"const": "a"}), json!({}), true),
            (json!({"maxLength": 5}), json!({"maxLength": 4}), false),
            (json!({"maxLength": 5}), json!({"maxLength": 6}), true),
            (json!({"maxItems": 5}), json!({}), true),
            (json!({"minimum": 1}), json!({"minimum": 2}), false),
            (json!({"minimum": 1}), json!({"minimum": 0}), true),
            (json!({}), json!({"minItems": 2}), true),
            (json!({}), json!({"format": "date"}), false),
            (json!({"format": "date"}), json!({"format": "email"}), true),
            (text(), json!({"type": "string", "format": "binary"}), true),
            (json!({}), json!({"pattern": "a"}), false),
            (json!({"pattern": "a"}), json!({"pattern": "b"}), true),
            (closed(), json!({"type": "object", "properties": {}, "additionalProperties": false}), false),
            (closed(), json!({"type": "object", "properties": {"a": text()}}), true),
            (json!({"type": "object"}), json!({"type": "object", "additionalProperties": true}), true),
            (json!({"properties": {}}), json!({"properties": {"ssn": {}}}), true),
            (json!({"properties": {"a": {}}}), json!({"properties": {"a": {}}, "required": ["a"]}), true),
            (json!({"items": text()}), json!({"items": {}}), true),
            (json!({"items": {}}), json!({"items": text()}), false),
            (json!({"anyOf": [text(), {}]}), json!({"anyOf": [text()]}), false),
            (json!({"anyOf": [text()]}), json!({"anyOf": [text(), {}]}), true),
            (json!({"not": text()}), json!({}), true),
            (text(), json!(false), false),
            (json!(false), text(), true),
        ];
        for (old, new, expected) in table {
            assert_eq!(widens(&old, &new), expected, "{old} -> {new}");
        }
    }
}
