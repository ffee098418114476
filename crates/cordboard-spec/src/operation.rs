//! Operations as they can be called.

use cordboard_domain::call::Method;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::argument::Argument;
use crate::finding::Finding;

/// An operation that can be called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// Unique within the plugin; letters, digits, underscores.
    pub name: String,
    pub method: Method,
    /// The path template, with a leading slash and without a query.
    pub path: String,
    /// Base address without a trailing slash.
    pub server: String,
    /// What it does, as the model is told: the description, or else the summary.
    pub description: String,
    /// One line for people.
    pub summary: String,
    /// `x-openai-isConsequential`.
    pub consequential: Option<bool>,
    /// Requests in people's words that should lead here (`x-cordboard-examples`).
    pub examples: Vec<String>,
    pub arguments: Vec<Argument>,
    /// Whether a JSON body is sent even when no argument for it is given.
    pub body_required: bool,
    /// Query parameters that stood in the path itself.
    pub fixed_query: Option<String>,
    /// JSON Schema of the flattened arguments.
    pub parameters: Value,
    /// Not empty: it works, but with the restrictions named here.
    pub restrictions: Vec<Finding>,
}

impl Operation {
    /// The schema of the flattened argument object.
    pub fn parameters_schema(arguments: &[Argument]) -> Value {
        let properties: Map<String, Value> =
            arguments.iter().map(|argument| (argument.name.clone(), argument.schema.clone())).collect();
        let required: Vec<Value> = arguments
            .iter()
            .filter(|argument| argument.required)
            .map(|argument| argument.name.as_str().into())
            .collect();
        serde_json::json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false
        })
    }
}

/// An operation that cannot be called, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusedOperation {
    pub name: String,
    pub method: Method,
    pub path: String,
    pub reason: Finding,
}
