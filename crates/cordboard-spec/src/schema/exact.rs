//! Schemas word for word, for places where a loosened one would forbid what is allowed.

use serde_json::{Map, Value, json};

use super::fit::has_lost_digits;
use super::inline::Inliner;
use super::keyword;
use crate::document::bundle::Location;

impl<'bundle> Inliner<'bundle> {
    /// The schema with its references followed; nothing where a part of it is not understood, recursive or too large.
    pub(super) fn exact(&mut self, schema: &'bundle Value, at: &Location) -> Option<Value> {
        let members = match schema {
            Value::Bool(_) => return Some(schema.clone()),
            Value::Object(members) => members,
            _ => return None,
        };
        if self.room == 0 || self.trail.len() >= 32 || self.trail.iter().any(|outer| std::ptr::eq(*outer, schema)) {
            return None;
        }
        self.room -= 1;
        self.trail.push(schema);
        let exact = self.exact_members(members, at);
        self.trail.pop();
        exact.map(Value::Object)
    }

    fn exact_members(&mut self, members: &'bundle Map<String, Value>, at: &Location) -> Option<Map<String, Value>> {
        let mut result = Map::new();
        for (keyword, value) in members {
            if says_nothing(keyword, value) {
                continue;
            }
            if let ("$ref", Value::String(reference)) = (keyword.as_str(), value) {
                let found = self.bundle.follow(reference, at).ok()?;
                let Value::Object(target) = self.exact(found.value, &found.at)? else { return None };
                // Beside a reference OpenAPI 3.0 means nothing and 3.1 means both.
                if members.iter().any(|(other, value)| other != "$ref" && !says_nothing(other, value)) {
                    return None;
                }
                return Some(target);
            }
            let value = self.exact_keyword(keyword, value, &at.join(keyword))?;
            result.insert(keyword.clone(), value);
        }
        Some(result)
    }

    fn exact_keyword(&mut self, keyword: &str, value: &'bundle Value, at: &Location) -> Option<Value> {
        match (keyword, value) {
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(schemas)) => {
                self.exact_map(keyword, schemas, at)
            }
            ("allOf" | "anyOf" | "oneOf" | "prefixItems", Value::Array(schemas)) if !schemas.is_empty() => {
                let mut exact = Vec::with_capacity(schemas.len());
                for (index, schema) in schemas.iter().enumerate() {
                    exact.push(self.exact(schema, &at.join(index))?);
                }
                Some(Value::Array(exact))
            }
            (
                "additionalProperties" | "items" | "contains" | "propertyNames" | "not" | "if" | "then" | "else",
                schema,
            ) => self.exact(schema, at),
            _ => self.is_plain(keyword, value).then(|| value.clone()),
        }
    }

    fn exact_map(&mut self, keyword: &str, schemas: &'bundle Map<String, Value>, at: &Location) -> Option<Value> {
        let mut exact = Map::new();
        for (name, schema) in schemas {
            if keyword == "patternProperties" && !self.allowance.is_pattern(name) {
                return None;
            }
            exact.insert(name.clone(), self.exact(schema, &at.join(name))?);
        }
        Some(Value::Object(exact))
    }

    /// Whether a keyword stands as JSON Schema 2020-12 has it.
    fn is_plain(&self, keyword: &str, value: &Value) -> bool {
        let are_names = |value: &Value| {
            let unique = |names: &Vec<Value>| {
                names.iter().enumerate().all(|(index, name)| name.is_string() && !names[..index].contains(name))
            };
            value.as_array().is_some_and(unique)
        };
        match keyword {
            "type" => keyword::types(value).as_ref() == Some(value),
            "enum" => value.as_array().is_some_and(|options| {
                !options.is_empty() && options.len() <= 1_000 && !options.iter().any(has_lost_digits)
            }),
            "const" => !has_lost_digits(value),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
            | "maxContains" => value.is_u64(),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
                value.is_number() && !has_lost_digits(value)
            }
            "multipleOf" => value.as_f64().is_some_and(|step| step > 0.0),
            "pattern" => value.as_str().is_some_and(|pattern| self.allowance.is_pattern(pattern)),
            "uniqueItems" => value.is_boolean(),
            "required" => are_names(value),
            "dependentRequired" => value.as_object().is_some_and(|names| names.values().all(are_names)),
            _ => false,
        }
    }
}

/// Whether a keyword says nothing about which values are valid.
fn says_nothing(keyword: &str, value: &Value) -> bool {
    const ANNOTATIONS: [&str; 19] = [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "format",
        "xml",
        "externalDocs",
        "discriminator",
        "contentEncoding",
        "contentMediaType",
        "$comment",
        "$id",
        "$anchor",
        "$defs",
        "definitions",
    ];
    ANNOTATIONS.contains(&keyword)
        || keyword.starts_with("x-")
        || keyword == "nullable" && value == &json!(false)
        || keyword == "required" && value == &json!(false)
}
