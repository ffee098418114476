//! `call_operation`: calls an operation that the model found by searching. It is planned, confirmed and sent like any
//! other call.

use cordboard_model::chat::ToolDefinition;
use serde::Deserialize;
use serde_json::{Value, json};

use super::definition;

pub(crate) const NAME: &str = "call_operation";

/// What a model wants to be called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) tool: String,
    pub(crate) raw_arguments: String,
}

#[derive(Debug, Deserialize)]
struct Arguments {
    operation: String,
    #[serde(default)]
    arguments: Value,
}

pub(super) fn tool() -> ToolDefinition {
    let description = "Calls an operation that you found with search_operations and read with describe_operation.";
    let parameters = json!({
        "type": "object",
        "properties": {
            "operation": {"type": "string", "description": "Its name"},
            "arguments": {"type": "object", "description": "Its arguments by name"}
        },
        "required": ["operation", "arguments"],
        "additionalProperties": false
    });
    definition(NAME, description, parameters, false)
}

/// The call within the call.
pub(crate) fn target(raw_arguments: &str) -> Result<Target, String> {
    let Arguments { operation, arguments } =
        serde_json::from_str(raw_arguments).map_err(|error| format!("The arguments do not fit: {error}."))?;
    let raw_arguments = match arguments {
        Value::Null => "{}".to_owned(),
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(Target { tool: operation, raw_arguments })
}

#[cfg(test)]
#[test]
fn the_call_within_the_call_is_read() {
    let check = |raw: &str| target(raw).map(|target| (target.tool, target.raw_arguments));
    let expected = Ok(("a_b".to_owned(), "{\"x\":1}".to_owned()));
    assert_eq!(check(r#"{"operation": "a_b", "arguments": {"x": 1}}"#), expected);
    assert_eq!(check(r#"{"operation": "a_b", "arguments": "{\"x\":1}"}"#), expected);
    assert_eq!(check(r#"{"operation": "a_b"}"#), Ok(("a_b".to_owned(), "{}".to_owned())));
    assert!(check("{}").is_err());
}
