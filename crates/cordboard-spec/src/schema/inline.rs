//! Schemas without `$ref`: references are followed, `allOf` is merged, recursion and excess are cut.
//!
//! `oneOf` is written as `anyOf`: what a cut schema leaves open, several variants may allow, and the API itself decides.

use serde_json::{Map, Value, json};

use super::allowance::Allowance;
use super::compose::{allow_null, loosen, merge};
use super::discriminator::Discriminator;
use super::keyword;
use crate::document::bundle::{Bundle, Location};
use crate::document::reference::ReferenceError;

/// How many references and levels may stand around a schema.
const MAX_TRAIL: usize = 64;

/// How much of a schema is kept; beyond that anything goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Levels of nesting.
    pub(crate) depth: usize,
    /// Schemas in one result.
    pub(crate) schemas: usize,
}

/// What a schema describes: `readOnly` properties are not sent, `writeOnly` ones do not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Request,
    Response,
}

/// A reference in a schema that leads nowhere.
pub(crate) type DeadEnd = (Location, ReferenceError);

/// Makes schemas self-contained.
pub(crate) struct Inliner<'bundle> {
    bundle: &'bundle Bundle,
    limits: Limits,
    is_for: Use,
    allowance: &'bundle Allowance,
    /// The schemas around the present one; meeting one again is a recursion.
    trail: Vec<&'bundle Value>,
    depth: usize,
    room: usize,
    /// Names of properties that are not for this use.
    withheld: Vec<&'bundle str>,
    pub(crate) dead_ends: Vec<DeadEnd>,
}

impl<'bundle> Inliner<'bundle> {
    pub(crate) fn new(bundle: &'bundle Bundle, limits: Limits, is_for: Use, allowance: &'bundle Allowance) -> Self {
        Self {
            bundle,
            limits,
            is_for,
            allowance,
            trail: Vec::new(),
            depth: 0,
            room: 0,
            withheld: Vec::new(),
            dead_ends: Vec::new(),
        }
    }

    /// A schema in JSON Schema 2020-12 without `$ref`.
    pub(crate) fn inline(&mut self, schema: &'bundle Value, at: &Location) -> Value {
        let room = self.allowance.left().min(self.limits.schemas);
        self.room = room;
        let result = self.schema(schema, at);
        self.allowance.take(room - self.room);
        result
    }

    fn schema(&mut self, schema: &'bundle Value, at: &Location) -> Value {
        if self.trail.iter().any(|outer| std::ptr::eq(*outer, schema)) {
            return recursion(schema, at);
        }
        let Some(members) = schema.as_object() else { return json!({}) };
        let weight = weight(members);
        if self.room < weight || self.depth >= self.limits.depth || self.trail.len() >= MAX_TRAIL {
            self.room = if self.room < weight { 0 } else { self.room };
            return json!({});
        }
        self.room -= weight;
        self.trail.push(schema);
        let inlined = match members.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.reference(reference, members, at),
            None => self.level(members, at),
        };
        self.trail.pop();
        Value::Object(inlined)
    }

    /// The target of a reference, refined by what stands beside it.
    fn reference(
        &mut self,
        reference: &str,
        members: &'bundle Map<String, Value>,
        at: &Location,
    ) -> Map<String, Value> {
        let target = match self.bundle.follow(reference, at) {
            Ok(found) => self.schema(found.value, &found.at),
            Err(error) => {
                if !self.dead_ends.iter().any(|(place, _)| place == at) {
                    self.dead_ends.push((at.clone(), error));
                }
                json!({})
            }
        };
        let mut result = if members.len() > 1 { self.level(members, at) } else { Map::new() };
        if let Value::Object(target) = target {
            merge(&mut result, target);
        }
        if members.get("nullable") == Some(&Value::Bool(true)) {
            allow_null(&mut result);
        }
        result
    }

    fn level(&mut self, members: &'bundle Map<String, Value>, at: &Location) -> Map<String, Value> {
        self.depth += 1;
        let mut inlined = self.members(members, at);
        self.depth -= 1;
        loosen(&mut inlined);
        self.drop_withheld(&mut inlined);
        inlined
    }

    /// What is not sent is not required either.
    fn drop_withheld(&self, schema: &mut Map<String, Value>) {
        let Some(Value::Array(mut required)) = schema.shift_remove("required") else { return };
        let declared = schema.get("properties");
        let is_declared = |name: &str| declared.is_some_and(|properties| properties.get(name).is_some());
        required.retain(|name| name.as_str().is_some_and(|name| is_declared(name) || !self.withheld.contains(&name)));
        if !required.is_empty() {
            schema.insert("required".to_owned(), Value::Array(required));
        }
    }

    fn members(&mut self, members: &'bundle Map<String, Value>, at: &Location) -> Map<String, Value> {
        let mut result = keyword::plain(members, self.allowance);
        if self.is_for == Use::Request {
            describe(members, &mut result);
        }
        self.object(members, at, &mut result);
        self.array(members, at, &mut result);
        self.variants(members, at, &mut result);
        if let Some(Value::Array(parts)) = members.get("allOf") {
            for (index, part) in parts.iter().enumerate() {
                if let Value::Object(part) = self.schema(part, &at.join("allOf").join(index)) {
                    merge(&mut result, part);
                }
            }
        }
        if let Some(discriminator) = Discriminator::of(members) {
            discriminator.limit(&mut result);
        }
        if members.get("nullable") == Some(&Value::Bool(true)) || members.get("x-nullable") == Some(&Value::Bool(true))
        {
            allow_null(&mut result);
        }
        result
    }

    fn object(&mut self, members: &'bundle Map<String, Value>, at: &Location, result: &mut Map<String, Value>) {
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
        match members.get("additionalProperties") {
            // Which names `patternProperties` allows is left to the API.
            _ if members.contains_key("patternProperties") => {
                result.insert("additionalProperties".to_owned(), Value::Bool(true));
            }
            // Properties may be missing here.
            Some(Value::Bool(false)) if self.room == 0 => {}
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
        for (name, property) in properties {
            if self.room == 0 {
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

    fn array(&mut self, members: &'bundle Map<String, Value>, at: &Location, result: &mut Map<String, Value>) {
        match members.get("items") {
            Some(items @ Value::Object(_)) => {
                result.entry("type").or_insert_with(|| "array".into());
                let items = self.schema(items, &at.join("items"));
                result.insert("items".to_owned(), items);
            }
            // Before 2020-12 a list of schemas stood here.
            Some(Value::Array(tuple)) => {
                let tuple = self.list(tuple, &at.join("items"));
                result.insert("prefixItems".to_owned(), Value::Array(tuple));
            }
            _ => {}
        }
        if let Some(Value::Array(tuple)) = members.get("prefixItems").filter(|list| list != &&json!([])) {
            let tuple = self.list(tuple, &at.join("prefixItems"));
            result.insert("prefixItems".to_owned(), Value::Array(tuple));
        }
        if result.get("prefixItems") == Some(&json!([])) {
            result.shift_remove("prefixItems");
        }
    }

    fn variants(&mut self, members: &'bundle Map<String, Value>, at: &Location, result: &mut Map<String, Value>) {
        let discriminator = Discriminator::of(members);
        for keyword in ["oneOf", "anyOf"] {
            let Some(Value::Array(options)) = members.get(keyword).filter(|options| *options != &json!([])) else {
                continue;
            };
            let mut variants = self.list(options, &at.join(keyword));
            if let Some(discriminator) = &discriminator {
                for (variant, option) in variants.iter_mut().zip(options) {
                    discriminator.mark(variant, option.get("$ref").and_then(Value::as_str));
                }
            }
            merge(result, Map::from_iter([("anyOf".to_owned(), Value::Array(variants))]));
        }
    }

    fn list(&mut self, schemas: &'bundle [Value], at: &Location) -> Vec<Value> {
        schemas.iter().enumerate().map(|(index, schema)| self.schema(schema, &at.join(index))).collect()
    }
}

/// What a schema takes of the budget: one, and more where lists and texts of it are so long that they count themselves.
fn weight(members: &Map<String, Value>) -> usize {
    const KEPT: [&str; 7] = ["const", "default", "description", "enum", "pattern", "required", "title"];
    1 + KEPT.iter().filter_map(|keyword| members.get(*keyword)).map(bytes).sum::<usize>() / 1_024
}

/// About what a value takes in memory.
fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => 24 + text.len(),
        Value::Array(items) => 24 + items.iter().map(bytes).sum::<usize>(),
        Value::Object(members) => members.iter().map(|(key, member)| 64 + key.len() + bytes(member)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 16,
    }
}

/// What stands for a schema inside itself.
fn recursion(schema: &Value, at: &Location) -> Value {
    let name = at.pointer.keys().last().unwrap_or_default();
    let mut result = Map::new();
    if let Some(kind) = schema.get("type").and_then(keyword::types).filter(Value::is_string) {
        result.insert("type".to_owned(), kind);
    }
    result.insert("description".to_owned(), format!("another {name}, as above").into());
    Value::Object(result)
}

/// What a value means, and how one looks.
fn describe(members: &Map<String, Value>, result: &mut Map<String, Value>) {
    let text =
        |keyword: &str| members.get(keyword).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(description) = text("description").or_else(|| text("title")) {
        result.insert("description".to_owned(), description.into());
    }
    if let Some(example) = example(members) {
        result.insert("examples".to_owned(), json!([example]));
    }
}

/// A short example, if there is one.
fn example(members: &Map<String, Value>) -> Option<Value> {
    let first = match members.get("examples") {
        Some(Value::Array(examples)) => examples.first(),
        _ => None,
    };
    members.get("example").or(first).and_then(short_example)
}

/// An example where it is a plain value and short.
pub(crate) fn short_example(example: &Value) -> Option<Value> {
    match example {
        Value::String(text) if text.len() <= 100 => Some(example.clone()),
        Value::Number(_) | Value::Bool(_) => Some(example.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::document::pointer::Pointer;
    use crate::document::source::Source;

    const LIMITS: Limits = Limits { depth: 8, schemas: 5_000 };

    fn bundle(document: &Value) -> Bundle {
        Bundle::new(Source::parse("spec", document.to_string()).unwrap(), Url::parse("https://a.example/o").unwrap())
    }

    /// What becomes of the schema `here`.
    fn check(document: &Value, expected: &Value) {
        let bundle = bundle(document);
        let allowance = Allowance::new(1_000);
        let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
        let at = Location::in_main(Pointer::parse("/here"));
        assert_eq!(&inliner.inline(&bundle.main().value["here"], &at), expected);
    }

    #[test]
    fn references_are_replaced_and_recursion_is_cut() {
        let tree = json!({"type": "object", "properties": {"name": {"type": "string"}, "child": {"$ref": "#/Tree"}}});
        let expected = json!({"type": "object", "properties": {"name": {"type": "string"},
            "child": {"type": "object", "description": "another Tree, as above"}}});
        check(&json!({"here": {"$ref": "#/Tree"}, "Tree": tree}), &expected);
        check(&json!({"here": {"$ref": "#/here"}}), &json!({"description": "another here, as above"}));
    }

    #[test]
    fn what_stands_beside_a_reference_refines_it() {
        let document = json!({"here": {"$ref": "#/Name", "description": "The town.", "default": "Paris", "maxLength": 9},
            "Name": {"type": "string", "description": "A name.", "maxLength": 20}});
        let expected = json!({"type": "string", "description": "The town.", "default": "Paris", "maxLength": 9});
        check(&document, &expected);
    }

    #[test]
    fn the_wilds_boolean_required_becomes_a_list() {
        let schema = json!({"type": "object", "properties": {"todo": {"type": "string", "required": true}}});
        let expected = json!({"type": "object", "properties": {"todo": {"type": "string"}}, "required": ["todo"]});
        check(&json!({ "here": schema }), &expected);
    }

    #[test]
    fn every_dialect_of_null_ends_alike() {
        let expected = json!({"type": ["integer", "null"], "minimum": 0});
        check(&json!({"here": {"type": "integer", "nullable": true, "minimum": 0}}), &expected);
        check(&json!({"here": {"type": ["integer", "null"], "minimum": 0}}), &expected);
        check(&json!({"here": {"$ref": "#/n", "nullable": true}, "n": {"type": "integer", "minimum": 0}}), &expected);
        check(&json!({"here": {"enum": ["a"], "x-nullable": true}}), &json!({"enum": ["a", null]}));
    }

    #[test]
    fn a_schema_that_unfolds_without_end_is_cut() {
        let level = |below: usize| -> Value {
            let members: Map<String, Value> =
                (0..12).map(|each| (format!("p{each}"), json!({ "$ref": format!("#/S{below}") }))).collect();
            json!({ "type": "object", "properties": members })
        };
        let mut document: Map<String, Value> = (0..9).map(|each| (format!("S{each}"), level(each + 1))).collect();
        document.insert("S9".to_owned(), json!({ "type": "string" }));
        let bundle = bundle(&Value::Object(document));
        let allowance = Allowance::new(8_000);
        let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
        let at = Location::in_main(Pointer::parse("/S0"));
        let first = inliner.inline(&bundle.main().value["S0"], &at);
        assert!(first.to_string().len() < 1_000_000);
        inliner.inline(&bundle.main().value["S0"], &at);
        assert_eq!(allowance.left(), 0);
    }

    #[test]
    fn long_lists_within_a_schema_count_too() {
        let names: Map<String, Value> = (0..50_000).map(|each| (format!("p{each}"), json!({}))).collect();
        let options: Vec<String> = (0..50_000).map(|each| format!("option {each}")).collect();
        let used: Vec<Value> =
            (0..100).map(|_| json!({"anyOf": [{"$ref": "#/names"}, {"$ref": "#/options"}]})).collect();
        let document = json!({"here": {"allOf": used}, "options": {"enum": options},
            "names": {"properties": names, "additionalProperties": false}});
        let bundle = bundle(&document);
        let allowance = Allowance::new(1_000_000);
        let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
        let result = inliner.inline(&bundle.main().value["here"], &Location::in_main(Pointer::parse("/here")));
        assert!(result.to_string().len() < 1_000_000);
        assert!(!result.to_string().contains("additionalProperties"));
        assert_eq!(allowance.left(), 1_000_000 - LIMITS.schemas);
    }

    #[test]
    fn all_of_is_merged_where_it_overlaps_too() {
        let schema = json!({"allOf": [
            {"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}}, "required": ["a"]},
            {"type": "object", "properties": {"a": {"maxLength": 5}, "b": {"type": "integer"}}, "required": ["b"]},
            {"properties": {"b": {"type": "number", "minimum": 1}}}
        ]});
        let expected = json!({"type": "object", "properties": {"a": {"type": "string", "maxLength": 5},
            "b": {"type": "integer", "minimum": 1}}, "required": ["a", "b"]});
        check(&json!({ "here": schema }), &expected);
    }

    #[test]
    fn variants_say_which_value_selects_them() {
        let variant =
            |own: &str| json!({"type": "object", "properties": {"kind": {"type": "string"}, own: {"type": "number"}}});
        let document = json!({
            "here": {"oneOf": [{"$ref": "#/c/Circle"}, {"$ref": "#/c/Square"}],
                "discriminator": {"propertyName": "kind", "mapping": {"round": "#/c/Circle"}}},
            "c": {"Circle": variant("radius"), "Square": variant("side")}
        });
        let expected = json!({"anyOf": [
            {"type": "object", "properties": {"kind": {"type": "string", "const": "round"}, "radius": {"type": "number"}},
                "required": ["kind"]},
            {"type": "object", "properties": {"kind": {"type": "string", "const": "Square"}, "side": {"type": "number"}},
                "required": ["kind"]}
        ]});
        check(&document, &expected);
    }

    #[test]
    fn what_only_comes_back_is_neither_sent_nor_required() {
        let schema =
            json!({"allOf": [{"required": ["id", "name"]}, {"properties": {"id": {"readOnly": true}, "name": {}}}]});
        check(&json!({ "here": schema }), &json!({"type": "object", "properties": {"name": {}}, "required": ["name"]}));
    }

    #[test]
    fn a_dead_end_allows_anything_and_is_told() {
        let bundle = bundle(&json!({"here": {"type": "array", "items": {"$ref": "#/gone"}}}));
        let allowance = Allowance::new(100);
        let mut inliner = Inliner::new(&bundle, LIMITS, Use::Request, &allowance);
        let at = Location::in_main(Pointer::parse("/here"));
        assert_eq!(inliner.inline(&bundle.main().value["here"], &at), json!({"type": "array", "items": {}}));
        assert_eq!(inliner.dead_ends[0].0.pointer.as_str(), "/here/items");
    }
}
