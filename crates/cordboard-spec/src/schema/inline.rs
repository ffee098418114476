//! Schemas without `$ref`: references are followed, `allOf` is merged, recursion and excess are cut.
//!
//! `oneOf` is written as `anyOf`: what a cut schema leaves open, several variants may allow, and the API itself decides.

use cordboard_domain::deceptive_text::visible;
use serde_json::{Map, Value, json};

use super::allowance::Allowance;
use super::compose::{allow_null, loosen, merge};
use super::discriminator::Discriminator;
use super::fault::SchemaFault;
use super::{keyword, satisfy};
use crate::document::bundle::{Bundle, Location};

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

/// The most faults that are told of one schema.
const MAX_FAULTS: usize = 100;

/// Makes schemas self-contained.
pub(crate) struct Inliner<'bundle> {
    pub(super) bundle: &'bundle Bundle,
    limits: Limits,
    pub(super) is_for: Use,
    pub(super) allowance: &'bundle Allowance,
    /// The schemas around the present one; meeting one again is a recursion.
    pub(super) trail: Vec<&'bundle Value>,
    depth: usize,
    pub(super) room: usize,
    /// Whether the next schema is a part of another one's `allOf`, so that it stands for itself and not for its subtypes.
    pub(super) is_part: bool,
    /// Whether anything was cut so far.
    was_cut: bool,
    /// Names of properties that are not for this use.
    pub(super) withheld: Vec<&'bundle str>,
    pub(crate) faults: Vec<SchemaFault>,
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
            is_part: false,
            was_cut: false,
            withheld: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// A schema in JSON Schema 2020-12 without `$ref`.
    pub(crate) fn inline(&mut self, schema: &'bundle Value, at: &Location) -> Value {
        // A schema's own level is bounded by the document: only what unfolds below it counts.
        let room = self.allowance.left().saturating_add(1).min(self.limits.schemas);
        self.room = room;
        let result = self.schema(schema, at);
        self.allowance.take((room - self.room).saturating_sub(1));
        result
    }

    pub(super) fn schema(&mut self, schema: &'bundle Value, at: &Location) -> Value {
        if self.trail.iter().any(|outer| std::ptr::eq(*outer, schema)) {
            // A chain of references that never comes to a schema is no recursion but a slip.
            if let Err(error) = self.bundle.resolve(schema, at) {
                self.fault(at, error.code(), format!("{error}; any value is allowed there"));
            }
            return recursion(schema, at);
        }
        let Some(members) = schema.as_object() else { return json!({}) };
        let weight = weight(members);
        if self.room < weight {
            self.room = 0;
            self.cut(at, "the schema is larger than is kept");
            return json!({});
        }
        if self.trail.len() >= MAX_TRAIL || self.depth >= self.limits.depth && nests(members) {
            self.cut(at, "the schema is nested deeper than is kept");
            return Value::Object(only_type(schema));
        }
        self.room -= weight;
        self.trail.push(schema);
        // Everything is written out where it is used, so that a dynamic reference leads where a plain one does.
        let reference = members.get("$ref").or_else(|| members.get("$dynamicRef"));
        let inlined = match reference.and_then(Value::as_str) {
            Some(reference) => self.reference(reference, members, at),
            None => self.level(members, at),
        };
        self.trail.pop();
        Value::Object(inlined)
    }

    /// Notes where something is left out; the first place for each reason.
    pub(super) fn cut(&mut self, at: &Location, reason: &'static str) {
        self.was_cut = true;
        let is_told = |fault: &SchemaFault| fault.code == "schema-cut" && fault.message.starts_with(reason);
        if !self.faults.iter().any(is_told) {
            self.fault(at, "schema-cut", format!("{reason}; from here on any value is allowed"));
        }
    }

    pub(super) fn fault(&mut self, at: &Location, code: &'static str, message: String) {
        let fault = SchemaFault { at: at.clone(), code, message };
        if self.faults.len() < MAX_FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Notes what no value can satisfy.
    pub(super) fn contradiction(&mut self, at: &Location, what: &str) {
        self.fault(at, "contradictory-schema", format!("{what}, so no value fits; that is left out"));
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
                self.fault(at, error.code(), format!("{error}; any value is allowed there"));
                json!({})
            }
        };
        let Value::Object(target) = target else { return Map::new() };
        if members.len() == 1 {
            return target;
        }
        let mut result = self.level(members, at);
        if !merge(&mut result, target) {
            self.contradiction(at, "what stands beside the reference excludes what it leads to");
        }
        if members.get("nullable") == Some(&Value::Bool(true)) {
            allow_null(&mut result);
        }
        self.settle(&mut result, at);
        result
    }

    fn level(&mut self, members: &'bundle Map<String, Value>, at: &Location) -> Map<String, Value> {
        self.depth += 1;
        let mut inlined = self.members(members, at);
        self.depth -= 1;
        loosen(&mut inlined);
        self.drop_withheld(&mut inlined);
        self.settle(&mut inlined, at);
        inlined
    }

    /// Leaves out what excludes every value.
    fn settle(&mut self, schema: &mut Map<String, Value>, at: &Location) {
        // Properties that were cut can be sent all the same.
        if self.was_cut && schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            schema.shift_remove("additionalProperties");
        }
        for problem in satisfy::loosen(schema, !self.withheld.is_empty()) {
            self.contradiction(at, &problem);
        }
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
        let is_part = std::mem::take(&mut self.is_part);
        let mut lost = Vec::new();
        let mut result = keyword::plain(members, self.allowance, &mut lost);
        for what in lost {
            self.fault(at, "unusable-keyword", what);
        }
        if self.is_for == Use::Request {
            describe(members, &mut result);
        }
        self.object(members, at, &mut result);
        self.array(members, at, &mut result);
        self.variants(members, at, &mut result);
        if !is_part {
            self.subtypes(members, at, &mut result);
        }
        self.conditions(members, at, &mut result);
        self.parts(members, at, &mut result);
        if let Some(discriminator) = Discriminator::of(members) {
            discriminator.limit(&mut result);
        }
        if members.get("nullable") == Some(&Value::Bool(true)) || members.get("x-nullable") == Some(&Value::Bool(true))
        {
            allow_null(&mut result);
        }
        result
    }

    /// `allOf`, whose parts describe the same level.
    fn parts(&mut self, members: &'bundle Map<String, Value>, at: &Location, result: &mut Map<String, Value>) {
        let Some(Value::Array(parts)) = members.get("allOf") else { return };
        for (index, part) in parts.iter().enumerate() {
            let at = at.join("allOf").join(index);
            if self.is_enclosing(part, &at) {
                continue;
            }
            self.depth -= 1;
            self.is_part = true;
            let part = self.schema(part, &at);
            self.is_part = false;
            self.depth += 1;
            if let Value::Object(part) = part
                && !merge(result, part)
            {
                self.contradiction(&at, "this part of `allOf` excludes the others");
            }
        }
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
        close_tuple(members, result);
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
            // Two lists of variants do not exclude each other; they are kept side by side.
            let _ = merge(result, Map::from_iter([("anyOf".to_owned(), Value::Array(variants))]));
        }
    }

    fn list(&mut self, schemas: &'bundle [Value], at: &Location) -> Vec<Value> {
        schemas.iter().enumerate().map(|(index, schema)| self.schema(schema, &at.join(index))).collect()
    }
}

/// A tuple that has no further items, as 2020-12 and as earlier drafts write it.
fn close_tuple(members: &Map<String, Value>, result: &mut Map<String, Value>) {
    let Some(Value::Array(tuple)) = result.get("prefixItems") else { return };
    let keyword = if members.get("items").is_some_and(Value::is_array) { "additionalItems" } else { "items" };
    let least = members.get("minItems").and_then(Value::as_u64).unwrap_or_default();
    if members.get(keyword) == Some(&Value::Bool(false)) && least <= tuple.len() as u64 {
        result.insert("items".to_owned(), Value::Bool(false));
    }
}

/// What a schema takes of the budget: one, and more where lists and texts of it are so long that they count themselves.
fn weight(members: &Map<String, Value>) -> usize {
    const KEPT: [&str; 7] = ["const", "default", "description", "enum", "pattern", "required", "title"];
    1 + KEPT.iter().filter_map(|keyword| members.get(*keyword)).map(bytes).sum::<usize>() / 1_024
}

/// About what a value takes in memory.
pub(crate) fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => 24 + text.len(),
        Value::Array(items) => 24 + items.iter().map(bytes).sum::<usize>(),
        Value::Object(members) => members.iter().map(|(key, member)| 64 + key.len() + bytes(member)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 16,
    }
}

/// Whether there are schemas within a schema. References are followed at any depth: they may lead to plain ones.
fn nests(members: &Map<String, Value>) -> bool {
    members.iter().any(|(keyword, value)| match keyword.as_str() {
        "properties" | "items" | "prefixItems" | "allOf" | "anyOf" | "oneOf" | "patternProperties" => true,
        "additionalProperties" | "not" | "if" | "contains" | "dependentSchemas" | "propertyNames" => value.is_object(),
        _ => false,
    })
}

/// What stands for a schema inside itself.
fn recursion(schema: &Value, at: &Location) -> Value {
    let name = at.pointer.keys().last().unwrap_or_default();
    let mut result = only_type(schema);
    result.insert("description".to_owned(), format!("another {}, as above", visible(&name)).into());
    Value::Object(result)
}

fn only_type(schema: &Value) -> Map<String, Value> {
    let kind = schema.get("type").and_then(keyword::types).filter(Value::is_string);
    kind.map(|kind| ("type".to_owned(), kind)).into_iter().collect()
}

/// What a value means, and how one looks.
fn describe(members: &Map<String, Value>, result: &mut Map<String, Value>) {
    let text =
        |keyword: &str| members.get(keyword).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    if let Some(description) = text("description").or_else(|| text("title")) {
        result.insert("description".to_owned(), visible(description).into());
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
        Value::String(text) if text.len() <= 100 => Some(visible(text).into()),
        Value::Number(_) | Value::Bool(_) => Some(example.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
