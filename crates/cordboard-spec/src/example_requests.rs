//! Example requests for operations whose developers give none, made from the description: verb, object, parameters.
//!
//! Models that choose by score compare a request with examples. Those made here only say in a person's form what the
//! description says, so examples by a developer, who knows what people ask, replace them.

use serde_json::Value;

/// Longest phrase that is taken from a description, in words.
const LONGEST_PHRASE: usize = 14;
/// Parameters that an example names.
const MOST_PARAMETERS: usize = 2;
/// Where the part of a description ends that people would say.
const ENDS: [&str; 14] = [
    ". ",
    "; ",
    ": ",
    " (",
    " given ",
    " based on ",
    " using ",
    " with the specified ",
    " with specified ",
    ", given ",
    ", and returns ",
    " and returns ",
    " according to ",
    " - ",
];
/// Openings after which the verb comes: "Allows the user to search hotels".
const OPENINGS: [&str; 9] = ["endpoint", "api", "this", "use", "allows", "allow", "enables", "used", "operation"];
/// Verbs that say nothing to people: "Returns the weather" is asked for with "Show me the weather".
const RETURNS: [&str; 4] = ["return", "returns", "responds", "respond"];

/// Up to three requests that should lead to an operation with this name, description and JSON Schema of arguments.
///
/// ```
/// let parameters = serde_json::json!({"required": ["city"], "properties": {"city": {"type": "string", "example": "Oslo"}}});
/// let made = cordboard_spec::example_requests::of("searchHotels", "Finds hotels in a city.", &parameters, true);
/// assert_eq!(made, ["Find hotels in a city", "Find hotels in a city with city Oslo", "Can you find hotels in a city?"]);
/// ```
pub fn of(name: &str, description: &str, parameters: &Value, reads_only: bool) -> Vec<String> {
    let phrase = phrase(name, description, reads_only);
    if phrase.is_empty() {
        return Vec::new();
    }
    let capital = capitalised(&phrase);
    let named = named_parameters(parameters);
    let mut made = vec![capital.clone()];
    if !named.is_empty() {
        made.push(format!("{capital} with {}", named.join(" and ")));
    }
    made.push(format!("Can you {phrase}?"));
    made
}

/// What is asked for, as a command without its full stop: `find hotels in a city`.
fn phrase(name: &str, description: &str, reads_only: bool) -> String {
    let sentence = description.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = ENDS.iter().filter_map(|end| sentence.find(end)).min().unwrap_or(sentence.len());
    let mut words =
        sentence[..end].trim_end_matches(['.', ':']).split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>();
    words.truncate(LONGEST_PHRASE);
    let opening = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    if OPENINGS.contains(&opening.as_str())
        && let Some(to) = words.iter().position(|word| *word == "to")
    {
        words.drain(..=to);
    }
    let Some(first) = words.first().map(|word| word.to_lowercase()) else { return of_name(name, reads_only) };
    let rest = words[1..].join(" ");
    if RETURNS.contains(&first.as_str()) {
        return format!("show me {rest}");
    }
    match command(&first) {
        Some(verb) => format!("{verb} {rest}").trim_end().to_owned(),
        None if reads_only => format!("show me {}", uncapitalised(&words.join(" "))),
        None => of_name(name, reads_only),
    }
}

/// The verb as a command, where the word looks like one: `Finds` and `Find` are `find`.
fn command(word: &str) -> Option<String> {
    if !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let base = match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if ["ches", "shes", "sses", "xes"].iter().any(|end| word.ends_with(end)) => {
            word[..word.len() - 2].to_owned()
        }
        None => word.strip_suffix('s').filter(|rest| !rest.ends_with('s')).unwrap_or(word).to_owned(),
    };
    VERBS.contains(&base.as_str()).then_some(base)
}

fn of_name(name: &str, reads_only: bool) -> String {
    let words = identifier_words(name);
    let text = words.join(" ");
    let is_command = words.first().is_some_and(|word| command(word).is_some());
    if is_command || !reads_only || text.is_empty() { text } else { format!("show me {text}") }
}

/// `searchHotels` and `search_hotels` as `search`, `hotels`.
fn identifier_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut after_small = false;
    for each in name.chars() {
        let begins = !each.is_alphanumeric() || (after_small && each.is_uppercase());
        if begins || words.is_empty() {
            words.push(String::new());
        }
        if let Some(last) = words.last_mut().filter(|_| each.is_alphanumeric()) {
            last.extend(each.to_lowercase());
        }
        after_small = each.is_lowercase() || each.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The required parameters, or else the first ones, each with a value where the description has one.
fn named_parameters(parameters: &Value) -> Vec<String> {
    let properties = parameters["properties"].as_object().into_iter().flatten();
    let required = parameters["required"].as_array();
    let mut all = properties
        .map(|(name, schema)| {
            let must = required.is_some_and(|names| names.iter().any(|each| each == name));
            (must, name, schema)
        })
        .collect::<Vec<_>>();
    all.sort_by_key(|(must, _, _)| !must);
    all.into_iter()
        .take(MOST_PARAMETERS)
        .map(|(_, name, schema)| {
            let words = identifier_words(name).join(" ");
            match sample(schema) {
                Some(value) => format!("{words} {value}"),
                None => format!("a certain {words}"),
            }
        })
        .collect()
}

/// A value that the description itself gives.
fn sample(schema: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty() && text.len() < 40),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let listed = [&schema["example"], &schema["examples"][0], &schema["enum"][0], &schema["default"]];
    listed.into_iter().find_map(text).or_else(|| after_eg(schema["description"].as_str()?))
}

/// The first value behind "e.g." in a description.
fn after_eg(description: &str) -> Option<String> {
    let at = ["e.g.,", "e.g.", "such as", "for example", "Example:"]
        .iter()
        .find_map(|mark| Some(description.find(mark)? + mark.len()))?;
    let rest = description[at..].trim_start_matches([' ', ',', ':']);
    let end = rest.find([',', ')', '.', ';', '\n']).unwrap_or(rest.len());
    let value = rest[..end].split(" or ").next()?.trim_matches(['"', '\'', '`', ' ']);
    (!value.is_empty() && value.split(' ').count() <= 4 && value.len() < 40).then(|| value.to_owned())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    // `API` and `USD` stay as they are.
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

/// Verbs with which descriptions of operations begin.
const VERBS: [&str; 96] = [
    "accept",
    "activate",
    "add",
    "adjust",
    "analyze",
    "apply",
    "approve",
    "archive",
    "assess",
    "assign",
    "authenticate",
    "book",
    "browse",
    "build",
    "buy",
    "calculate",
    "cancel",
    "change",
    "check",
    "classify",
    "clear",
    "close",
    "compare",
    "complete",
    "compute",
    "configure",
    "confirm",
    "connect",
    "control",
    "convert",
    "copy",
    "count",
    "create",
    "decode",
    "delete",
    "detect",
    "determine",
    "discover",
    "display",
    "download",
    "edit",
    "encode",
    "estimate",
    "evaluate",
    "execute",
    "explore",
    "export",
    "extract",
    "fetch",
    "filter",
    "find",
    "forecast",
    "generate",
    "get",
    "give",
    "identify",
    "import",
    "list",
    "locate",
    "look",
    "make",
    "measure",
    "modify",
    "monitor",
    "move",
    "obtain",
    "order",
    "perform",
    "place",
    "plan",
    "play",
    "post",
    "predict",
    "print",
    "provide",
    "purchase",
    "query",
    "read",
    "recommend",
    "record",
    "register",
    "remove",
    "reserve",
    "retrieve",
    "run",
    "save",
    "schedule",
    "search",
    "send",
    "set",
    "show",
    "solve",
    "submit",
    "translate",
    "update",
    "view",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn first(name: &str, description: &str, reads_only: bool) -> String {
        of(name, description, &json!({}), reads_only).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn descriptions_become_what_people_say() {
        assert_eq!(first("x", "Returns the weather of a city. Use it daily.", true), "Show me the weather of a city");
        assert_eq!(first("x", "Allows the user to search for jobs", true), "Search for jobs");
        assert_eq!(
            first("x", "Calculate the area of a triangle given its base and height.", true),
            "Calculate the area of a triangle"
        );
        assert_eq!(first("x", "The current exchange rate", true), "Show me the current exchange rate");
        assert_eq!(first("deleteTodo", "", false), "Delete todo");
        assert_eq!(first("latestNews", "", true), "Show me latest news");
        assert_eq!(first("", "", true), "");
    }

    #[test]
    fn parameters_have_the_values_of_the_description() {
        let parameters = json!({"required": ["to"], "properties": {
            "amount": {"type": "number", "default": 1}, "to": {"type": "string", "description": "Currency (e.g., EUR, USD)"},
            "note": {"type": "string"}}});
        assert_eq!(of("convert", "Converts money", &parameters, true)[1], "Convert money with to EUR and amount 1");
        let bare = json!({"properties": {"city": {"type": "string"}}});
        assert_eq!(of("hotels", "Find hotels", &bare, true)[1], "Find hotels with a certain city");
    }
}
