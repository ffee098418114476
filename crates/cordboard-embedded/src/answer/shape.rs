//! What a result is made of: the main list, titles, links, images, prices; found by names and forms, for any JSON.

use serde_json::{Map, Value};

use crate::words::identifier_words;

/// A field's part in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Title,
    Link,
    Image,
    /// Says in which currency the prices beside it are.
    Currency,
    Price,
    /// A key for programs, of no use to people.
    Identifier,
    Other,
}

/// The part that a field plays.
pub(crate) fn role(name: &str, value: &Value) -> Role {
    let words = identifier_words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if value.as_str().is_some_and(is_web_address) {
        return if has(&["image", "img", "picture", "photo", "thumbnail", "icon", "logo", "avatar", "poster", "cover"])
            || is_image(value)
        {
            Role::Image
        } else {
            Role::Link
        };
    }
    if value.is_number()
        && has(&["price", "cost", "total", "amount", "fee", "fare", "rate"])
        && !has(&["count", "pages", "results", "items", "percent"])
    {
        return Role::Price;
    }
    match last {
        "currency" if value.is_string() => Role::Currency,
        "id" | "uuid" | "guid" | "slug" | "etag" | "hash" => Role::Identifier,
        "name" | "title" | "label" | "headline" | "subject" if value.is_string() => Role::Title,
        _ => Role::Other,
    }
}

fn is_image(value: &Value) -> bool {
    let path = value.as_str().unwrap_or_default().split(['?', '#']).next().unwrap_or_default().to_lowercase();
    [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"].iter().any(|ending| path.ends_with(ending))
}

/// An address that a page may safely link.
pub(crate) fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        && !text.contains(char::is_whitespace)
}

/// The field that names an item: `name`, `title`, …, else the first text that is no address.
pub(crate) fn title_field(item: &Map<String, Value>) -> Option<&str> {
    let exact = ["name", "title", "label", "headline", "subject"]
        .iter()
        .find(|name| item.get(**name).is_some_and(Value::is_string));
    let by_role = || item.iter().find(|(name, value)| role(name, value) == Role::Title).map(|(name, _)| name.as_str());
    let any_text = || {
        let short = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty() && text.chars().count() <= 80);
        item.iter()
            .find(|(name, value)| role(name, value) == Role::Other && short(value))
            .map(|(name, _)| name.as_str())
    };
    let identifier = || {
        item.iter()
            .find(|(name, value)| role(name, value) == Role::Identifier && value.is_string())
            .map(|(name, _)| name.as_str())
    };
    exact.copied().or_else(by_role).or_else(any_text).or_else(identifier)
}

/// The list that a result is about, with the name of its field: the result itself, or the longest list of objects
/// under a key, else the longest list of scalars.
pub(crate) fn main_list(result: &Value) -> Option<(Option<&str>, &Vec<Value>)> {
    match result {
        Value::Array(items) => Some((None, items)),
        Value::Object(fields) => {
            let rank = |items: &Vec<Value>| (items.iter().any(Value::is_object), items.len());
            let lists =
                fields.iter().filter_map(|(name, value)| value.as_array().map(|items| (Some(name.as_str()), items)));
            // The first one wins among equals.
            let own = lists.rev().max_by_key(|(_, items)| rank(items));
            own.or_else(|| wrapped(fields))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A list below the only object of a result, as in `{"data": {"items": […]}}`.
fn wrapped(fields: &Map<String, Value>) -> Option<(Option<&str>, &Vec<Value>)> {
    let mut objects = fields.values().filter(|value| value.is_object());
    match (objects.next(), objects.next()) {
        (Some(only), None) if title_field(fields).is_none() => main_list(only),
        _ => None,
    }
}

/// The currency that prices of this object are in.
pub(crate) fn currency(fields: &Map<String, Value>) -> Option<&str> {
    fields.iter().find(|(name, value)| role(name, value) == Role::Currency).and_then(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn roles() {
        let cases = [
            ("name", json!("Grand"), Role::Title),
            ("url", json!("https://example.org/a"), Role::Link),
            ("image_url", json!("https://example.org/a"), Role::Image),
            ("photo", json!("https://example.org/a.png"), Role::Image),
            ("website", json!("javascript:alert(1)"), Role::Other),
            ("price_per_night", json!(80), Role::Price),
            ("total_results", json!(80), Role::Other),
            ("currency", json!("EUR"), Role::Currency),
            ("hotelId", json!("x1"), Role::Identifier),
            ("stars", json!(3), Role::Other),
        ];
        for (name, value, expected) in cases {
            assert_eq!(role(name, &value), expected, "{name}");
        }
    }

    #[test]
    fn the_main_list() {
        let result = json!({"city": "Rome", "tags": ["a", "b", "c"], "hotels": [{"name": "A"}]});
        assert_eq!(main_list(&result).unwrap().0, Some("hotels"));
        assert_eq!(main_list(&json!({"data": {"items": [1]}})).unwrap().0, Some("items"));
        assert_eq!(main_list(&json!({"name": "Grand", "stars": 3})), None);
        assert_eq!(main_list(&json!([1, 2])).unwrap().1.len(), 2);
    }
}
