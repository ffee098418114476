//! Checks a model's arguments, mends harmless slips, and says in one short message what else is wrong.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value};

use super::misfit::Misfit;
use super::{digits, repair, whole};
use crate::toolset::argument::{Argument, Place};
use crate::toolset::operation::Operation;

/// How often mending is tried; each round may uncover slips further down.
const MAX_ROUNDS: usize = 4;
/// How many arguments one message lists.
const MAX_LISTED: usize = 40;
/// How many problems one message names.
const MAX_PROBLEMS: usize = 5;

/// Arguments that do not fit, in words for the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ArgumentProblem(pub String);

/// Arguments that fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckedArguments {
    pub arguments: Map<String, Value>,
    /// What was mended, in words: `` `limit`: "5" was read as 5 ``.
    pub repairs: Vec<String>,
}

/// Reads and checks the arguments that a model wrote for an operation.
pub fn arguments(operation: &Operation, raw: &str) -> Result<CheckedArguments, ArgumentProblem> {
    let mut repairs = Vec::new();
    let mut arguments = repair::read_object(raw, &mut repairs).map_err(ArgumentProblem)?;
    repair::names(operation, &mut arguments, &mut repairs);
    repair::drop_nulls(operation, &mut arguments);
    let validator = operation.validator.get(|| validator(&operation.parameters)).as_ref().ok_or_else(|| {
        ArgumentProblem("The plugin's description of its arguments is broken, so nothing was sent.".to_owned())
    })?;
    let mut value = Value::Object(arguments);
    for _ in 0..MAX_ROUNDS {
        let Err(problem) = check(operation, validator, &value) else { break };
        if !repair::values(&operation.parameters, validator, &mut value, &mut repairs) {
            return Err(problem);
        }
    }
    check(operation, validator, &value)?;
    whole::without_fractions(&operation.parameters, &mut value, "", &mut repairs);
    match value {
        Value::Object(arguments) => Ok(CheckedArguments { arguments, repairs }),
        _ => Err(ArgumentProblem("The arguments must be one JSON object.".to_owned())),
    }
}

fn check(operation: &Operation, validator: &Validator, value: &Value) -> Result<(), ArgumentProblem> {
    let missing = missing_in_body(operation, value);
    if missing.is_empty() && validator.is_valid(value) {
        return Ok(());
    }
    let excused = |error: &ValidationError<'_>| match error.kind() {
        ValidationErrorKind::Required { property } => {
            error.instance_path().as_str().is_empty()
                && is_excused(operation, value, property.as_str().unwrap_or_default())
        }
        _ => false,
    };
    let errors = validator.iter_errors(value).filter(|error| !excused(error));
    let missing = missing.into_iter().map(|name| format!("The argument `{name}` is missing, which the body needs."));
    let problems: Vec<String> =
        errors.map(|error| sentence(operation, &error)).chain(missing).take(MAX_PROBLEMS).collect();
    if problems.is_empty() { Ok(()) } else { Err(ArgumentProblem(problems.join(" "))) }
}

/// Arguments that an optional body needs although a call without one does not, where something of it is given.
fn missing_in_body<'operation>(operation: &'operation Operation, value: &Value) -> Vec<&'operation str> {
    let needs = |argument: &&Argument| !argument.required && is_needed_in_body(operation, argument);
    let absent = |argument: &&Argument| value.get(&argument.name).is_none();
    let missing = operation.arguments.iter().filter(needs).filter(absent).map(|argument| argument.name.as_str());
    if is_body_given(operation, value) { missing.collect() } else { Vec::new() }
}

/// Whether an argument may be missing because no body is sent at all.
fn is_excused(operation: &Operation, value: &Value, name: &str) -> bool {
    let argument = operation.arguments.iter().find(|argument| argument.name == name);
    argument.is_some_and(|argument| is_needed_in_body(operation, argument))
        && operation.body.as_ref().is_some_and(|body| !body.required)
        && !is_body_given(operation, value)
}

fn is_needed_in_body(operation: &Operation, argument: &Argument) -> bool {
    let Place::BodyProperty { name } = &argument.place else { return false };
    operation.body.as_ref().is_some_and(|body| body.needs.contains(name))
}

fn is_body_given(operation: &Operation, value: &Value) -> bool {
    let of_body = |argument: &&Argument| matches!(argument.place, Place::BodyProperty { .. } | Place::Body);
    operation.arguments.iter().filter(of_body).any(|argument| value.get(&argument.name).is_some())
}

fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::draft202012::options().should_validate_formats(false).build(schema).ok()
}

fn sentence(operation: &Operation, error: &ValidationError<'_>) -> String {
    let path = error.instance_path().to_string();
    let place = dotted(&path);
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
                operation.arguments.iter().map(|argument| format!("`{}`", argument.name)).take(MAX_LISTED).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            format!("There is no argument `{}`; the arguments are: {known}.", unexpected.join("`, `"))
        }
        ValidationErrorKind::Type { .. } if error.instance().as_str().is_some_and(digits::loses_digits) => {
            format!("The argument `{place}` does not fit: whole numbers beyond 64 bits cannot be sent.")
        }
        ValidationErrorKind::AnyOf { context } => match Misfit::of(context, &path) {
            Misfit::Selector(path, options) => {
                let options: Vec<String> = options.into_iter().map(Value::to_string).take(MAX_LISTED).collect();
                format!("The argument `{}` has to be one of {}.", dotted(&path), options.join(", "))
            }
            Misfit::Meant(variants) => shared_sentence(operation, &variants)
                .unwrap_or_else(|| format!("The argument `{place}` has none of the shapes that it may have.")),
        },
        _ => format!("The argument `{place}` does not fit: {}.", shortened(&error.to_string())),
    }
}

/// What is wrong whichever of the variants was meant.
fn shared_sentence(operation: &Operation, variants: &[&Vec<ValidationError<'static>>]) -> Option<String> {
    let sentences = |errors: &Vec<ValidationError<'static>>| -> Vec<String> {
        errors.iter().map(|error| sentence(operation, error)).collect()
    };
    let (first, others) = variants.split_first()?;
    let others: Vec<Vec<String>> = others.iter().map(|errors| sentences(errors)).collect();
    sentences(first).into_iter().find(|sentence| others.iter().all(|each| each.contains(sentence)))
}

fn dotted(path: &str) -> String {
    path.trim_start_matches('/').replace('/', ".")
}

/// Messages quote the value, which may be long.
fn shortened(message: &str) -> String {
    let count = message.chars().count();
    if count <= 300 {
        return message.to_owned();
    }
    let head: String = message.chars().take(120).collect();
    let tail: String = message.chars().skip(count - 160).collect();
    format!("{head} … {tail}")
}
