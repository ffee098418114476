//! One object of a result as markdown: its title as a link, its picture, its other fields in words.

use serde_json::{Map, Value};

use super::markdown::{address, escaped, shortened};
use super::shape::{Role, currency, role, title_field};
use crate::words::identifier_words;

/// Texts longer than this get a paragraph of their own.
const LONG_TEXT: usize = 160;

/// A field of an item in words: `price per night: 80 EUR`.
pub(crate) fn field(name: &str, value: &Value, currency: Option<&str>) -> Option<String> {
    let text = scalar(value)?;
    let words = escaped(&identifier_words(name).join(" "));
    let unit = currency.filter(|_| role(name, value) == Role::Price);
    Some(match unit {
        Some(unit) => format!("{words}: {text} {}", escaped(unit)),
        None => format!("{words}: {text}"),
    })
}

/// A value without parts, as text; lists of such values joined. None for what cannot be said in a line.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(shortened(text)),
        Value::Array(items) => {
            let texts = items.iter().map(scalar).collect::<Option<Vec<_>>>()?;
            (!texts.is_empty() && texts.len() <= 12).then(|| texts.join(", "))
        }
        Value::Null | Value::Object(_) => None,
    }
}

/// An item of a list: a line, its picture and long texts below it.
pub(crate) fn list_item(item: &Map<String, Value>, outer_currency: Option<&str>) -> String {
    let title_name = title_field(item);
    let mut line = title(item, title_name).map_or_else(|| "-".to_owned(), |title| format!("- **{title}**"));
    let currency = currency(item).or(outer_currency);
    let (facts, long) = facts(item, title_name, currency);
    if !facts.is_empty() {
        line.push_str(if title_name.is_some() { " – " } else { " " });
        line.push_str(&facts.join(", "));
    }
    for text in long.into_iter().chain(images(item, title_name)) {
        line.push_str("\n  \n  ");
        line.push_str(&text);
    }
    line
}

/// A single object: its title, then a line per field.
pub(crate) fn card(item: &Map<String, Value>, outer_currency: Option<&str>) -> String {
    let title_name = title_field(item).filter(|name| matches!(role(name, &item[*name]), Role::Title));
    let currency = currency(item).or(outer_currency);
    let mut lines = Vec::new();
    if let Some(title) = title(item, title_name) {
        lines.push(format!("**{title}**\n"));
    } else {
        lines.extend(
            links(item)
                .into_iter()
                .map(|(name, url)| format!("- [{}]({})", escaped(&identifier_words(name).join(" ")), address(url))),
        );
    }
    let (facts, long) = facts(item, title_name, currency);
    lines.extend(facts.into_iter().map(|fact| format!("- {fact}")));
    let mut text = lines.join("\n");
    for more in long.into_iter().chain(images(item, title_name)) {
        text.push_str("\n\n");
        text.push_str(&more);
    }
    text
}

fn title(item: &Map<String, Value>, name: Option<&str>) -> Option<String> {
    let text = shortened(item[name?].as_str()?);
    Some(match links(item).first() {
        Some((_, url)) => format!("[{text}]({})", address(url)),
        None => text,
    })
}

fn links(item: &Map<String, Value>) -> Vec<(&str, &str)> {
    let links = item.iter().filter(|(name, value)| role(name, value) == Role::Link);
    links.filter_map(|(name, value)| value.as_str().map(|url| (name.as_str(), url))).collect()
}

fn images(item: &Map<String, Value>, title_name: Option<&str>) -> Option<String> {
    let (_, value) = item.iter().find(|(name, value)| role(name, value) == Role::Image)?;
    let text = title_name.and_then(|name| item[name].as_str()).map(shortened).unwrap_or_default();
    Some(format!("![{text}]({})", address(value.as_str()?)))
}

/// The fields besides title, link and picture: short ones, and long texts.
fn facts(item: &Map<String, Value>, title_name: Option<&str>, currency: Option<&str>) -> (Vec<String>, Vec<String>) {
    let mut short = Vec::new();
    let mut long = Vec::new();
    for (name, value) in item.iter().filter(|(name, _)| Some(name.as_str()) != title_name) {
        match role(name, value) {
            Role::Link | Role::Image | Role::Currency => {}
            Role::Identifier if title_name.is_some() => {}
            Role::Title | Role::Price | Role::Identifier | Role::Other => match value {
                Value::String(text) if text.chars().count() > LONG_TEXT => long.push(shortened(text)),
                Value::Object(inner) => short.extend(nested(name, inner, currency)),
                _ => short.extend(field(name, value, currency)),
            },
        }
    }
    (short, long)
}

/// A nested object by its title, else by its fields.
fn nested(name: &str, inner: &Map<String, Value>, outer: Option<&str>) -> Vec<String> {
    let words = escaped(&identifier_words(name).join(" "));
    let own = currency(inner).or(outer);
    if let Some(title) = title(inner, title_field(inner).filter(|name| role(name, &inner[*name]) == Role::Title)) {
        return vec![format!("{words}: {title}")];
    }
    let fields =
        inner.iter().filter(|(name, value)| !matches!(role(name, value), Role::Currency | Role::Link | Role::Image));
    fields.filter_map(|(name, value)| field(name, value, own).map(|text| format!("{words} {text}"))).collect()
}
