//! What an error body says, whichever of the usual shapes it has. The words are the plugin's.

use serde_json::{Map, Value};

/// Fields that hold the message, best first.
const MESSAGES: [&str; 10] = [
    "detail",
    "message",
    "error_description",
    "errormessage",
    "msg",
    "description",
    "reason",
    "title",
    "error",
    "fault",
];
/// Fields that name what an entry of a list of errors is about.
const PLACES: [&str; 7] = ["field", "path", "loc", "pointer", "parameter", "param", "property"];
/// Entries of a list of errors that are told.
const MOST: usize = 5;
const MOST_CHARACTERS: usize = 600;

/// The message of an error body: problem details (RFC 9457), `{"error": {"message"}}`, `{"errors": […]}` and their like.
pub fn message(body: &Value) -> Option<String> {
    let text = match body {
        Value::Object(members) => from_members(members, 0)?,
        Value::Array(entries) => from_list(entries, 0)?,
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    let (kept, more) = crate::response::text::cut(&joined, MOST_CHARACTERS);
    let kept = if more > 0 { format!("{kept} …") } else { kept.to_owned() };
    (!kept.is_empty()).then_some(kept)
}

fn from_members(members: &Map<String, Value>, depth: usize) -> Option<String> {
    let lookup = |name: &str| {
        let fits = |key: &str| super::plain(key) == super::plain(name);
        members.iter().find(|(key, _)| fits(key)).map(|(_, value)| value)
    };
    let say = |name: &str| lookup(name).and_then(|value| words(value, depth));
    let main = MESSAGES.iter().find_map(|name| say(name));
    // Problem details have a short title and often the point in the detail.
    let title = lookup("title").and_then(Value::as_str).filter(|title| Some(*title) != main.as_deref());
    let fields = ["errors", "invalid_params", "violations", "details", "fields"].iter().find_map(|name| say(name));
    let fields = fields.filter(|fields| Some(fields) != main.as_ref());
    let parts: Vec<String> = title.map(str::to_owned).into_iter().chain(main).chain(fields).collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

fn words(value: &Value, depth: usize) -> Option<String> {
    if depth > 2 {
        return None;
    }
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Array(entries) => from_list(entries, depth + 1),
        Value::Object(members) => from_members(members, depth + 1).or_else(|| by_field(members, depth + 1)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn from_list(entries: &[Value], depth: usize) -> Option<String> {
    let told: Vec<String> = entries.iter().take(MOST).filter_map(|entry| entry_words(entry, depth)).collect();
    let more = if entries.len() > MOST { format!("; and {} more", entries.len() - MOST) } else { String::new() };
    (!told.is_empty()).then(|| told.join("; ") + &more)
}

/// One entry of a list of errors, led by the field that it is about.
fn entry_words(entry: &Value, depth: usize) -> Option<String> {
    let text = words(entry, depth)?;
    let members = entry.as_object();
    let source = members.and_then(|members| members.get("source")).and_then(Value::as_object);
    let place = members.into_iter().chain(source).find_map(|members| PLACES.iter().find_map(|name| members.get(*name)));
    let place = place.and_then(|place| match place {
        Value::String(text) => Some(text.clone()),
        Value::Array(steps) => {
            let steps = steps.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
            Some(steps.collect::<Vec<_>>().join("."))
        }
        _ => None,
    });
    Some(place.map_or_else(|| text.clone(), |place| format!("{place}: {text}")))
}

/// `{"name": ["is too short"], "age": "must be a number"}`
fn by_field(members: &Map<String, Value>, depth: usize) -> Option<String> {
    let told: Vec<String> = members
        .iter()
        .take(MOST)
        .filter_map(|(name, value)| Some(format!("{name}: {}", words(value, depth)?)))
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn error_bodies_in_words() {
        let table = [
            (
                json!({"type": "about:blank", "title": "Not enough credit", "status": 403, "detail": "Balance is 30."}),
                Some("Not enough credit: Balance is 30."),
            ),
            (json!({"error": {"message": "No such todo", "code": 7}}), Some("No such todo")),
            (
                json!({"error": "invalid_grant", "error_description": "The code has expired"}),
                Some("The code has expired"),
            ),
            (json!({"error": "nope"}), Some("nope")),
            (
                json!({"message": "Validation Failed", "errors": [{"field": "title", "message": "is missing"}]}),
                Some("Validation Failed: title: is missing"),
            ),
            (
                json!({"detail": [{"loc": ["query", "limit"], "msg": "not an integer"}]}),
                Some("query.limit: not an integer"),
            ),
            (json!({"errors": ["a", "b"]}), Some("a; b")),
            (
                json!({"errors": {"name": ["is too short"], "age": "must be a number"}}),
                Some("name: is too short; age: must be a number"),
            ),
            (json!({"errors": [{"title": "Bad", "source": {"pointer": "/data/x"}}]}), Some("/data/x: Bad")),
            (json!({"errors": ["1", "2", "3", "4", "5", "6", "7"]}), Some("1; 2; 3; 4; 5; and 2 more")),
            (json!("plain"), Some("plain")),
            (json!({"status": 500}), None),
            (json!([]), None),
            (json!({"a": {"b": 1}}), None),
        ];
        for (body, expected) in table {
            assert_eq!(message(&body).as_deref(), expected, "{body}");
        }
    }
}
