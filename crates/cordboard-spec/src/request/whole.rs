//! Whole numbers that are written with a fraction: for JSON Schema `5.0` is one, for an address it is another text than `5`.

use serde_json::Value;

/// Writes them without, where a whole number is wanted; says where.
pub(super) fn without_fractions(schema: &Value, value: &mut Value, name: &str, repairs: &mut Vec<String>) {
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Object(members) => {
            let properties = schema.get("properties");
            for (key, member) in members {
                if let Some(schema) = properties.and_then(|properties| properties.get(key)) {
                    without_fractions(schema, member, &below(key), repairs);
                }
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter_mut().enumerate() {
                without_fractions(schema, item, &below(&index.to_string()), repairs);
            }
        }
        Value::Number(number) if number.is_f64() && is_whole(schema) => {
            if let Some(whole) = number.as_f64().and_then(whole) {
                repairs.push(format!("`{name}`: {number} was read as {whole}"));
                *value = whole;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a schema takes no numbers but whole ones.
fn is_whole(schema: &Value) -> bool {
    let named = |wanted: &str| match schema.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    };
    named("integer") && !named("number")
}

/// A number without a fraction that every reader of numbers can tell from its neighbours.
pub(super) fn whole(number: f64) -> Option<Value> {
    let exact = number.fract() == 0.0 && number.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
    exact.then(|| Value::from(number as i64))
}
