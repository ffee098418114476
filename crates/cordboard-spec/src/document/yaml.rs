//! YAML (and JSON as its subset) from parser events: into a value, or to the place of a pointer.
//!
//! Aliases are expanded within a budget, so a document that unfolds into billions of nodes ends in an error.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::json::{KEY_TOO_LONG, MAX_KEY, MAX_REPEATED};
use super::number;
use super::pointer::Pointer;
use super::source::Position;

const MAX_DEPTH: usize = 128;
const MAX_NODES: usize = 5_000_000;

/// Why a text is not YAML.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) position: Position,
    pub(crate) problem: String,
}

impl From<ScanError> for Fault {
    fn from(error: ScanError) -> Self {
        let marker = error.marker();
        let position = Position { line: marker.line(), column: marker.col() + 1 };
        Self { position, problem: error.info().to_owned() }
    }
}

fn position(span: Span) -> Position {
    Position { line: span.start.line(), column: span.start.col() + 1 }
}

/// The first document of `text`, and the members whose key stands there more than once; the last one is the value's.
pub(crate) fn parse(text: &str) -> Result<(Value, Vec<Pointer>), Fault> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, span)?;
    }
    Ok((builder.result.unwrap_or(Value::Null), builder.repeated))
}

/// A collection that is being filled.
enum Open {
    Sequence(Vec<Value>),
    Mapping(Mapping),
}

#[derive(Default)]
struct Mapping {
    members: Map<String, Value>,
    /// Whose value comes next.
    key: Option<String>,
    /// Members that `<<` added, which others may replace.
    merged: HashSet<String>,
}

#[derive(Default)]
struct Builder {
    open: Vec<(Open, usize)>,
    anchors: HashMap<usize, Value>,
    nodes: usize,
    result: Option<Value>,
    repeated: Vec<Pointer>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let fault = |problem: &str| Fault { position: position(span), problem: problem.to_owned() };
        match event {
            Event::Scalar(text, style, anchor, _) => match self.open.last_mut() {
                // A key is what is written: `007` and `1.10` are no numbers.
                Some((Open::Mapping(mapping), _)) if anchor == 0 && mapping.key.is_none() => {
                    self.nodes += 1;
                    // A copy, since the parser's texts have room to grow.
                    mapping.key = Some(text.as_ref().to_owned());
                }
                _ => self.add(scalar(&text, style), anchor),
            },
            Event::SequenceStart(anchor, _) => self.open.push((Open::Sequence(Vec::new()), anchor)),
            Event::MappingStart(anchor, _) => self.open.push((Open::Mapping(Mapping::default()), anchor)),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).cloned().ok_or_else(|| fault("alias to nothing"))?;
                self.nodes += count(&value);
                self.add(value, 0);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        if self.key_is_too_long() {
            return Err(fault(KEY_TOO_LONG));
        }
        if self.open.len() > MAX_DEPTH {
            return Err(fault("nested more than 128 levels deep"));
        }
        if self.nodes > MAX_NODES {
            return Err(fault("unfolds into more than 5 million values"));
        }
        Ok(())
    }

    fn key_is_too_long(&self) -> bool {
        match self.open.last() {
            Some((Open::Mapping(mapping), _)) => mapping.key.as_ref().is_some_and(|key| key.len() > MAX_KEY),
            _ => false,
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some((Open::Sequence(items), anchor)) => self.add(Value::Array(items), anchor),
            Some((Open::Mapping(mapping), anchor)) => self.add(Value::Object(mapping.members), anchor),
            None => {}
        }
    }

    fn add(&mut self, value: Value, anchor: usize) {
        self.nodes += 1;
        if anchor != 0 {
            self.nodes += count(&value);
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.result = Some(value),
            Some((Open::Sequence(items), _)) => items.push(value),
            Some((Open::Mapping(mapping), _)) => match mapping.key.take() {
                None => mapping.key = Some(key_text(value)),
                Some(key) if key == "<<" => mapping.merge(value),
                Some(key) => {
                    if let Some(repeated) = mapping.insert(key, value) {
                        self.tell(&repeated);
                    }
                }
            },
        }
    }

    /// Notes that a key of the innermost mapping stands there again.
    fn tell(&mut self, key: &str) {
        if self.repeated.len() < MAX_REPEATED {
            let outer = self.open.iter().filter_map(|(open, _)| match open {
                Open::Sequence(items) => Some(items.len().to_string()),
                Open::Mapping(mapping) => mapping.key.clone(),
            });
            self.repeated.push(outer.fold(Pointer::root(), |at, key| at.join(key)).join(key));
        }
    }
}

impl Mapping {
    /// Adds a member; gives its key if that stood there before.
    fn insert(&mut self, key: String, value: Value) -> Option<String> {
        match self.members.entry(key) {
            Entry::Vacant(place) => {
                place.insert(value);
                None
            }
            Entry::Occupied(mut place) => {
                place.insert(value);
                let key = place.key().clone();
                (!self.merged.remove(&key)).then_some(key)
            }
        }
    }

    /// `<<` adds what is not there yet.
    fn merge(&mut self, value: Value) {
        let sources = match value {
            Value::Array(items) => items,
            other => vec![other],
        };
        let objects = sources.into_iter().filter_map(|source| match source {
            Value::Object(members) => Some(members),
            _ => None,
        });
        for (key, value) in objects.flatten() {
            if let Entry::Vacant(place) = self.members.entry(key) {
                self.merged.insert(place.key().clone());
                place.insert(value);
            }
        }
    }
}

/// Keys behind anchors and aliases are values first; JSON keys are text.
fn key_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        // Long texts take the room of several values.
        Value::Object(members) => 1 + members.iter().map(|(key, member)| key.len() / 64 + count(member)).sum::<usize>(),
        Value::String(text) => 1 + text.len() / 64,
        _ => 1,
    }
}

/// A plain scalar by the core schema of YAML 1.2; quoted ones are text, and so are numbers that would be written otherwise.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number::verbatim(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// Where the values at `pointers` stand: at the key in a mapping, at the item itself in a sequence.
pub(crate) fn locate(text: &str, pointers: &[Pointer]) -> Vec<Option<Position>> {
    let mut wanted: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, pointer) in pointers.iter().enumerate() {
        wanted.entry(pointer.as_str()).or_default().push(index);
    }
    let mut found = vec![None; pointers.len()];
    let mut walk = Walk::default();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        if let Some(at) = walk.take(event, span) {
            for index in wanted.get(walk.pointer.as_str()).into_iter().flatten() {
                found[*index] = Some(at);
            }
        }
    }
    found
}

/// A collection around the present event.
enum Level {
    Sequence(usize),
    Mapping(Option<Position>),
}

/// The pointer of the value that is being read.
#[derive(Default)]
struct Walk {
    levels: Vec<Level>,
    /// The length of `pointer` outside each level.
    lengths: Vec<usize>,
    pointer: String,
}

impl Walk {
    /// Takes an event; says where a value begins that `pointer` now names.
    fn take(&mut self, event: Event<'_>, span: Span) -> Option<Position> {
        match event {
            Event::Scalar(text, ..) => {
                if let Some(Level::Mapping(key @ None)) = self.levels.last_mut() {
                    *key = Some(position(span));
                    self.enter(&text);
                    return None;
                }
                self.value(span)
            }
            Event::Alias(_) => self.value(span),
            Event::SequenceStart(..) => self.collection(Level::Sequence(0), span),
            Event::MappingStart(..) => self.collection(Level::Mapping(None), span),
            Event::SequenceEnd | Event::MappingEnd => {
                self.levels.pop();
                self.lengths.pop();
                None
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                None
            }
        }
    }

    /// A value begins: in a sequence it takes the next index, in a mapping its key came before.
    fn value(&mut self, span: Span) -> Option<Position> {
        match self.levels.last_mut() {
            None => Some(position(span)),
            Some(Level::Sequence(index)) => {
                let key = index.to_string();
                *index += 1;
                self.enter(&key);
                Some(position(span))
            }
            Some(Level::Mapping(key)) => key.take(),
        }
    }

    fn collection(&mut self, level: Level, span: Span) -> Option<Position> {
        let at = self.value(span);
        self.levels.push(level);
        self.lengths.push(self.pointer.len());
        at
    }

    fn enter(&mut self, key: &str) {
        self.pointer.truncate(self.lengths.last().copied().unwrap_or_default());
        self.pointer.push('/');
        self.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Value, Fault> {
        super::parse(text).map(|(value, _)| value)
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        let value = parse("a: 1\nb: 1.5\nc: true\nd: null\ne: '1'\nf: no\ng: 1.2.3\nh: -7\n200: ok\n").unwrap();
        let expected = serde_json::json!({
            "a": 1, "b": 1.5, "c": true, "d": null, "e": "1", "f": "no", "g": "1.2.3", "h": -7, "200": "ok"
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn keys_and_odd_numbers_keep_their_spelling() {
        let value = parse("007: a\n1.10: b\n~: c\n0x1F: d\nversion: 1.10\nid: 12345678901234567890123\nzip: 007\nbig: 18446744073709551615\n").unwrap();
        let expected = serde_json::json!({
            "007": "a", "1.10": "b", "~": "c", "0x1F": "d", "version": "1.10", "id": "12345678901234567890123", "zip": "007",
            "big": u64::MAX
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn anchors_aliases_and_merges_unfold() {
        let value = parse("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nlist: [*b]\n").unwrap();
        assert_eq!(value["use"], serde_json::json!({"x": 1, "y": 3}));
        assert_eq!(value["list"][0]["y"], 2);
    }

    #[test]
    fn a_key_that_stands_twice_is_told_and_one_that_replaces_a_merged_one_is_not() {
        let text = "base: &b {x: 1, x: 2}\nlist:\n- a: 1\n- <<: *b\n  x: 3\n  y: {z: 1, z: 2}\n  x: 4\n";
        let (value, repeated) = super::parse(text).unwrap();
        assert_eq!(value["list"][1], serde_json::json!({"x": 4, "y": {"z": 2}}));
        let places: Vec<&str> = repeated.iter().map(Pointer::as_str).collect();
        assert_eq!(places, ["/base/x", "/list/1/y/z", "/list/1/x"]);
    }

    #[test]
    fn a_bomb_of_aliases_ends_in_an_error() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let below = level - 1;
            let items = vec![format!("*a{below}"); 10].join(", ");
            text = format!("{text}a{level}: &a{level} [{items}]\n");
        }
        assert!(parse(&text).unwrap_err().problem.contains("5 million"));
    }

    #[test]
    fn a_bomb_of_long_texts_ends_in_an_error() {
        let aliases = vec!["*a"; 20_000].join(", ");
        let text = format!("a: &a \"{}\"\nb: [{aliases}]\n", "x".repeat(200_000));
        assert!(parse(&text).unwrap_err().problem.contains("5 million"));
    }

    #[test]
    fn deep_nesting_ends_in_an_error() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
    #[test]
    fn what_anchors_keep_is_counted() {
        let open: Vec<String> = (0..100).map(|number| format!("&a{number} [")).collect();
        let text = format!("{}{}{}", open.concat(), "1, ".repeat(100_000), "]".repeat(100));
        assert_eq!(parse(&text).unwrap_err().problem, "unfolds into more than 5 million values");
    }
}
