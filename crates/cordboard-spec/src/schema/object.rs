//! Objects: properties, which of them are needed, and which others are allowed.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::inline::{Inliner, Use};
use crate::document::bundle::Location;

impl<'bundle> Inliner<'bundle> {
    pub(super) fn object(
        &mut self,
        members: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) {
        let mut required: Vec<Value> = match members.get("required") {
            Some(Value::Array(names)) => names.iter().filter(|name| name.is_string()).cloned().collect(),
            _ => Vec::new(),
        };
        if let Some(Value::Object(properties)) = members.get("properties") {
            let inlined = self.properties(properties, &at.join("properties"), &mut required);
            result.entry("type").or_insert_with(|| "object".into());
            result.insert("properties".to_owned(), Value::Object(inlined));
        }
        if !required.is_empty() {
            result.insert("required".to_owned(), Value::Array(required));
        }
        let every_pattern = self.pattern_properties(members, at, result);
        match members.get("additionalProperties") {
            // Which names the lost patterns allow is left to the API.
            _ if !every_pattern => {
                result.insert("additionalProperties".to_owned(), Value::Bool(true));
            }
            Some(Value::Bool(allowed)) => {
                result.insert("additionalProperties".to_owned(), Value::Bool(*allowed));
            }
            Some(schema @ Value::Object(_)) => {
                let schema = self.schema(schema, &at.join("additionalProperties"));
                result.insert("additionalProperties".to_owned(), schema);
            }
            _ => {}
        }
    }

    fn properties(
        &mut self,
        properties: &'bundle Map<String, Value>,
        at: &Location,
        required: &mut Vec<Value>,
    ) -> Map<String, Value> {
        let mut inlined = Map::new();
        for (index, (name, property)) in properties.iter().enumerate() {
            if self.room == 0 {
                self.cut(&at.join(name), "the schema is larger than is kept");
                let needed: HashSet<&str> = required.iter().filter_map(Value::as_str).collect();
                let rest = properties.iter().skip(index).filter(|(name, _)| needed.contains(name.as_str()));
                let sent = rest.filter(|(_, property)| !self.is_withheld(property, at));
                inlined.extend(sent.map(|(name, _)| (name.clone(), json!({}))));
                break;
            }
            if self.is_withheld(property, at) {
                self.withheld.push(name);
                continue;
            }
            inlined.insert(name.clone(), self.schema(property, &at.join(name)));
            // The wild writes `required: true` on the property itself.
            if property.get("required") == Some(&Value::Bool(true)) && !required.iter().any(|each| each == name) {
                required.push(name.as_str().into());
            }
        }
        inlined
    }

    fn is_withheld(&self, property: &'bundle Value, at: &Location) -> bool {
        let keyword = match self.is_for {
            Use::Request => "readOnly",
            Use::Response => "writeOnly",
        };
        let says_so = |schema: &Value| schema.get(keyword) == Some(&Value::Bool(true));
        says_so(property)
            || property.get("$ref").is_some()
                && self.bundle.resolve(property, at).is_ok_and(|target| says_so(target.value))
    }

    /// Properties by patterns of their names; says whether every pattern is kept.
    fn pattern_properties(
        &mut self,
        members: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) -> bool {
        let Some(Value::Object(declared)) = members.get("patternProperties") else { return true };
        let at = at.join("patternProperties");
        let mut kept = Map::new();
        for (pattern, schema) in declared {
            if self.room > 0 && self.allowance.is_pattern(pattern) {
                kept.insert(pattern.clone(), self.schema(schema, &at.join(pattern)));
            }
        }
        let is_whole = kept.len() == declared.len();
        if !kept.is_empty() {
            result.insert("patternProperties".to_owned(), Value::Object(kept));
        }
        is_whole
    }
}
