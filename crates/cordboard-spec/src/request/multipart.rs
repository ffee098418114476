//! `multipart/form-data` (RFC 7578) and its siblings.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cordboard_domain::call::{BodyContent, PlannedBody};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::plan::PlanError;
use super::style::plain;
use crate::toolset::body::{FILE_MEMBERS, Part};
use crate::toolset::operation::is_json;

/// A file as a model hands it over.
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) content_type: String,
    name: String,
}

impl File {
    /// From the object that the argument's schema describes.
    pub(super) fn of(name: &str, value: &Value) -> Result<Self, PlanError> {
        let word = |key: &str| value.get(key).and_then(Value::as_str);
        let bytes = match (word("base64"), word("text").or(value.as_str())) {
            (Some(encoded), _) => {
                let compact: String = encoded.split_whitespace().collect();
                STANDARD.decode(compact).map_err(|_| PlanError::InvalidBase64(name.to_owned()))?
            }
            (None, text) => text.unwrap_or_default().as_bytes().to_vec(),
        };
        let default = if word("base64").is_some() { "application/octet-stream" } else { "text/plain; charset=utf-8" };
        let content_type = word("mime_type").filter(|given| is_header_text(given)).unwrap_or(default).to_owned();
        Ok(Self { bytes, content_type, name: word("name").unwrap_or(name).to_owned() })
    }
}

fn is_header_text(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|each| each.is_ascii_graphic() || each == ' ')
}

/// Writes a body. The boundary is made from the content, so the same arguments give the same bytes.
pub(super) fn body(
    media_type: &str,
    parts: &BTreeMap<String, Part>,
    properties: &Map<String, Value>,
) -> Result<PlannedBody, PlanError> {
    let mut pieces = Vec::new();
    for (name, value) in properties {
        let part = parts.get(name).cloned().unwrap_or_default();
        match (value, part.separator.filter(|_| !part.is_file)) {
            (Value::Null, _) if part.is_file => {}
            (Value::Array(items), Some(separator)) => {
                let joined = items.iter().map(plain).collect::<Vec<_>>().join(separator);
                pieces.push(piece(Some(name), &part, &joined.into())?);
            }
            (Value::Array(items), None) => {
                for item in items {
                    pieces.push(piece(Some(name), &part, item)?);
                }
            }
            (single, _) => pieces.push(piece(Some(name), &part, single)?),
        }
    }
    Ok(joined(media_type, &pieces))
}

/// Writes a body whose parts have no names.
pub(super) fn list(media_type: &str, first: &[Part], others: &Part, items: &[Value]) -> Result<PlannedBody, PlanError> {
    let parts = first.iter().chain(std::iter::repeat(others));
    let pieces: Result<Vec<_>, PlanError> =
        items.iter().zip(parts).map(|(item, part)| piece(None, part, item)).collect();
    Ok(joined(media_type, &pieces?))
}

fn joined(media_type: &str, pieces: &[Vec<u8>]) -> PlannedBody {
    let digest = Sha256::digest(pieces.concat());
    let boundary =
        format!("cordboard-{:016x}", u64::from_be_bytes(digest[..8].try_into().expect("a digest is longer")));
    let mut bytes = Vec::new();
    for piece in pieces {
        bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    PlannedBody { content_type: format!("{media_type}; boundary={boundary}"), content: BodyContent::of(bytes) }
}

fn piece(name: Option<&str>, part: &Part, value: &Value) -> Result<Vec<u8>, PlanError> {
    let (file_name, content_type, bytes) = if part.is_file && is_given_file(value) {
        let file = File::of(name.unwrap_or("body"), value)?;
        let content_type = type_of_file(&part.content_types, file.content_type);
        (format!("; filename=\"{}\"", quoted(&file.name)), Some(content_type), file.bytes)
    } else {
        let content_type = type_of_value(&part.content_types, value);
        let as_json = content_type.is_some_and(is_json);
        let text = if as_json { value.to_string() } else { plain(value) };
        (String::new(), content_type.map(str::to_owned), text.into_bytes())
    };
    let mut head = match name {
        Some(name) => format!("Content-Disposition: form-data; name=\"{}\"{file_name}\r\n", quoted(name)),
        None if file_name.is_empty() => String::new(),
        None => format!("Content-Disposition: attachment{file_name}\r\n"),
    };
    if let Some(content_type) = content_type.filter(|given| is_header_text(given)) {
        let _ = write!(head, "Content-Type: {content_type}\r\n");
    }
    head.push_str("\r\n");
    let mut piece = head.into_bytes();
    piece.extend_from_slice(&bytes);
    Ok(piece)
}

/// As browsers write names (HTML, "multipart form data").
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Whether a value is a file's argument rather than another variant of the part.
fn is_given_file(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.keys().all(|key| FILE_MEMBERS.contains(&key.as_str())))
}

/// The type that the file has where the part allows it, or else the first that the part names.
fn type_of_file(declared: &[String], own: String) -> String {
    let allows = |declared: &String| match declared.strip_suffix('*') {
        Some(head) => head == "*/" || own.starts_with(head),
        None => *declared == own,
    };
    let first = declared.iter().find(|declared| !declared.contains('*'));
    if declared.iter().any(allows) { own } else { first.cloned().unwrap_or(own) }
}

/// The first type that the part names, JSON before others for what only JSON can say.
fn type_of_value<'part>(declared: &'part [String], value: &Value) -> Option<&'part str> {
    let mut named = declared.iter().map(String::as_str).filter(|declared| !declared.contains('*'));
    if !value.is_object() && !value.is_array() {
        return named.next();
    }
    named.clone().find(|declared| is_json(declared)).or(named.next()).or(Some("application/json"))
}
