//! How a request body is written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::argument::Serialization;
use super::xml::XmlShape;

/// The body of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Body {
    /// Whether one is sent even when no argument for it is given.
    pub required: bool,
    /// Properties that a body must have where one is sent.
    pub needs: Vec<String>,
    /// As declared, without parameters such as `charset`.
    pub media_type: String,
    pub encoding: Encoding,
}

/// From arguments to bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum Encoding {
    Json,
    /// One JSON value per line; in a sequence (RFC 7464), each behind a record separator.
    JsonLines {
        is_sequence: bool,
    },
    /// `application/x-www-form-urlencoded`; properties that are not listed take the defaults of the specification.
    Form {
        fields: BTreeMap<String, Serialization>,
    },
    /// `multipart/*`; what is declared of its parts.
    Multipart {
        parts: BTreeMap<String, Part>,
    },
    /// `multipart/*` of parts without names: what is declared of the first ones, and of all others.
    MultipartList {
        first: Vec<Part>,
        others: Part,
    },
    /// Elements and attributes by their shapes.
    Xml {
        root: XmlShape,
    },
    /// The text of one argument.
    Text,
    /// The bytes of one file argument.
    Binary,
}

/// A part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Part {
    /// Those that are declared; may hold wildcards.
    pub content_types: Vec<String>,
    /// Whether it may be a file.
    pub is_file: bool,
    /// What stands between the items of a list in one part; without it every item is a part.
    pub separator: Option<&'static str>,
}

/// The members of a file argument.
pub(crate) const FILE_MEMBERS: [&str; 4] = ["name", "text", "base64", "mime_type"];

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
