//! A document as text and as a value: JSON or YAML, told apart by content, never by name or content type.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::pointer::Pointer;
use super::{indent, json, json_places, yaml};

/// The largest document that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 50 * 1024 * 1024;

/// A parsed document that still knows its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it came from: a URL or a file name.
    pub name: String,
    pub text: String,
    pub value: Value,
    /// Set when a strict reader refuses the text and a forgiving one understands it.
    pub fault: Option<SyntaxFault>,
    /// Members whose key stands more than once in its object. The last one counts; the first hundred are told.
    pub repeated: Vec<Pointer>,
    reading: Reading,
}

/// How a text was understood, which is how places are found in it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Json,
    /// JSON after [`json::without_comments`].
    CommentedJson,
    Yaml,
    /// YAML after [`indent::indent_closing_brackets`].
    IndentedYaml,
    /// YAML after [`indent::expand_tabs`] by so many spaces.
    TabbedYaml(usize),
}

/// What came of a text.
struct Understood {
    value: Value,
    repeated: Vec<Pointer>,
    reading: Reading,
    fault: Option<SyntaxFault>,
}

impl Understood {
    fn new((value, repeated): (Value, Vec<Pointer>), reading: Reading, fault: Option<SyntaxFault>) -> Self {
        Self { value, repeated, reading, fault }
    }
}

/// What a strict reader objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    pub position: Position,
    pub problem: String,
}

/// A place in a text. Lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// A text that is neither JSON nor YAML, or no document at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error("{name}:{position}: {problem}")]
    Syntax { name: String, position: Position, problem: String },
    #[error("{name} is empty")]
    Empty { name: String },
    #[error("{name} is a web page, not a JSON or YAML document; check the address")]
    Html { name: String },
    #[error("{name} holds {found} where an object with fields is expected")]
    NotAnObject { name: String, found: &'static str },
    #[error("{name} is larger than {limit} bytes", limit = MAX_DOCUMENT_BYTES)]
    TooLarge { name: String },
}

impl Source {
    /// Reads a document.
    pub fn parse(name: &str, text: impl Into<String>) -> Result<Self, SourceError> {
        let name = name.to_owned();
        let mut text = text.into();
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            text = rest.to_owned();
        }
        let start = text.trim_start();
        if text.len() > MAX_DOCUMENT_BYTES {
            return Err(SourceError::TooLarge { name });
        }
        if start.is_empty() {
            return Err(SourceError::Empty { name });
        }
        if start.starts_with('<') {
            return Err(SourceError::Html { name });
        }
        let looks_like_json = start.starts_with(['{', '[']);
        let understood = if looks_like_json { read_json(&text) } else { read_yaml(&text) };
        let Understood { value, repeated, reading, fault } =
            understood.map_err(|SyntaxFault { position, problem }| SourceError::Syntax {
                name: name.clone(),
                position,
                problem,
            })?;
        if !value.is_object() {
            let found = if value.is_array() { "a list" } else { "a single text or number" };
            return Err(SourceError::NotAnObject { name, found });
        }
        Ok(Self { name, text, value, fault, repeated, reading })
    }

    /// Where the values at `pointers` stand in the text, which is read once for all of them.
    pub fn locate_all(&self, pointers: &[Pointer]) -> Vec<Option<Position>> {
        if pointers.is_empty() {
            return Vec::new();
        }
        match self.reading {
            Reading::Json => positions(&self.text, &json_places::offsets(&self.text, pointers)),
            Reading::CommentedJson => {
                positions(&self.text, &json_places::offsets(&json::without_comments(&self.text), pointers))
            }
            Reading::Yaml => yaml::locate(&self.text, pointers),
            Reading::IndentedYaml => yaml::locate(&indent::indent_closing_brackets(&self.text), pointers),
            Reading::TabbedYaml(width) => {
                let places = yaml::locate(&indent::expand_tabs(&self.text, width), pointers);
                indent::unexpanded(&self.text, width, places)
            }
        }
    }

    /// Where the value at `pointer` stands.
    pub fn locate(&self, pointer: &Pointer) -> Option<Position> {
        self.locate_all(std::slice::from_ref(pointer)).pop().flatten()
    }

    /// A line of the text, counted from 1.
    pub fn line(&self, number: usize) -> Option<&str> {
        self.text.lines().nth(number.checked_sub(1)?)
    }
}

/// JSON, or what a YAML reader still understands of a text that is meant as JSON.
fn read_json(text: &str) -> Result<Understood, SyntaxFault> {
    let error = match json::parse(text) {
        Ok(parsed) => return Ok(Understood::new(parsed, Reading::Json, None)),
        Err(error) => error,
    };
    if let Some(understood) = read_commented_json(text) {
        return Ok(understood);
    }
    let position = Position { line: error.line(), column: error.column().max(1) };
    let fault = SyntaxFault { position, problem: json_problem(&error) };
    match read_yaml(text) {
        Ok(understood) => Ok(Understood { fault: Some(fault), ..understood }),
        Err(_) => Err(fault),
    }
}

fn read_commented_json(text: &str) -> Option<Understood> {
    let plain = json::without_comments(text);
    let first = text.bytes().zip(plain.bytes()).position(|(before, after)| before != after)?;
    let parsed = json::parse(&plain).ok()?;
    let position = positions(text, &[Some(first)])[0]?;
    let fault = SyntaxFault { position, problem: "JSON has no comments; remove them".to_owned() };
    Some(Understood::new(parsed, Reading::CommentedJson, Some(fault)))
}

/// YAML; brackets that close at the left edge of their block are forgiven, as other readers do, and so are tabs.
fn read_yaml(text: &str) -> Result<Understood, SyntaxFault> {
    let fault = match yaml::parse(text) {
        Ok(parsed) => return Ok(Understood::new(parsed, Reading::Yaml, None)),
        Err(fault) => SyntaxFault { position: fault.position, problem: fault.problem },
    };
    if let Ok(parsed) = yaml::parse(&indent::indent_closing_brackets(text)) {
        return Ok(Understood::new(parsed, Reading::IndentedYaml, Some(fault)));
    }
    let widths = indent::TAB_WIDTHS.into_iter().filter(|_| indent::has_tabs(text));
    let mut readings = widths.filter_map(|width| Some((yaml::parse(&indent::expand_tabs(text, width)).ok()?, width)));
    match readings.next() {
        Some((parsed, width)) => Ok(Understood::new(parsed, Reading::TabbedYaml(width), Some(fault))),
        None => Err(fault),
    }
}

/// Lines and columns of byte offsets, in one pass over the text.
fn positions(text: &str, offsets: &[Option<usize>]) -> Vec<Option<Position>> {
    let mut order: Vec<usize> = (0..offsets.len()).filter(|index| offsets[*index].is_some()).collect();
    order.sort_by_key(|index| offsets[*index]);
    let mut found = vec![None; offsets.len()];
    let (mut at, mut read) = (Position { line: 1, column: 1 }, 0);
    for index in order {
        let Some(offset) = offsets[index] else { continue };
        // Whole APIs stand in one line, so columns are counted on from the last place.
        let mut rest = &text[read..offset];
        if let Some(newline) = rest.rfind('\n') {
            at = Position { line: at.line + rest.matches('\n').count(), column: 1 };
            rest = &rest[newline + 1..];
        }
        at.column += rest.chars().count();
        read = offset;
        found[index] = Some(at);
    }
    found
}

/// The reader's message without its own position, which is shown in front.
fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
    if message == "trailing comma" {
        return "there is a comma after the last entry; remove it".to_owned();
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Source, SourceError> {
        Source::parse("doc", text)
    }

    #[test]
    fn content_decides_between_json_and_yaml() {
        assert_eq!(parse("{\"a\": 1}").unwrap().value["a"], 1);
        assert_eq!(parse("a: 1\nb: [x, y]").unwrap().value["b"][1], "y");
        assert_eq!(parse("\u{feff}# comment\na: yes\n").unwrap().value["a"], "yes");
    }

    #[test]
    fn a_trailing_comma_is_forgiven_and_reported_with_its_place() {
        let source = parse("{\n  \"a\": 1,\n}").unwrap();
        assert_eq!(source.value["a"], 1);
        let fault = source.fault.unwrap();
        assert_eq!((fault.position.line, fault.position.column), (3, 1));
        assert_eq!(fault.problem, "there is a comma after the last entry; remove it");
    }

    #[test]
    fn comments_in_json_are_forgiven_and_everything_keeps_its_place() {
        let source = parse("{ // the API\n  /* ä */ \"a\": \"x//y\",\n  \"b\": 1}").unwrap();
        assert_eq!(source.value, serde_json::json!({"a": "x//y", "b": 1}));
        let fault = source.fault.clone().unwrap();
        assert_eq!((fault.position.to_string(), fault.problem.contains("no comments")), ("1:3".to_owned(), true));
        assert_eq!(source.locate(&Pointer::parse("/a")).unwrap().to_string(), "2:11");
    }

    #[test]
    fn repeated_keys_are_told_where_the_last_one_stands() {
        for text in ["{\"a\": 1,\n\"b\": {},\n\"a\": 2}", "a: 1\nb: {}\na: 2\n"] {
            let source = parse(text).unwrap();
            assert_eq!((&source.value["a"], &source.repeated), (&2.into(), &vec![Pointer::parse("/a")]));
            assert_eq!(source.locate(&source.repeated[0]).map(|position| position.line), Some(3));
        }
    }

    #[test]
    fn hopeless_texts_say_what_they_are() {
        assert_eq!(parse("  ").unwrap_err().to_string(), "doc is empty");
        assert!(parse("<!doctype html>").unwrap_err().to_string().contains("web page"));
        assert!(parse("just words").unwrap_err().to_string().contains("single text"));
        assert!(parse("[1, 2]").unwrap_err().to_string().contains("holds a list"));
        assert!(parse("{\"a\": [1, 2").unwrap_err().to_string().starts_with("doc:1:11: EOF"));
        assert!(parse("a: [1\nb: 2").unwrap_err().to_string().starts_with("doc:2:"));
    }

    #[test]
    fn values_are_found_again_in_the_text() {
        let yaml = parse("paths:\n  /todos:\n    get:\n      summary: x\n").unwrap();
        let at = yaml.locate(&Pointer::root().join("paths").join("/todos").join("get"));
        assert_eq!(at, Some(Position { line: 3, column: 5 }));
        let json = parse("{\n \"a\": [1,\n  {\"b\": 2}]}").unwrap();
        assert_eq!(json.locate(&Pointer::parse("/a/1/b")), Some(Position { line: 3, column: 4 }));
        assert_eq!(json.locate(&Pointer::parse("/nowhere")), None);
        let together = json.locate_all(&[Pointer::parse("/a/1/b"), Pointer::root(), Pointer::parse("/a")]);
        let lines: Vec<usize> = together.into_iter().flatten().map(|position| position.line).collect();
        assert_eq!(lines, [3, 1, 2]);
    }

    #[test]
    fn columns_count_characters_also_for_several_places_in_a_line() {
        let json = parse("{\"ä\": 1, \"b\": {\"ö\": 2,\n\"c\": 3}}").unwrap();
        let places = json.locate_all(&["/b/ö", "/ä", "/b", "/b/c"].map(Pointer::parse));
        let shown: Vec<String> = places.into_iter().flatten().map(|position| position.to_string()).collect();
        assert_eq!(shown, ["1:16", "1:2", "1:10", "2:1"]);
    }

    #[test]
    fn a_bracket_at_the_left_edge_of_its_block_is_forgiven() {
        let source = parse("list:\n  - name: x\n    enum: [\n      \"a\",\n    ]\n  - name: y\n").unwrap();
        assert_eq!(source.value, serde_json::json!({"list": [{"name": "x", "enum": ["a"]}, {"name": "y"}]}));
        assert!(source.fault.is_some());
        assert_eq!(source.locate(&Pointer::parse("/list/1")).map(|position| position.line), Some(6));
    }

    #[test]
    fn tabs_that_indent_are_forgiven_and_reported() {
        let expected = serde_json::json!({"a": {"b": {"c": 1}, "d": ["x"]}});
        for text in [
            "a:\n\tb:\n\t\tc: 1\n\td:\n\t- x\n",
            "a:\n  b:\n\tc: 1\n  d:\n  - x\n",
            "a:\n    b:\n    \tc: 1\n\td: [x]\n",
        ] {
            let source = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(source.value, expected, "{text:?}");
            assert!(source.fault.is_some(), "{text:?}");
        }
        let source = parse("a:\n\tb:\n\t\tc: 1\n").unwrap();
        assert_eq!(source.locate(&Pointer::parse("/a/b/c")), Some(Position { line: 3, column: 3 }));
        assert!(parse("a:\n\tb: [1\n").is_err());
    }
}
