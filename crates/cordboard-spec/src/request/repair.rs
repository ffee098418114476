//! Slips of models that are harmless to mend: what was meant is plain, and every repair is recorded.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::types::JsonType;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Number, Value};

use super::whole::whole;
use super::{digits, misfit};
use crate::toolset::argument::{Argument, Place};
use crate::toolset::operation::Operation;

/// Reads the object that a model wrote, also from a code fence or from JSON within a JSON text.
pub(super) fn read_object(raw: &str, repairs: &mut Vec<String>) -> Result<Map<String, Value>, String> {
    let text = raw.trim();
    let inner = fenced(text).unwrap_or(text);
    if inner.is_empty() {
        return Ok(Map::new());
    }
    match read(inner, repairs) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(Value::String(quoted)) => {
            let Ok(Value::Object(members)) = read(&quoted, repairs) else {
                return Err("The arguments must be one JSON object.".to_owned());
            };
            repairs.push("the arguments were a quoted text".to_owned());
            Ok(members)
        }
        Ok(_) => Err("The arguments must be one JSON object.".to_owned()),
        Err(error) => Err(format!("The arguments are not valid JSON: {error}.")),
    }
}

/// Reads JSON; numbers of more digits than a number carries become texts.
fn read(text: &str, repairs: &mut Vec<String>) -> serde_json::Result<Value> {
    let (kept, quoted) = digits::keep(text);
    let value = serde_json::from_str(&kept)?;
    repairs.extend(quoted.into_iter().map(|number| format!("{number} was kept as text, with all its digits")));
    Ok(value)
}

fn fenced(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("```")?.strip_suffix("```")?;
    Some(inner.strip_prefix("json").unwrap_or(inner).trim())
}

/// Finds the arguments that were meant by names which no argument has: the one that is published under that very name,
/// or else the only one that differs in case and separators alone.
pub(super) fn names(operation: &Operation, arguments: &mut Map<String, Value>, repairs: &mut Vec<String>) {
    let known = |name: &str| operation.arguments.iter().any(|argument| argument.name == name);
    let strange: Vec<String> = arguments.keys().filter(|name| !known(name)).cloned().collect();
    for name in strange {
        let free = operation.arguments.iter().filter(|argument| !arguments.contains_key(&argument.name));
        let Some(meant) = meant(&name, &free.collect::<Vec<_>>()) else { continue };
        if let Some(value) = arguments.shift_remove(&name) {
            repairs.push(format!("`{name}` was read as `{meant}`"));
            arguments.insert(meant.to_owned(), value);
        }
    }
}

fn meant<'argument>(name: &str, free: &[&'argument Argument]) -> Option<&'argument str> {
    let published = |argument: &Argument| argument.place.published_name() == Some(name);
    let alike = |candidate: &str| folded(candidate) == folded(name);
    let own_alike = |argument: &Argument| alike(&argument.name);
    let published_alike = |argument: &Argument| argument.place.published_name().is_some_and(alike);
    let rules: [&dyn Fn(&Argument) -> bool; 3] = [&published, &own_alike, &published_alike];
    let matching = |rule: &dyn Fn(&Argument) -> bool| {
        free.iter().filter(|argument| rule(argument)).map(|argument| argument.name.as_str()).collect::<Vec<_>>()
    };
    let mut found = rules.into_iter().map(matching).filter(|names| !names.is_empty());
    match found.next()?.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

/// A name in lower case without separators. Signs that compare stay: `price<` is not `price>`.
fn folded(name: &str) -> String {
    let kept = |each: &char| each.is_alphanumeric() || "<>=!+*~^".contains(*each);
    name.chars().filter(kept).flat_map(char::to_lowercase).collect()
}

/// Models write `null` for what they leave out. In a body that allows it, `null` is a value.
pub(super) fn drop_nulls(operation: &Operation, arguments: &mut Map<String, Value>) {
    let means_nothing = |argument: &Argument| {
        let in_body = matches!(argument.place, Place::BodyProperty { .. });
        let is_value = in_body && allows_null(operation.schema(argument));
        !argument.required && !is_value
    };
    let left_out = |name: &str| operation.arguments.iter().any(|each| each.name == name && means_nothing(each));
    arguments.retain(|name, value| !(value.is_null() && left_out(name)));
}

fn allows_null(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => name == "null",
        Some(Value::Array(names)) => names.iter().any(|name| name == "null"),
        _ => schema.get("anyOf").and_then(Value::as_array).is_some_and(|variants| variants.iter().any(allows_null)),
    }
}

/// Mends values that do not fit; says whether anything was changed.
pub(super) fn values(schema: &Value, validator: &Validator, value: &mut Value, repairs: &mut Vec<String>) -> bool {
    let mended: Vec<(String, Value)> = validator.iter_errors(value).flat_map(|error| mends(schema, &error)).collect();
    let mut changed = false;
    for (path, better) in mended {
        let Some(place) = value.pointer_mut(&path).filter(|place| **place != better) else { continue };
        let name = path.trim_start_matches('/').replace('/', ".");
        repairs.push(format!("`{name}`: {} was read as {}", brief(place), brief(&better)));
        *place = better;
        changed = true;
    }
    changed
}

/// What to put where, so that an error goes away; nothing where it is not plain what was meant.
fn mends(schema: &Value, error: &ValidationError<'_>) -> Vec<(String, Value)> {
    let path = error.instance_path().to_string();
    let better = match error.kind() {
        ValidationErrorKind::Type { kind } => retyped(error.instance(), kind),
        ValidationErrorKind::Enum { options } => chosen(error.instance(), options),
        ValidationErrorKind::Constant { expected_value } => {
            chosen(error.instance(), &Value::Array(vec![Value::clone(expected_value)]))
        }
        ValidationErrorKind::AnyOf { context } => match variant(schema, &path, error.instance()) {
            None => return mends_of_variant(schema, context, &path),
            better => better,
        },
        _ => None,
    };
    better.map(|better| (path, better)).into_iter().collect()
}

/// The mends of the only variant of the value's own type that they make fit.
fn mends_of_variant(schema: &Value, context: &[Vec<ValidationError<'static>>], path: &str) -> Vec<(String, Value)> {
    let own = context.iter().filter(|errors| !misfit::is_of_other_type(errors, path));
    let mut mendable = own.filter_map(|errors| {
        let mends: Vec<_> = errors.iter().map(|error| mends(schema, error)).collect();
        mends.iter().all(|each| !each.is_empty()).then(|| mends.concat())
    });
    match (mendable.next(), mendable.next()) {
        (Some(only), None) => only,
        _ => Vec::new(),
    }
}

fn brief(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 60 { text } else { format!("{}…", text.chars().take(59).collect::<String>()) }
}

/// The value as one of the types that are allowed.
fn retyped(value: &Value, kind: &TypeKind) -> Option<Value> {
    let allowed: Vec<JsonType> = match kind {
        TypeKind::Single(single) => vec![*single],
        TypeKind::Multiple(several) => several.iter().collect(),
    };
    allowed.into_iter().find_map(|wanted| as_type(value, wanted))
}

fn as_type(value: &Value, wanted: JsonType) -> Option<Value> {
    match (wanted, value) {
        (JsonType::Integer | JsonType::Number, Value::String(text)) => number(text, wanted == JsonType::Integer),
        (JsonType::Integer, Value::Number(number)) => whole(number.as_f64()?),
        (JsonType::Boolean, Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        // Reading a fraction may have changed its digits: 1.10 is not 1.1 in a version.
        (JsonType::String, Value::Number(number)) if !number.is_f64() => Some(number.to_string().into()),
        (JsonType::String, Value::Bool(flag)) => Some(flag.to_string().into()),
        (JsonType::Array | JsonType::Object, Value::String(text)) if looks_like_json(text, wanted) => {
            let read: Value = serde_json::from_str(text).ok()?;
            let fits = if wanted == JsonType::Array { read.is_array() } else { read.is_object() };
            fits.then_some(read)
        }
        (JsonType::Array, single) if !single.is_null() => Some(Value::Array(vec![single.clone()])),
        _ => None,
    }
}

fn looks_like_json(text: &str, wanted: JsonType) -> bool {
    text.trim_start().starts_with(if wanted == JsonType::Array { '[' } else { '{' })
}

fn number(text: &str, must_be_whole: bool) -> Option<Value> {
    if digits::loses_digits(text.trim()) {
        return None;
    }
    let number: Number = serde_json::from_str(text.trim()).ok()?;
    if must_be_whole && !number.is_i64() && !number.is_u64() { whole(number.as_f64()?) } else { Some(number.into()) }
}

/// The one option that differs only in case, in separators between words, or in being text.
fn chosen(value: &Value, options: &Value) -> Option<Value> {
    let text_of = |option: &Value| option.as_str().map_or_else(|| option.to_string(), str::to_owned);
    let wanted = match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => spelling(&text_of(value)),
        _ => return None,
    };
    let mut alike = options.as_array()?.iter().filter(|option| spelling(&text_of(option)) == wanted);
    let (Some(meant), None) = (alike.next(), alike.next()) else { return None };
    Some(meant.clone())
}

/// A text in lower case with `_` between words. Signs at its beginning and all others stay: `-date` is not `date`.
fn spelling(text: &str) -> String {
    let text = text.trim();
    let words = text.trim_start_matches(['-', '_']);
    let signs = &text[..text.len() - words.len()];
    format!("{signs}{}", words.to_lowercase().replace([' ', '-'], "_"))
}

/// A plain value where variants of other plain types, or lists of it, are allowed.
fn variant(schema: &Value, path: &str, value: &Value) -> Option<Value> {
    let variants = schema_at(schema, path)?.get("anyOf")?.as_array()?;
    variants.iter().find_map(|variant| {
        let wanted = match variant.get("type")?.as_str()? {
            "integer" => JsonType::Integer,
            "number" => JsonType::Number,
            "boolean" => JsonType::Boolean,
            "string" => JsonType::String,
            "array" => JsonType::Array,
            "object" => JsonType::Object,
            _ => return None,
        };
        let better = as_type(value, wanted)?;
        jsonschema::draft202012::is_valid(variant, &better).then_some(better)
    })
}

/// The schema of the value at a pointer, through properties and items.
fn schema_at<'schema>(schema: &'schema Value, path: &str) -> Option<&'schema Value> {
    path.split('/').skip(1).try_fold(schema, |schema, key| {
        let key = key.replace("~1", "/").replace("~0", "~");
        schema.get("properties").and_then(|properties| properties.get(&key)).or_else(|| schema.get("items"))
    })
}

#[cfg(test)]
#[test]
fn only_spelling_is_mended_in_options() {
    use serde_json::json;

    let check = |value: Value, options: Value, expected: Option<Value>| assert_eq!(chosen(&value, &options), expected);
    check(json!("asc"), json!(["ASC", "DESC"]), Some(json!("ASC")));
    check(json!("In Progress"), json!(["in_progress", "done"]), Some(json!("in_progress")));
    check(json!("5"), json!([5, 10]), Some(json!(5)));
    check(json!("date"), json!(["-date"]), None);
    check(json!("<"), json!(["<=", ">"]), None);
    check(json!("a"), json!(["A", "a "]), None);
}
