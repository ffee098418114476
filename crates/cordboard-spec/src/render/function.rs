//! Operations as function tools: a name, a description, a JSON Schema.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{MAX_ARGUMENT_DESCRIPTION, MAX_OPERATION_DESCRIPTION, cut};
use crate::toolset::operation::Operation;

/// What every model server allows as a tool's name.
pub const MAX_TOOL_NAME: usize = 64;

/// One function tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunctionTool {
    /// `namespace_operation`; matches `^[a-zA-Z0-9_-]{1,64}$`.
    pub name: String,
    pub description: String,
    /// A JSON Schema of type object, without `$ref`.
    pub parameters: Value,
}

/// The name of an operation as a tool.
pub fn tool_name(operation: &Operation, namespace: &str) -> String {
    format!("{namespace}_{}", operation.name).chars().take(MAX_TOOL_NAME).collect()
}

/// An operation as a tool.
pub fn render(operation: &Operation, namespace: &str) -> FunctionTool {
    FunctionTool {
        name: tool_name(operation, namespace),
        description: cut(&operation.description, MAX_OPERATION_DESCRIPTION).to_owned(),
        parameters: slimmed(&operation.parameters),
    }
}

/// A schema without what only a validator needs, and with descriptions cut.
fn slimmed(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(keyword, value)| !is_noise(keyword, value));
            Value::Object(kept.map(|(keyword, value)| (keyword.clone(), slimmed_member(keyword, value))).collect())
        }
        Value::Array(items) => items.iter().map(slimmed).collect(),
        other => other.clone(),
    }
}

fn slimmed_member(keyword: &str, value: &Value) -> Value {
    match (keyword, value) {
        ("description", Value::String(text)) => cut(text, MAX_ARGUMENT_DESCRIPTION).into(),
        ("properties" | "patternProperties", Value::Object(properties)) => {
            let slim: Map<String, Value> =
                properties.iter().map(|(name, schema)| (name.clone(), slimmed(schema))).collect();
            Value::Object(slim)
        }
        ("enum" | "const" | "default" | "required" | "examples", value) => value.clone(),
        (_, value) => slimmed(value),
    }
}

fn is_noise(keyword: &str, value: &Value) -> bool {
    match keyword {
        "examples" | "contentEncoding" => true,
        "required" => value.as_array().is_some_and(Vec::is_empty),
        _ => false,
    }
}
