//! Checks a model's arguments and says in one sentence what to mend.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value};

use crate::operation::Operation;

/// Arguments that do not fit, in words for the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ArgumentProblem(pub String);

/// Reads and checks the arguments that a model wrote for an operation.
pub fn arguments(operation: &Operation, raw: &str) -> Result<Map<String, Value>, ArgumentProblem> {
    let raw = if raw.trim().is_empty() { "{}" } else { raw };
    let value: Value = serde_json::from_str(raw)
        .map_err(|error| ArgumentProblem(format!("The arguments are not valid JSON: {error}.")))?;
    let Value::Object(mut members) = value else {
        return Err(ArgumentProblem("The arguments must be one JSON object.".to_owned()));
    };
    drop_nulls(operation, &mut members);
    let value = Value::Object(members);
    check(operation, &value)?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(ArgumentProblem("The arguments must be one JSON object.".to_owned())),
    }
}

/// Models write `null` for what they leave out.
fn drop_nulls(operation: &Operation, members: &mut Map<String, Value>) {
    let optional = |name: &str| operation.arguments.iter().any(|argument| argument.name == name && !argument.required);
    members.retain(|name, value| !(value.is_null() && optional(name)));
}

fn check(operation: &Operation, value: &Value) -> Result<(), ArgumentProblem> {
    let validator = validator(&operation.parameters).map_err(|_| {
        ArgumentProblem("The plugin's description of its arguments is broken, so nothing was sent.".to_owned())
    })?;
    let problems: Vec<String> = validator.iter_errors(value).take(5).map(|error| sentence(operation, &error)).collect();
    if problems.is_empty() { Ok(()) } else { Err(ArgumentProblem(problems.join(" "))) }
}

fn validator(schema: &Value) -> Result<Validator, Box<ValidationError<'static>>> {
    jsonschema::draft202012::options().should_validate_formats(false).build(schema).map_err(Box::new)
}

fn sentence(operation: &Operation, error: &ValidationError<'_>) -> String {
    let path = error.instance_path().to_string();
    let place = path.trim_start_matches('/').replace('/', ".");
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            if place.is_empty() {
                format!("The argument `{name}` is missing.")
            } else {
                format!("`{name}` is missing in `{place}`.")
            }
        }
        ValidationErrorKind::AdditionalProperties { unexpected } if place.is_empty() => {
            let known: Vec<String> =
                operation.arguments.iter().map(|argument| format!("`{}`", argument.name)).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            format!("There is no argument `{}`; the arguments are: {known}.", unexpected.join("`, `"))
        }
        _ => format!("The argument `{place}` does not fit: {error}."),
    }
}
