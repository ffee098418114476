//! Whether the calls that a model placed are the ones that an entry of a list wants.

use cordboard_agent::toolbox::Tool;
use serde_json::{Map, Value};

use super::answer::{PlacedCall, label, tool_name};
use super::list::Entry;

/// An operation that should be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The tool's name in the toolbox.
    pub(super) tool: String,
    /// `plugin.operation`, for people.
    pub(super) label: String,
}

impl Wanted {
    pub(super) fn of(tool: Tool<'_>) -> Self {
        Self { tool: tool_name(tool), label: label(tool) }
    }
}

/// What is right about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) is_operation_right: bool,
    /// What is wrong; absent where everything is right.
    pub(super) mistake: Option<String>,
}

impl Verdict {
    fn wrong_operation(mistake: impl Into<String>) -> Self {
        Self { is_operation_right: false, mistake: Some(mistake.into()) }
    }

    /// The right operation, whose arguments may be wrong.
    pub(super) fn right_operation(mistake: Option<String>) -> Self {
        Self { is_operation_right: true, mistake }
    }
}

/// Judges calls: the operation here, its arguments with `arguments`, which says what is wrong with them.
pub(super) fn judge(
    wanted: Option<&Wanted>,
    calls: &[PlacedCall],
    arguments: impl FnOnce(&Map<String, Value>) -> Option<String>,
) -> Verdict {
    match (wanted, calls) {
        (None, []) => Verdict::right_operation(None),
        (None, _) => Verdict::wrong_operation("nothing should be called"),
        (Some(wanted), []) => Verdict::wrong_operation(format!("{} should be called", wanted.label)),
        (Some(wanted), [call]) if call.tool == wanted.tool => {
            Verdict::right_operation(match serde_json::from_str(&call.arguments) {
                Ok(Value::Object(got)) => arguments(&got),
                _ => Some("the arguments are not a JSON object".to_owned()),
            })
        }
        (Some(wanted), [_]) => Verdict::wrong_operation(format!("{} should be called instead", wanted.label)),
        (Some(_), _) => Verdict::wrong_operation("one call is wanted, not several"),
    }
}

/// What is wrong with the arguments of the call that an entry wants.
pub(super) fn mistake(entry: &Entry, got: &Map<String, Value>) -> Option<String> {
    missing(entry, got).or_else(|| got.iter().find_map(|(name, value)| surplus(entry, name, value)))
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

/// Numbers by value; texts without case and without punctuation around them; lists and objects member by member.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => bare(left) == bare(right),
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

fn bare(text: &str) -> String {
    text.trim_matches(|each: char| !each.is_alphanumeric()).to_lowercase()
}

/// Whether two sets of arguments are the same.
pub(super) fn same_arguments(left: &Map<String, Value>, right: &str) -> bool {
    let right: Option<Value> = serde_json::from_str(right).ok();
    right.is_some_and(|right| same(&Value::Object(left.clone()), &right))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(toml: &str) -> Entry {
        toml::from_str(toml).unwrap()
    }

    fn call(name: &str, arguments: &Value) -> PlacedCall {
        let [tool, label] = [name.replace('.', "_"), name.to_owned()];
        PlacedCall { id: "1".to_owned(), tool, label, arguments: arguments.to_string() }
    }

    fn verdict(entry: &Entry, calls: &[PlacedCall]) -> Verdict {
        let wanted =
            entry.operation.as_ref().map(|label| Wanted { tool: label.replace('.', "_"), label: label.clone() });
        judge(wanted.as_ref(), calls, |got| mistake(entry, got))
    }

    #[test]
    fn calls_are_judged_by_operation_and_every_argument() {
        let paris = entry(
            "text = 'x'\noperation = 'hotels.searchHotels'\narguments = { city = 'Paris', nights = 2 }\n\
             optional = { guests = 2 }\naccept = { city = ['Paris, France'] }",
        );
        let check = |arguments: Value| verdict(&paris, &[call("hotels.searchHotels", &arguments)]).mistake;
        assert_eq!(check(json!({"city": "paris.", "nights": 2.0})), None);
        assert_eq!(check(json!({"city": "Paris, France", "nights": 2, "guests": 2})), None);
        assert_eq!(check(json!({"city": "Paris"})).unwrap(), "nights = 2 is missing");
        assert_eq!(check(json!({"city": "Rome", "nights": 2})).unwrap(), "city should be \"Paris\"");
        assert_eq!(check(json!({"city": "Paris", "nights": 2, "guests": 4})).unwrap(), "guests = 4 was not asked for");
        assert!(verdict(&paris, &[call("hotels.searchHotels", &json!({}))]).is_operation_right);
    }

    #[test]
    fn one_call_of_the_right_operation_is_wanted() {
        let list = entry("text = 'x'\noperation = 'todo.getTodos'");
        let check = |calls: &[PlacedCall], expected: &str| {
            assert_eq!(verdict(&list, calls), Verdict::wrong_operation(expected));
        };
        let right = call("todo.getTodos", &json!({}));
        assert_eq!(verdict(&list, std::slice::from_ref(&right)), Verdict::right_operation(None));
        check(&[], "todo.getTodos should be called");
        check(&[call("todo.addTodo", &json!({}))], "todo.getTodos should be called instead");
        check(&[right.clone(), right], "one call is wanted, not several");
    }

    #[test]
    fn chatter_must_call_nothing_and_queries_must_contain_their_word() {
        let chat = entry("text = 'hello'");
        assert_eq!(verdict(&chat, &[]).mistake, None);
        assert!(!verdict(&chat, &[call("todo.getTodos", &json!({}))]).is_operation_right);
        let search = entry("text = 'x'\noperation = 'h.search'\ncontains = { query = 'leave' }");
        assert_eq!(verdict(&search, &[call("h.search", &json!({"query": "Parental leave"}))]).mistake, None);
        assert!(verdict(&search, &[call("h.search", &json!({"query": "holiday"}))]).mistake.is_some());
    }

    #[test]
    fn lists_and_objects_are_compared_member_by_member() {
        let check = |left: Value, right: Value, expected| assert_eq!(same(&left, &right), expected, "{left} {right}");
        check(json!(["Milk", 2]), json!(["milk.", 2.0]), true);
        check(json!(["Milk"]), json!(["Milk", "Eggs"]), false);
        check(json!({"a": "X"}), json!({"a": "x"}), true);
        check(json!({"a": "X"}), json!({"a": "x", "b": 1}), false);
        check(json!(2), json!("2"), false);
    }
}
