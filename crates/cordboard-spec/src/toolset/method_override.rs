//! Operations whose arguments may override their method: they count as writes.

use cordboard_domain::method_override::{is_ambiguous, is_in_pairs, is_override, is_writing_method};
use serde_json::Value;

use super::argument::{Argument, Place};
use super::operation::Operation;

impl Operation {
    /// Whether every call of the operation only reads: its method does, and no argument can override it.
    pub fn is_read(&self) -> bool {
        self.method.is_safe() && !self.may_override_method()
    }

    /// Whether a person is asked before a call, unless a standing permission covers it.
    pub fn asks(&self) -> bool {
        !self.is_read() || self.consequential == Some(true)
    }

    /// Whether what is sent may name another method than the operation's own.
    pub(crate) fn may_override_method(&self) -> bool {
        let of_person = self.personal.iter().filter_map(|each| each.place.published_name());
        self.fixed_query.as_deref().is_some_and(is_in_pairs)
            || of_person.into_iter().any(is_override)
            || self.arguments.iter().any(|argument| may_override(argument, self.schema(argument)))
    }
}

/// Whether an argument, or a member of an object that becomes parameters or fields of its own, may override the method.
pub(crate) fn may_override(argument: &Argument, schema: &Value) -> bool {
    let names_method = argument.place.published_name().is_some_and(|name| names_method(name, schema));
    let is_spread = match &argument.place {
        Place::Query { .. } | Place::QueryString { .. } | Place::Cookie { .. } | Place::Body => true,
        Place::Path { .. } | Place::Header { .. } | Place::BodyProperty { .. } => false,
    };
    names_method || is_spread && has_method_member(schema)
}

fn names_method(name: &str, schema: &Value) -> bool {
    is_override(name) || is_ambiguous(name) && allows_writing_method(schema)
}

fn has_method_member(schema: &Value) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    properties.into_iter().any(|(name, member)| names_method(name, member))
        || required.into_iter().any(is_override)
        || variants(schema).any(has_method_member)
}

/// Whether a schema names a writing method as a value, a default or an example.
fn allows_writing_method(schema: &Value) -> bool {
    let is_writing = |value: &Value| value.as_str().is_some_and(is_writing_method);
    let single = ["const", "default", "example"].into_iter().filter_map(|key| schema.get(key));
    let listed = ["enum", "examples"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    single.chain(listed).any(is_writing)
        || schema.get("items").is_some_and(allows_writing_method)
        || variants(schema).any(allows_writing_method)
}

fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten()
}
