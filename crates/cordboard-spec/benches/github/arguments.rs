//! Arguments that fit a schema: everything required, and every optional scalar at the top.

use serde_json::{Map, Value, json};

/// Arguments for an operation's parameters.
pub(crate) fn of(parameters: &Value) -> Map<String, Value> {
    let mut arguments = required(parameters);
    for (name, schema) in parameters["properties"].as_object().into_iter().flatten() {
        let scalar = matches!(schema["type"].as_str(), Some("string" | "integer" | "number" | "boolean"));
        if scalar && !arguments.contains_key(name) {
            arguments.insert(name.clone(), value(schema));
        }
    }
    arguments
}

fn required(schema: &Value) -> Map<String, Value> {
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| (name.to_owned(), value(&schema["properties"][name]))).collect()
}

fn value(schema: &Value) -> Value {
    if let Some(given) = schema.get("const").or_else(|| schema.get("enum")?.get(0)).or_else(|| schema.get("default")) {
        return given.clone();
    }
    let kind = schema.get("type").map(|kind| kind.get(0).unwrap_or(kind)).and_then(Value::as_str);
    match kind {
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        Some("boolean") => json!(true),
        Some("array") => {
            let items = usize::try_from(schema["minItems"].as_u64().unwrap_or(1)).unwrap_or(1);
            Value::Array(vec![value(&schema["items"]); items])
        }
        Some("object") => Value::Object(object(schema)),
        Some("null") => Value::Null,
        Some(_) => text(schema),
        None => schema.get("anyOf").and_then(|variants| variants.get(0)).map_or_else(|| text(schema), value),
    }
}

/// What is required, by the schema itself or by its first variant.
fn object(schema: &Value) -> Map<String, Value> {
    let mut members = required(schema);
    if let Some(variant) = schema.get("anyOf").and_then(|variants| variants.get(0)) {
        let named = variant["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for name in named {
            let own = schema["properties"].get(name).unwrap_or(&variant["properties"][name]);
            members.insert(name.to_owned(), value(own));
        }
    }
    members
}

/// The first text that fits, of some that fit most patterns.
fn text(schema: &Value) -> Value {
    let number = |keyword: &str, otherwise| {
        schema[keyword].as_u64().and_then(|number| number.try_into().ok()).unwrap_or(otherwise)
    };
    let (shortest, longest) = (number("minLength", 0), number("maxLength", usize::MAX));
    let digest = format!("sha256:{}", "a".repeat(64));
    let example = schema["examples"].get(0).and_then(Value::as_str).unwrap_or("octocat");
    let guesses = [example, "octocat", "1.2.3", "b2N0b2NhdA==", "ssh-rsa AAAA", &digest, &digest[7..47]];
    let fitted = guesses.map(|guess| {
        let guess: String = guess.chars().take(longest).collect();
        json!(format!("{guess:x<shortest$}"))
    });
    let found = fitted.iter().find(|guess| jsonschema::is_valid(schema, guess));
    found.unwrap_or(&fitted[0]).clone()
}
