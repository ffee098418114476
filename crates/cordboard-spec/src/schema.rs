//! JSON Schemas as OpenAPI writes them (both dialects), made self-contained and small for models.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use crate::pointer::Pointer;
use crate::reference::{ReferenceError, resolve};

/// How deep nested schemas are kept; below that anything goes.
const MAX_DEPTH: usize = 8;
/// How many schemas one argument may unfold into; beyond that anything goes.
const MAX_SCHEMAS: usize = 5_000;

/// Keywords that say something about arguments and mean the same in both dialects.
const PLAIN_KEYWORDS: [&str; 14] = [
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
];

/// A schema without `$ref` in JSON Schema 2020-12, or the first reference that leads nowhere.
///
/// `budget` is how many schemas the whole document may still unfold into; it is counted down.
pub fn inline(
    document: &Value,
    schema: &Value,
    pointer: &Pointer,
    budget: &Cell<usize>,
) -> Result<Value, ReferenceError> {
    let room = budget.get().min(MAX_SCHEMAS);
    let mut inliner = Inliner { document, trail: Vec::new(), room };
    let result = inliner.schema(schema, pointer);
    budget.set(budget.get() - (room - inliner.room));
    result
}

struct Inliner<'document> {
    document: &'document Value,
    /// Where the schemas around the present one stand; meeting one again is a recursion.
    trail: Vec<Pointer>,
    room: usize,
}

impl Inliner<'_> {
    fn schema(&mut self, schema: &Value, pointer: &Pointer) -> Result<Value, ReferenceError> {
        let resolved = resolve(self.document, schema, pointer)?;
        if self.room == 0 || self.trail.len() >= MAX_DEPTH || self.trail.contains(&resolved.pointer) {
            return Ok(json!({}));
        }
        self.room -= 1;
        let Some(members) = resolved.value.as_object() else {
            return Ok(json!({}));
        };
        let members = members.clone();
        self.trail.push(resolved.pointer.clone());
        let inlined = self.members(&members, &resolved.pointer);
        self.trail.pop();
        let mut inlined = inlined?;
        if let Some(description) = schema.get("description").and_then(Value::as_str) {
            inlined.insert("description".to_owned(), description.into());
        }
        Ok(Value::Object(inlined))
    }

    fn members(&mut self, members: &Map<String, Value>, at: &Pointer) -> Result<Map<String, Value>, ReferenceError> {
        let mut result = Map::new();
        for keyword in PLAIN_KEYWORDS {
            if let Some(value) = members.get(keyword).filter(|value| is_usable(keyword, value)) {
                result.insert(keyword.to_owned(), value.clone());
            }
        }
        copy_bounds(members, &mut result);
        if let Some(description) = members.get("description").and_then(Value::as_str) {
            result.insert("description".to_owned(), description.into());
        }
        if let Some(example) = example(members) {
            result.insert("examples".to_owned(), json!([example]));
        }
        self.object(members, at, &mut result)?;
        if let Some(items) = members.get("items") {
            result.insert("items".to_owned(), self.schema(items, &at.join("items"))?);
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(options)) = members.get(keyword) {
                let options = self.list(options, &at.join(keyword))?;
                result.insert(keyword.to_owned(), Value::Array(options));
            }
        }
        if let Some(Value::Array(parts)) = members.get("allOf") {
            for part in self.list(parts, &at.join("allOf"))? {
                merge(&mut result, part);
            }
        }
        if members.get("nullable") == Some(&Value::Bool(true)) {
            allow_null(&mut result);
        }
        Ok(result)
    }

    fn object(
        &mut self,
        members: &Map<String, Value>,
        at: &Pointer,
        result: &mut Map<String, Value>,
    ) -> Result<(), ReferenceError> {
        let mut required: Vec<Value> = match members.get("required") {
            Some(Value::Array(names)) => names.iter().filter(|name| name.is_string()).cloned().collect(),
            _ => Vec::new(),
        };
        if let Some(Value::Object(properties)) = members.get("properties") {
            let mut inlined = Map::new();
            for (name, property) in properties {
                inlined.insert(name.clone(), self.schema(property, &at.join("properties").join(name))?);
                // The wild writes `required: true` on the property itself.
                let marked = property.get("required") == Some(&Value::Bool(true));
                if marked && !required.contains(&Value::String(name.clone())) {
                    required.push(name.as_str().into());
                }
            }
            result.entry("type").or_insert_with(|| "object".into());
            result.insert("properties".to_owned(), Value::Object(inlined));
        }
        if !required.is_empty() {
            result.insert("required".to_owned(), Value::Array(required));
        }
        match members.get("additionalProperties") {
            Some(Value::Bool(allowed)) => {
                result.insert("additionalProperties".to_owned(), Value::Bool(*allowed));
            }
            Some(schema @ Value::Object(_)) => {
                let schema = self.schema(schema, &at.join("additionalProperties"))?;
                result.insert("additionalProperties".to_owned(), schema);
            }
            _ => {}
        }
        Ok(())
    }

    fn list(&mut self, schemas: &[Value], at: &Pointer) -> Result<Vec<Value>, ReferenceError> {
        schemas.iter().enumerate().map(|(index, schema)| self.schema(schema, &at.join(index))).collect()
    }
}

/// Whether a keyword means something to a validator. One that does not is left out, so that it cannot keep the others
/// from being checked.
fn is_usable(keyword: &str, value: &Value) -> bool {
    jsonschema::draft202012::new(&json!({ keyword: value })).is_ok()
}

/// `exclusiveMinimum` is a flag in OpenAPI 3.0 and a number in 3.1.
fn copy_bounds(members: &Map<String, Value>, result: &mut Map<String, Value>) {
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

fn example(members: &Map<String, Value>) -> Option<Value> {
    let first = match members.get("examples") {
        Some(Value::Array(examples)) => examples.first(),
        _ => None,
    };
    members.get("example").or(first).filter(|example| !example.is_object() && !example.is_array()).cloned()
}

/// Joins a part of an `allOf` into the whole: properties and requirements add up, other keywords keep the first.
fn merge(whole: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (keyword, value) in part {
        match (whole.get_mut(&keyword), value) {
            (Some(Value::Object(existing)), Value::Object(more)) if keyword == "properties" => {
                for (name, schema) in more {
                    existing.entry(name).or_insert(schema);
                }
            }
            (Some(Value::Array(existing)), Value::Array(more)) if keyword == "required" => {
                for name in more {
                    if !existing.contains(&name) {
                        existing.push(name);
                    }
                }
            }
            (Some(_), _) => {}
            (None, value) => {
                whole.insert(keyword, value);
            }
        }
    }
}

/// OpenAPI 3.0's `nullable` in the words of JSON Schema.
fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(Value::String(single)) = schema.get("type") {
        let types = json!([single, "null"]);
        schema.insert("type".to_owned(), types);
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum")
        && !options.contains(&Value::Null)
    {
        options.push(Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(document: &Value, schema: &Value, expected: &Value) {
        let budget = Cell::new(1_000);
        assert_eq!(&inline(document, schema, &Pointer::parse("/here"), &budget).unwrap(), expected);
    }

    #[test]
    fn references_are_replaced_and_recursion_is_cut() {
        let document = json!({"components": {"schemas": {
            "Tree": {"type": "object", "properties": {"name": {"type": "string"}, "child": {"$ref": "#/components/schemas/Tree"}}}
        }}});
        let expected = json!({"type": "object", "properties": {"name": {"type": "string"}, "child": {}}});
        check(&document, &json!({"$ref": "#/components/schemas/Tree"}), &expected);
    }

    #[test]
    fn the_wilds_boolean_required_becomes_a_list() {
        let schema = json!({"type": "object", "properties": {"todo": {"type": "string", "required": true}}});
        let expected = json!({"type": "object", "properties": {"todo": {"type": "string"}}, "required": ["todo"]});
        check(&json!({}), &schema, &expected);
    }

    #[test]
    fn both_dialects_of_null_and_bounds_end_alike() {
        let old = json!({"type": "integer", "nullable": true, "minimum": 0, "exclusiveMinimum": true});
        check(&json!({}), &old, &json!({"type": ["integer", "null"], "exclusiveMinimum": 0}));
        let new = json!({"type": ["integer", "null"], "exclusiveMinimum": 0});
        check(&json!({}), &new, &json!({"type": ["integer", "null"], "exclusiveMinimum": 0}));
    }

    #[test]
    fn a_schema_that_unfolds_without_end_is_cut() {
        let level = |below: usize| -> Value {
            let members: Map<String, Value> = (0..12)
                .map(|each| (format!("p{each}"), json!({ "$ref": format!("#/components/schemas/S{below}") })))
                .collect();
            json!({ "type": "object", "properties": members })
        };
        let schemas: Map<String, Value> = (0..9).map(|each| (format!("S{each}"), level(each + 1))).collect();
        let mut document = json!({ "components": { "schemas": schemas } });
        document["components"]["schemas"]["S9"] = json!({ "type": "string" });
        let budget = Cell::new(8_000);
        let wide = json!({ "$ref": "#/components/schemas/S0" });
        let first = inline(&document, &wide, &Pointer::root(), &budget).unwrap();
        assert!(first.to_string().len() < 1_000_000);
        inline(&document, &wide, &Pointer::root(), &budget).unwrap();
        assert_eq!(budget.get(), 0);
    }

    #[test]
    fn keywords_that_mean_nothing_are_left_out() {
        let schema = json!({"type": "int", "pattern": "[", "minLength": 2});
        check(&json!({}), &schema, &json!({"minLength": 2}));
    }

    #[test]
    fn all_of_is_merged() {
        let schema = json!({"allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]}
        ]});
        let expected = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
            "required": ["a", "b"]});
        check(&json!({}), &schema, &expected);
    }
}
