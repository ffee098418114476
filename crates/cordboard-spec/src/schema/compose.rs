//! Joining schemas: `allOf`, siblings of `$ref`, and the null of OpenAPI 3.0.

use serde_json::{Map, Value, json};

/// Joins `part` into `whole` so that values must satisfy both. What `whole` says about itself (description, default)
/// stays. Where the two exclude each other `whole` stays, and the answer is `false`.
#[must_use]
pub(crate) fn merge(whole: &mut Map<String, Value>, mut part: Map<String, Value>) -> bool {
    keep_apart(whole, &mut part);
    let mut fits = true;
    for (keyword, value) in part {
        let Some(existing) = whole.get_mut(&keyword) else {
            whole.insert(keyword, value);
            continue;
        };
        match (keyword.as_str(), existing, value) {
            ("properties" | "patternProperties", Value::Object(existing), Value::Object(more)) => {
                fits &= merge_properties(existing, more);
            }
            ("required", Value::Array(existing), Value::Array(more)) => {
                existing.extend(more.into_iter().filter(|name| !existing.contains(name)).collect::<Vec<_>>());
            }
            ("type", existing, more) => fits &= narrow_types(existing, &more),
            ("enum", Value::Array(existing), Value::Array(more)) => {
                if existing.iter().any(|each| more.contains(each)) {
                    existing.retain(|option| more.contains(option));
                } else {
                    fits = false;
                }
            }
            ("const", existing, more) => fits &= *existing == more,
            ("minimum" | "minLength" | "minItems" | "exclusiveMinimum" | "minProperties", existing, more) => {
                tighten(existing, more, |old, new| new > old);
            }
            ("maximum" | "maxLength" | "maxItems" | "exclusiveMaximum" | "maxProperties", existing, more) => {
                tighten(existing, more, |old, new| new < old);
            }
            ("items" | "additionalProperties", Value::Object(existing), Value::Object(more)) => {
                fits &= merge(existing, more);
            }
            ("additionalProperties", existing @ Value::Bool(true), more) => *existing = more,
            ("anyOf", existing, more) => {
                let both = json!([{ "anyOf": existing.take() }, { "anyOf": more }]);
                whole.shift_remove("anyOf");
                extend_all_of(whole, both);
            }
            ("allOf", _, more) => extend_all_of(whole, more),
            _ => {}
        }
    }
    fits
}

/// Keywords that cannot be joined, with those that belong to them: what both schemas say goes to `allOf`.
const APART: [&[&str]; 7] = [
    &["pattern"],
    &["not"],
    &["if", "then", "else"],
    &["contains", "minContains", "maxContains"],
    &["propertyNames"],
    &["dependentRequired"],
    &["dependentSchemas"],
];

fn keep_apart(whole: &mut Map<String, Value>, part: &mut Map<String, Value>) {
    for group in APART {
        let [leading, ..] = group else { continue };
        let differs = part.get(*leading).is_some_and(|own| whole.get(*leading).is_some_and(|other| other != own));
        if differs {
            let moved: Map<String, Value> = group
                .iter()
                .filter_map(|keyword| Some(((*keyword).to_owned(), part.shift_remove(*keyword)?)))
                .collect();
            extend_all_of(whole, json!([moved]));
        }
    }
}

fn merge_properties(existing: &mut Map<String, Value>, more: Map<String, Value>) -> bool {
    let mut fits = true;
    for (name, schema) in more {
        match (existing.get_mut(&name), schema) {
            (Some(Value::Object(old)), Value::Object(new)) => fits &= merge(old, new),
            (Some(_), _) => {}
            (None, schema) => {
                existing.insert(name, schema);
            }
        }
    }
    fits
}

fn extend_all_of(whole: &mut Map<String, Value>, more: Value) {
    let Value::Array(more) = more else { return };
    if let Value::Array(existing) = whole.entry("allOf").or_insert_with(|| json!([])) {
        existing.extend(more);
    }
}

fn tighten(existing: &mut Value, more: Value, is_tighter: fn(f64, f64) -> bool) {
    if let (Some(old), Some(new)) = (existing.as_f64(), more.as_f64())
        && is_tighter(old, new)
    {
        *existing = more;
    }
}

/// The types that both allow; an integer is a number. Types that exclude each other keep the first, and do not fit.
fn narrow_types(existing: &mut Value, more: &Value) -> bool {
    let list = |value: &Value| -> Vec<String> {
        match value {
            Value::Array(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            other => other.as_str().map(str::to_owned).into_iter().collect(),
        }
    };
    let (old, new) = (list(existing), list(more));
    let mut both: Vec<&String> = old
        .iter()
        .filter(|name| new.contains(name) || *name == "integer" && new.iter().any(|each| each == "number"))
        .collect();
    if old.iter().any(|name| name == "number") {
        both.extend(new.iter().filter(|name| *name == "integer" && !old.contains(name)));
    }
    match both.as_slice() {
        [] => return false,
        [single] => *existing = single.as_str().into(),
        several => *existing = json!(several),
    }
    true
}

/// Authors who forbid further properties beside variants mean those of the whole; strictly read, nothing would fit.
pub(crate) fn loosen(schema: &mut Map<String, Value>) {
    let has_properties = schema.contains_key("properties");
    let Some(Value::Array(variants)) = schema.get_mut("anyOf") else { return };
    let varied = variants.iter().any(|variant| variant.get("properties").is_some());
    let forbids = |schema: &Map<String, Value>| schema.get("additionalProperties") == Some(&Value::Bool(false));
    for variant in variants.iter_mut().filter_map(Value::as_object_mut).filter(|_| has_properties) {
        if forbids(variant) {
            variant.shift_remove("additionalProperties");
        }
    }
    if varied && forbids(schema) {
        schema.shift_remove("additionalProperties");
    }
}

/// OpenAPI 3.0's `nullable` in the words of JSON Schema.
pub(crate) fn allow_null(schema: &mut Map<String, Value>) {
    match schema.get_mut("type") {
        Some(Value::String(single)) if single != "null" => {
            let types = json!([single, "null"]);
            schema.insert("type".to_owned(), types);
        }
        Some(Value::Array(types)) if !types.contains(&"null".into()) => types.push("null".into()),
        _ => {}
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum")
        && !options.contains(&Value::Null)
    {
        options.push(Value::Null);
    }
    if let Some(Value::Array(options)) = schema.get_mut("anyOf") {
        options.push(json!({"type": "null"}));
    }
}
