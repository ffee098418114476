//! Items of an earlier result that a message speaks of: "the second one", "the cheapest", "delete the hello one", "it".

use serde_json::{Map, Value};

use crate::answer::shape::{main_list, title_field};
use crate::fill::slot::{Kind, Slot};
use crate::reading::Reading;
use crate::words::{content_stems, is_stem_of, stem};

const ORDINALS: [(&[&str], usize); 10] = [
    (&["first", "1st"], 0),
    (&["second", "2nd"], 1),
    (&["third", "3rd"], 2),
    (&["fourth", "4th"], 3),
    (&["fifth", "5th"], 4),
    (&["sixth", "6th"], 5),
    (&["seventh", "7th"], 6),
    (&["eighth", "8th"], 7),
    (&["ninth", "9th"], 8),
    (&["tenth", "10th"], 9),
];
const POINTING: [&str; 9] = ["it", "that", "this", "one", "them", "there", "those", "these", "its"];
/// Words that ask for the least or the most of something, with words of the fields that hold it.
const EXTREMES: [(&[&str], bool, &[&str]); 6] = [
    (&["cheapest", "cheaper"], false, &["price", "cost", "amount", "fee", "fare", "total", "rate"]),
    (&["dearest", "priciest"], true, &["price", "cost", "amount", "fee", "fare", "total", "rate"]),
    (&["best", "highest"], true, &["rating", "star", "score", "rank", "review"]),
    (&["newest", "latest"], true, &["date", "created", "time", "year", "published"]),
    (&["oldest", "earliest"], false, &["date", "created", "time", "year", "published"]),
    (&["longest", "biggest", "largest"], true, &["length", "size", "duration", "count", "population"]),
];

/// Whether the message points at something that was shown before.
pub(crate) fn points(reading: &Reading) -> bool {
    let is = |list: &[&str]| reading.words.iter().any(|word| list.contains(&word.text.to_lowercase().as_str()));
    is(&POINTING)
        || is(&["last"])
        || ORDINALS.iter().any(|(names, _)| is(names))
        || EXTREMES.iter().any(|(names, _, _)| is(names))
}

/// An item of a result, with its position in the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Item<'a> {
    pub(crate) value: &'a Value,
    pub(crate) position: usize,
}

/// The items of a result that the message may mean, the only one where it is clear.
pub(crate) fn meant<'a>(reading: &Reading, result: &'a Value) -> Vec<Item<'a>> {
    let whole = std::slice::from_ref(result);
    let items = main_list(result).map_or(whole, |(_, items)| items.as_slice());
    let items = items.iter().enumerate().map(|(position, value)| Item { value, position }).collect::<Vec<_>>();
    let said = |list: &[&str]| reading.words.iter().any(|word| list.contains(&word.text.to_lowercase().as_str()));
    if let Some((_, position)) = ORDINALS.iter().find(|(names, _)| said(names)) {
        return items.get(*position).copied().into_iter().collect();
    }
    if said(&["last"]) {
        return items.last().copied().into_iter().collect();
    }
    if let Some((_, most, fields)) = EXTREMES.iter().find(|(names, _, _)| said(names)) {
        return extreme(&items, *most, fields).into_iter().collect();
    }
    let named = named(reading, &items);
    match (named.as_slice(), items.as_slice()) {
        ([], [only]) if said(&POINTING) => vec![*only],
        _ => named,
    }
}

fn extreme<'a>(items: &[Item<'a>], most: bool, fields: &[&str]) -> Option<Item<'a>> {
    let value = |item: &Item<'_>| {
        let object = item.value.as_object()?;
        let field = object.iter().find(|(name, value)| {
            value.is_number() && crate::words::identifier_words(name).iter().any(|word| is_stem_of(&stem(word), fields))
        });
        field.and_then(|(_, value)| value.as_f64())
    };
    let valued = items.iter().filter_map(|item| Some((value(item)?, *item)));
    let compare = |left: &(f64, Item<'_>), right: &(f64, Item<'_>)| left.0.total_cmp(&right.0);
    let best = if most { valued.max_by(compare) } else { valued.min_by(compare) };
    best.map(|(_, item)| item)
}

/// The items whose texts share most with the message; none where they share nothing.
fn named<'a>(reading: &Reading, items: &[Item<'a>]) -> Vec<Item<'a>> {
    let shared = |item: &Item<'_>| {
        let texts = match item.value {
            Value::Object(fields) => fields.values().filter_map(Value::as_str).map(content_stems).collect::<Vec<_>>(),
            Value::String(text) => vec![content_stems(text)],
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => Vec::new(),
        };
        let of_text = |stems: &Vec<String>| stems.iter().filter(|stem| reading.stems.contains(stem)).count();
        texts.iter().map(of_text).max().unwrap_or(0)
    };
    let counts = items.iter().map(shared).collect::<Vec<_>>();
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return Vec::new();
    }
    items.iter().zip(counts).filter(|(_, count)| *count == most).map(|(item, _)| *item).collect()
}

/// The value that an item has for a parameter: the field of its name, its identifier, its position or its title.
pub(crate) fn value_for(slot: &Slot, item: Item<'_>) -> Option<Value> {
    if wants_position(slot) && matches!(slot.kind, Kind::Number { .. }) {
        return Some(Value::from(item.position));
    }
    let Value::Object(fields) = item.value else {
        return (slot.kind == Kind::Text && item.value.is_string()).then(|| item.value.clone());
    };
    let fitting = |value: &Value| fits(&slot.kind, value);
    let same_name = fields.get(&slot.name).filter(|value| fitting(value)).cloned();
    let stems = |name: &str| crate::words::identifier_words(name).iter().map(|word| stem(word)).collect::<Vec<_>>();
    let same_words = || {
        fields
            .iter()
            .find(|(name, value)| stems(name) == slot.name_stems && fitting(value))
            .map(|(_, value)| value.clone())
    };
    let identifier = || is_identifier(slot).then(|| own_identifier(fields)).flatten().filter(|value| fitting(value));
    let title = || {
        title_field(fields)
            .map(|name| fields[name].clone())
            .filter(|value| fitting(value) && slot.kind == Kind::Text && names_a_thing(slot))
    };
    same_name.or_else(same_words).or_else(identifier).or_else(title)
}

/// Whether the parameter wants the key of something that exists.
pub(crate) fn is_identifier(slot: &Slot) -> bool {
    slot.name_stems
        .last()
        .is_some_and(|last| is_stem_of(last, &["id", "ids", "identifier", "uuid", "guid", "key", "slug"]))
        || wants_position(slot)
}

fn wants_position(slot: &Slot) -> bool {
    slot.name_stems.last().is_some_and(|last| is_stem_of(last, &["index", "idx", "position"]))
}

/// Whether the parameter names a thing, and not what to look for or what to write.
fn names_a_thing(slot: &Slot) -> bool {
    slot.required
        && !slot.name_stems.iter().any(|own| {
            is_stem_of(own, &["query", "text", "message", "content", "note", "date", "guest", "user", "username"])
        })
}

fn own_identifier(fields: &Map<String, Value>) -> Option<Value> {
    let exact = ["id", "uuid", "_id", "key", "slug", "guid"].iter().find_map(|name| fields.get(*name));
    exact
        .or_else(|| fields.iter().find(|(name, _)| name.to_lowercase().ends_with("id")).map(|(_, value)| value))
        .cloned()
}

fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Number { integer, .. } => value.as_i64().is_some() || (!integer && value.is_number()),
        Kind::Text => value.as_str().is_some_and(|text| !text.is_empty()),
        Kind::Choice(options) => options.contains(value),
        Kind::Boolean => value.is_boolean(),
        Kind::List(_) | Kind::Unsupported => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fill::slot::slots;

    fn names(text: &str) -> Vec<String> {
        let result = json!({"hotels": [{"name": "Grand Palace", "price": 120, "id": "h1"}, {"name": "Blue Inn", "price": 80, "id": "h2"}]});
        meant(&Reading::of(text), &result)
            .into_iter()
            .map(|item| item.value["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn items_that_are_meant() {
        assert_eq!(names("book the second one"), ["Blue Inn"]);
        assert_eq!(names("tell me more about the cheapest"), ["Blue Inn"]);
        assert_eq!(names("what about the grand palace"), ["Grand Palace"]);
        assert!(names("book a table").is_empty());
    }

    #[test]
    fn values_of_items() {
        let slots = slots(
            &json!({"required": ["hotel"], "properties": {"todo_id": {"type": "integer"}, "hotel": {"type": "string"}, "todo_idx": {"type": "integer"}}}),
        );
        let thing = json!({"id": 7, "name": "Blue Inn"});
        let item = Item { value: &thing, position: 1 };
        assert_eq!(value_for(&slots[0], item), Some(json!(7)));
        assert_eq!(value_for(&slots[1], item), Some(json!("Blue Inn")));
        assert_eq!(value_for(&slots[2], item), Some(json!(1)));
    }
}
