//! Operations as function tools: a name, a description, a JSON Schema.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{MAX_ARGUMENT_DESCRIPTION, MAX_OPERATION_DESCRIPTION, cut};
use crate::toolset::operation::Operation;

/// What every model server allows as a tool's name.
pub const MAX_TOOL_NAME: usize = 64;

/// What operations' names, which have at most 40 characters, leave for the namespace.
const MAX_NAMESPACE: usize = MAX_TOOL_NAME - 41;

/// One function tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunctionTool {
    /// `namespace_operation`; matches `^[a-zA-Z0-9_-]{1,64}$`.
    pub name: String,
    pub description: String,
    /// A JSON Schema of type object, without `$ref`.
    pub parameters: Value,
}

/// The name of an operation as a tool: unique within the plugin, also where its namespace has to be cut.
pub fn tool_name(operation: &Operation, namespace: &str) -> String {
    let namespace: String = namespace.chars().take(MAX_NAMESPACE).collect();
    format!("{namespace}_{}", operation.name)
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
        ("properties" | "patternProperties" | "dependentSchemas", Value::Object(properties)) => {
            let slim: Map<String, Value> =
                properties.iter().map(|(name, schema)| (name.clone(), slimmed(schema))).collect();
            Value::Object(slim)
        }
        ("enum" | "const" | "default" | "required" | "dependentRequired" | "examples", value) => value.clone(),
        (_, value) => slimmed(value),
    }
}

fn is_noise(keyword: &str, value: &Value) -> bool {
    match keyword {
        "examples" | "contentEncoding" | "contentMediaType" => true,
        "required" => value.as_array().is_some_and(Vec::is_empty),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::document::bundle::Bundle;
    use crate::toolset::Toolset;

    #[test]
    fn names_stay_apart_below_a_long_namespace() {
        let id = "a_name_of_an_operation_that_is_rather_lo";
        let spec = format!("openapi: 3.0.0\npaths: {{/a: {{get: {{operationId: {id}}}, put: {{operationId: {id}}}}}}}");
        let address = Url::parse("https://a.example/o.yaml").unwrap();
        let toolset = Toolset::compile_bare(&Bundle::read(&address, spec).unwrap()).unwrap();
        let name = |index: usize| tool_name(&toolset.operations[index], "a_plugin_whose_name_is_forty_characters");
        assert_eq!(name(0), format!("a_plugin_whose_name_is__{id}"));
        assert!(name(0) != name(1) && name(1).len() <= MAX_TOOL_NAME, "{}", name(1));
    }
}
