//! Reads YAML into a JSON value, as far as the samples' documents need it: no anchors and no tags.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

pub(crate) fn parse(text: &str) -> Value {
    let mut events = Parser::new_from_str(text).map(|event| event.expect("well-formed YAML").0);
    let mut content = events.by_ref().skip_while(|event| matches!(event, Event::StreamStart | Event::DocumentStart(_)));
    node(&mut content).expect("a document")
}

/// The next node; `None` at the end of a collection.
fn node<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Option<Value> {
    match events.next()? {
        Event::Scalar(text, ScalarStyle::Plain, ..) => {
            Some(serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned())))
        }
        Event::Scalar(text, ..) => Some(Value::String(text.into_owned())),
        Event::SequenceStart(..) => Some(Value::Array(std::iter::from_fn(|| node(events)).collect())),
        Event::MappingStart(..) => Some(Value::Object(mapping(events))),
        _ => None,
    }
}

fn mapping<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Map<String, Value> {
    let mut fields = Map::new();
    while let Some(key) = node(events) {
        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        let value = node(events).expect("a value for each key");
        assert!(fields.insert(key.clone(), value).is_none(), "{key} appears twice");
    }
    fields
}
