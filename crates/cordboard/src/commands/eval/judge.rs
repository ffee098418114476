//! Whether the calls that a model asked for are the ones a request wants.

use cordboard_model::chat::ToolCall;
use serde_json::{Map, Value};

use super::list::Entry;

/// What is wrong with `calls`, or nothing.
pub(crate) fn judge(entry: &Entry, calls: &[ToolCall]) -> Option<String> {
    match (entry.tool(), calls) {
        (None, []) => None,
        (None, _) => Some("nothing should be called".to_owned()),
        (Some(wanted), []) => Some(format!("{wanted} should be called")),
        (Some(wanted), [call]) if call.name == wanted => arguments(entry, &call.arguments),
        (Some(wanted), [_]) => Some(format!("{wanted} should be called instead")),
        (Some(_), _) => Some("one call is wanted, not several".to_owned()),
    }
}

fn arguments(entry: &Entry, raw: &str) -> Option<String> {
    let Ok(Value::Object(got)) = serde_json::from_str(raw) else {
        return Some("the arguments are not a JSON object".to_owned());
    };
    missing(entry, &got).or_else(|| got.iter().find_map(|(name, value)| surplus(entry, name, value)))
}

fn missing(entry: &Entry, got: &Map<String, Value>) -> Option<String> {
    for (name, wanted) in &entry.arguments {
        match got.get(name) {
            None => return Some(format!("{name} = {wanted} is missing")),
            Some(value) if !fits(entry, name, wanted, value) => return Some(format!("{name} should be {wanted}")),
            Some(_) => {}
        }
    }
    for (name, wanted) in &entry.contains {
        let wanted = wanted.as_str().unwrap_or_default();
        let found = got.get(name).and_then(Value::as_str).unwrap_or_default();
        if !found.to_lowercase().contains(&wanted.to_lowercase()) {
            return Some(format!("{name} should contain `{wanted}`"));
        }
    }
    None
}

fn surplus(entry: &Entry, name: &str, value: &Value) -> Option<String> {
    if entry.arguments.contains_key(name) || entry.contains.contains_key(name) {
        return None;
    }
    match entry.optional.get(name) {
        Some(allowed) if fits(entry, name, allowed, value) => None,
        _ => Some(format!("{name} = {value} was not asked for")),
    }
}

/// Whether a value is the wanted one or one that `accept` lists.
fn fits(entry: &Entry, name: &str, wanted: &Value, value: &Value) -> bool {
    let others = entry.accept.get(name).and_then(Value::as_array).into_iter().flatten();
    std::iter::once(wanted).chain(others).any(|each| same(each, value))
}

/// Numbers by value; texts without case and without punctuation around them.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => bare(left) == bare(right),
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

fn bare(text: &str) -> String {
    text.trim_matches(|each: char| !each.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(toml: &str) -> Entry {
        toml::from_str(toml).unwrap()
    }

    fn call(name: &str, arguments: &Value) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: name.to_owned(), arguments: arguments.to_string() }
    }

    #[test]
    fn calls_are_judged_by_operation_and_every_argument() {
        let paris = entry(
            "text = 'x'\noperation = 'hotels.searchHotels'\narguments = { city = 'Paris', nights = 2 }\n\
             optional = { guests = 2 }\naccept = { city = ['Paris, France'] }",
        );
        let check = |arguments: Value| judge(&paris, &[call("hotels_searchHotels", &arguments)]);
        assert_eq!(check(json!({"city": "paris.", "nights": 2.0})), None);
        assert_eq!(check(json!({"city": "Paris, France", "nights": 2, "guests": 2})), None);
        assert_eq!(check(json!({"city": "Paris"})).unwrap(), "nights = 2 is missing");
        assert_eq!(check(json!({"city": "Rome", "nights": 2})).unwrap(), "city should be \"Paris\"");
        assert_eq!(check(json!({"city": "Paris", "nights": 2, "guests": 4})).unwrap(), "guests = 4 was not asked for");
        assert!(judge(&paris, &[]).is_some());
        assert!(judge(&paris, &[call("todo_getTodos", &json!({}))]).is_some());
    }

    #[test]
    fn chatter_must_call_nothing_and_queries_must_contain_their_word() {
        let chat = entry("text = 'hello'");
        assert_eq!(judge(&chat, &[]), None);
        assert!(judge(&chat, &[call("todo_getTodos", &json!({}))]).is_some());
        let search = entry("text = 'x'\noperation = 'h.search'\ncontains = { query = 'leave' }");
        assert_eq!(judge(&search, &[call("h_search", &json!({"query": "Parental leave"}))]), None);
        assert!(judge(&search, &[call("h_search", &json!({"query": "holiday"}))]).is_some());
    }
}
