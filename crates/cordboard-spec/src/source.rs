//! A document as text and as a value: JSON or YAML, told apart by content, never by name or content type.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::yaml;

/// The largest document that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 50 * 1024 * 1024;

/// A parsed document that still knows its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it came from: a URL or a file name.
    pub name: String,
    pub text: String,
    pub value: Value,
    /// Set when the text is meant as JSON but only a YAML reader forgives it.
    pub json_fault: Option<JsonFault>,
}

/// What a JSON reader objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonFault {
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
    #[error("{name} holds a single text or number where an object with fields is expected")]
    NotAnObject { name: String },
    #[error("{name} is larger than {limit} bytes", limit = MAX_DOCUMENT_BYTES)]
    TooLarge { name: String },
}

impl Source {
    /// Reads a document.
    pub fn parse(name: &str, text: &str) -> Result<Self, SourceError> {
        let name = name.to_owned();
        let text = text.trim_start_matches('\u{feff}');
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
        let (value, json_fault) = read(&name, text, start.starts_with(['{', '[']))?;
        if !value.is_object() {
            return Err(SourceError::NotAnObject { name });
        }
        Ok(Self { name, text: text.to_owned(), value, json_fault })
    }

    /// Where the value at `pointer` stands in the text. The text is read again, so ask only for what is shown.
    pub fn locate(&self, pointer: &Pointer) -> Option<Position> {
        yaml::locate(&self.text, pointer)
    }
}

fn read(name: &str, text: &str, looks_like_json: bool) -> Result<(Value, Option<JsonFault>), SourceError> {
    let syntax = |position, problem| SourceError::Syntax { name: name.to_owned(), position, problem };
    if !looks_like_json {
        let value = yaml::parse(text).map_err(|fault| syntax(fault.position, fault.problem))?;
        return Ok((value, None));
    }
    match serde_json::from_str(text) {
        Ok(value) => Ok((value, None)),
        Err(error) => {
            let position = Position { line: error.line(), column: error.column().max(1) };
            let problem = json_problem(&error);
            match yaml::parse(text) {
                Ok(value) => Ok((value, Some(JsonFault { position, problem }))),
                Err(_) => Err(syntax(position, problem)),
            }
        }
    }
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
        let fault = source.json_fault.unwrap();
        assert_eq!((fault.position.line, fault.position.column), (3, 1));
        assert_eq!(fault.problem, "there is a comma after the last entry; remove it");
    }

    #[test]
    fn hopeless_texts_say_what_they_are() {
        assert_eq!(parse("  ").unwrap_err().to_string(), "doc is empty");
        assert!(parse("<!doctype html>").unwrap_err().to_string().contains("web page"));
        assert!(parse("just words").unwrap_err().to_string().contains("single text"));
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
    }
}
