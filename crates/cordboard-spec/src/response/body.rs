//! What a response body is, told by its content first and by its label second.

use cordboard_domain::call::{Method, ResultForm};
use serde::de::IgnoredAny;

use crate::content::charset::decode;
use crate::content::media::{MediaType, signature};

/// A body as it can be shown. JSON stays text, so that a large one costs no more than its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Empty,
    /// One JSON value.
    Json(String),
    /// JSON values, each on a line of its own.
    JsonLines(String),
    Text(String),
    Html(String),
    /// No text; only type and size are told.
    Binary {
        media_type: String,
        bytes: usize,
    },
}

/// A body with what was surprising about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub body: Body,
    pub notes: Vec<String>,
}

/// What is known about a body before it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'response> {
    /// The `Content-Type` header; empty when there is none.
    pub content_type: &'response str,
    pub status: u16,
    pub method: Method,
    /// Whether the end is missing.
    pub truncated: bool,
}

/// Reads a body. Never fails: what cannot be read as its label says is read as what it is.
pub fn read(bytes: Vec<u8>, envelope: Envelope<'_>) -> Reading {
    let media = MediaType::parse(envelope.content_type);
    let carries_none = envelope.method == Method::Head || matches!(envelope.status, 204 | 205 | 304);
    if bytes.is_empty() || carries_none {
        return Reading { body: Body::Empty, notes: Vec::new() };
    }
    let size = bytes.len();
    let signed = signature(&bytes);
    let Some(decoded) = decode(bytes, &media, envelope.truncated) else {
        let said = Some(media.essence.as_str()).filter(|said| !said.is_empty() && !media.is_textual());
        let media_type = said.or(signed).unwrap_or("application/octet-stream").to_owned();
        return Reading { body: Body::Binary { media_type, bytes: size }, notes: lie(&media, "binary data") };
    };
    let mut notes = decoded.notes;
    let body = classify(decoded.text, &media, envelope.truncated, &mut notes);
    Reading { body, notes }
}

fn classify(text: String, media: &MediaType, truncated: bool, notes: &mut Vec<String>) -> Body {
    let start = text.trim_start();
    if start.is_empty() {
        return Body::Empty;
    }
    let json_like = start.starts_with(['{', '[']);
    if (json_like || media.is_json()) && !media.is_json_lines() {
        match serde_json::from_str::<IgnoredAny>(&text) {
            Ok(_) => {
                notes.extend(lie(media, "JSON").into_iter().filter(|_| !media.is_json()));
                return Body::Json(text);
            }
            Err(_) if json_like && truncated => notes.push("The JSON is cut off, so it is shown as text.".to_owned()),
            Err(error) if media.is_json() && !are_json_lines(&text) => {
                notes.push(format!("The label says JSON, but it is not: {error}."));
            }
            Err(_) => {}
        }
    }
    if media.is_json_lines() || json_like && are_json_lines(&text) {
        return if lines(&text).all(is_json) { Body::JsonLines(text) } else { Body::Text(text) };
    }
    let head: String = start.chars().take(15).collect::<String>().to_ascii_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") || media.is_html() && head.starts_with('<') {
        notes.extend(lie(media, "an HTML page").into_iter().filter(|_| media.is_json()));
        return Body::Html(text);
    }
    Body::Text(text)
}

/// The note that a label does not fit, where there is a label.
fn lie(media: &MediaType, found: &str) -> Vec<String> {
    let promises = media.is_textual() || found == "JSON" && !media.essence.is_empty();
    if promises { vec![format!("The label says {}, the content is {found}.", media.essence)] } else { Vec::new() }
}

/// Whether there are at least two lines, each a JSON object or list.
fn are_json_lines(text: &str) -> bool {
    let mut count = 0;
    lines(text).all(|line| {
        count += 1;
        line.starts_with(['{', '[']) && is_json(line)
    }) && count > 1
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The values of a body with one per line; records of RFC 7464 begin with a separator.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.trim_matches(['\u{1e}', ' ', '\t', '\r'])).filter(|line| !line.is_empty())
}

impl Body {
    /// The body as it is kept whole, where there is text.
    pub fn into_stored(self) -> Option<(ResultForm, String)> {
        match self {
            Self::Json(text) => Some((ResultForm::Json, text)),
            Self::JsonLines(text) => Some((ResultForm::JsonLines, text)),
            Self::Text(text) => Some((ResultForm::Text, text)),
            Self::Html(text) => Some((ResultForm::Html, text)),
            Self::Empty | Self::Binary { .. } => None,
        }
    }

    /// A body that was kept.
    pub fn from_stored(form: ResultForm, text: String) -> Self {
        match form {
            ResultForm::Json => Self::Json(text),
            ResultForm::JsonLines => Self::JsonLines(text),
            ResultForm::Text => Self::Text(text),
            ResultForm::Html => Self::Html(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_ok(bytes: &[u8], content_type: &str) -> Reading {
        read(bytes.to_vec(), Envelope { content_type, status: 200, method: Method::Get, truncated: false })
    }

    fn kind(body: &Body) -> String {
        match body {
            Body::Empty => "empty".to_owned(),
            Body::Json(_) => "json".to_owned(),
            Body::JsonLines(_) => "json lines".to_owned(),
            Body::Text(_) => "text".to_owned(),
            Body::Html(_) => "html".to_owned(),
            Body::Binary { media_type, bytes } => format!("{media_type}, {bytes}"),
        }
    }

    #[test]
    fn content_decides_and_labels_that_lie_are_noted() {
        let table: [(&[u8], &str, &str, &str); 24] = [
            (b"{\"a\":1}", "application/json", "json", ""),
            (b"{\"a\":1}", "application/problem+json", "json", ""),
            (b"{\"a\":1}", "", "json", ""),
            (b"{\"a\":1}", "text/html; charset=utf-8", "json", "text/html, the content is JSON"),
            (b" [1]", "text/plain", "json", "text/plain, the content is JSON"),
            (b"[1]", "application/octet-stream", "json", "octet-stream, the content is JSON"),
            (b"[1]", "image/png", "json", "image/png, the content is JSON"),
            (b"7", "application/json", "json", ""),
            (b"7", "text/plain", "text", ""),
            (b"[note] hello", "text/plain", "text", ""),
            (b"<!DOCTYPE html><p>x", "application/json", "html", "not: expected value at line 1 column 1"),
            (b"<html><p>x", "text/plain", "html", ""),
            (b"<p>x", "text/html", "html", ""),
            (b"just words", "text/html", "text", ""),
            (b"Not Found", "application/json", "text", "not: expected value"),
            (b"{\"a\":1,}", "application/json", "text", "key must be a string at line 1 column 8"),
            (b"{\"a\":1}\n{\"a\":2}\n", "application/json", "json lines", ""),
            (b"{\"a\":1}\n", "application/x-ndjson", "json lines", ""),
            (b"\x1e{\"a\":1}\n\x1e2\n", "application/json-seq", "json lines", ""),
            (b"{\"a\":1}\noops", "application/x-ndjson", "text", ""),
            (b"\x89PNG\r\n\x1a\n", "image/png", "image/png, 8", ""),
            (b"\x89PNG\r\n\x1a\n", "application/json", "image/png, 8", "the content is binary data"),
            (b"  \n", "application/json", "empty", ""),
            (b"", "application/json", "empty", ""),
        ];
        for (bytes, content_type, expected, note) in table {
            let reading = read_ok(bytes, content_type);
            assert_eq!(kind(&reading.body), expected, "{content_type}: {}", String::from_utf8_lossy(bytes));
            let notes = reading.notes.join(" ");
            assert!(notes.contains(note) && note.is_empty() == notes.is_empty(), "{content_type}: {notes}");
        }
    }

    #[test]
    fn some_answers_have_no_body() {
        for (status, method) in [(204, Method::Get), (205, Method::Post), (200, Method::Head)] {
            let envelope = Envelope { content_type: "application/json", status, method, truncated: false };
            assert_eq!(read(b"{}".to_vec(), envelope).body, Body::Empty);
        }
    }

    #[test]
    fn json_without_end_is_text_and_harms_nobody() {
        let deep = "[".repeat(200_000);
        let reading = read_ok(deep.as_bytes(), "application/json");
        assert_eq!(kind(&reading.body), "text");
        assert!(reading.notes[0].contains("not: EOF"), "{:?}", reading.notes);
        let closed = deep + &"]".repeat(200_000);
        assert_eq!(kind(&read_ok(closed.as_bytes(), "application/json").body), "json");
        let envelope = Envelope { content_type: "text/json", status: 200, method: Method::Get, truncated: true };
        let cut = read(b"{\"a\": [1, 2".to_vec(), envelope);
        assert_eq!(
            (kind(&cut.body).as_str(), cut.notes[0].as_str()),
            ("text", "The JSON is cut off, so it is shown as text.")
        );
    }
}
