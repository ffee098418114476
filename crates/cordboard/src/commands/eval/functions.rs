//! Functions of an evaluation set as a plugin: an OpenAPI description is written and compiled like anybody's.

use std::collections::HashSet;

use anyhow::Context as _;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::toolset::Toolset;
use serde_json::{Map, Value, json};
use url::Url;

/// One function, which becomes an operation that only reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Function {
    /// A valid `operationId`.
    pub(super) id: String,
    pub(super) description: String,
    /// By name: a JSON Schema.
    pub(super) parameters: Map<String, Value>,
    pub(super) required: Vec<String>,
}

/// The texts of a manifest.
pub(super) struct Profile<'a> {
    pub(super) name: &'a str,
    pub(super) about: &'a str,
}

/// Says nothing that a request could match, so that only the functions themselves count.
pub(super) const NEUTRAL: Profile<'static> = Profile { name: "functions", about: "A set of functions." };

/// A name made fit for an `operationId`.
pub(super) fn valid_id(name: &str) -> String {
    name.chars().map(|each| if each.is_ascii_alphanumeric() { each } else { '_' }).collect()
}

/// Compiles functions as one plugin.
pub(super) fn compile(profile: &Profile<'_>, functions: &[Function]) -> anyhow::Result<Toolset> {
    let url = Url::parse("https://functions.example/.well-known/ai-plugin.json").expect("the address is valid");
    let manifest = json!({
        "schema_version": "v1", "name_for_model": profile.name, "name_for_human": profile.name,
        "description_for_model": profile.about, "description_for_human": profile.about,
        "auth": {"type": "none"}, "api": {"type": "openapi", "url": "/openapi.json"}
    });
    let spec_url = url.join("/openapi.json").expect("the address is valid");
    let bundle = Bundle::read(&spec_url, description(profile, functions).to_string())?;
    Toolset::compile(&url, &manifest.to_string(), &bundle)
        .with_context(|| format!("the functions of `{}` cannot be compiled as a plugin", profile.name))
}

fn description(profile: &Profile<'_>, functions: &[Function]) -> Value {
    let mut seen = HashSet::new();
    let distinct = functions.iter().filter(|function| seen.insert(&function.id));
    let paths: Map<String, Value> =
        distinct.map(|function| (format!("/{}", function.id), json!({"get": operation(function)}))).collect();
    json!({
        "openapi": "3.1.0", "info": {"title": profile.name, "version": "1"},
        "servers": [{"url": "https://functions.example"}], "paths": paths
    })
}

fn operation(function: &Function) -> Value {
    let parameters: Vec<Value> = function.parameters.iter().map(|each| parameter(function, each)).collect();
    json!({
        "operationId": function.id, "description": function.description, "x-openai-isConsequential": false,
        "parameters": parameters, "responses": {"200": {"description": "The result"}}
    })
}

/// Lists and objects are sent as JSON, so that nested values keep their form.
fn parameter(function: &Function, (name, schema): (&String, &Value)) -> Value {
    let is_nested =
        !matches!(schema.get("type").and_then(Value::as_str), Some("string" | "integer" | "number" | "boolean"));
    let mut parameter = json!({"name": name, "in": "query", "required": function.required.contains(name)});
    if let Some(description) = schema.get("description") {
        parameter["description"] = description.clone();
    }
    if is_nested {
        parameter["content"] = json!({"application/json": {"schema": schema}});
    } else {
        parameter["schema"] = schema.clone();
    }
    parameter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_keep_their_schemas_and_only_read() {
        let point = json!({"type": "object", "properties": {"x": {"type": "number"}}, "description": "Where"});
        let function = Function {
            id: valid_id("math.distance"),
            description: "Measures a distance.".to_owned(),
            parameters: [("to".to_owned(), point), ("unit".to_owned(), json!({"type": "string", "enum": ["m", "km"]}))]
                .into_iter()
                .collect(),
            required: vec!["to".to_owned()],
        };
        let toolset = compile(&NEUTRAL, &[function]).unwrap();
        let operation = &toolset.operations[0];
        assert_eq!(operation.operation_id, "math_distance");
        assert!(!operation.asks());
        assert_eq!(operation.parameters["required"], json!(["to"]));
        assert_eq!(operation.parameters["properties"]["to"]["properties"]["x"]["type"], "number");
        assert_eq!(operation.parameters["properties"]["to"]["description"], "Where");
        assert_eq!(operation.parameters["properties"]["unit"]["enum"], json!(["m", "km"]));
        assert_eq!(operation.restrictions, []);
    }
}
