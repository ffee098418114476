//! How a request body is written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::argument::Serialization;

/// The body of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Body {
    /// Whether one is sent even when no argument for it is given.
    pub required: bool,
    /// As declared, without parameters such as `charset`.
    pub media_type: String,
    pub encoding: Encoding,
}

/// From arguments to bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum Encoding {
    Json,
    /// `application/x-www-form-urlencoded`; properties that are not listed take the defaults of the specification.
    Form {
        fields: BTreeMap<String, Serialization>,
    },
    /// `multipart/*`; the content types that parts declare.
    Multipart {
        parts: BTreeMap<String, Part>,
    },
    /// The text of one argument.
    Text,
    /// The bytes of one file argument.
    Binary,
}

/// A part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Part {
    pub content_type: Option<String>,
    pub is_file: bool,
}

/// The argument for a file. Plain text goes in as it is; everything else in base64.
pub(crate) fn file_schema(description: Option<&str>) -> Value {
    json!({
        "type": "object",
        "description": description.unwrap_or("A file."),
        "properties": {
            "name": {"type": "string", "description": "File name with extension."},
            "text": {"type": "string", "description": "The content, if it is text."},
            "base64": {"type": "string", "description": "The content otherwise."},
            "mime_type": {"type": "string"}
        },
        "additionalProperties": false
    })
}

/// Whether a schema describes bytes rather than text.
pub(crate) fn is_file(schema: &Value) -> bool {
    let word = |key: &str| schema.get(key).and_then(Value::as_str);
    let is_text =
        |media_type: &str| media_type.starts_with("text/") || media_type.contains("json") || media_type.contains("xml");
    let raw =
        word("contentMediaType").is_some_and(|media_type| !is_text(media_type)) && word("contentEncoding").is_none();
    word("format") == Some("binary") || raw
}
