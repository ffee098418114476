//! Which of several media types a body is sent in.

use serde_json::{Map, Value};

use crate::toolset::operation::is_json;

/// Kinds of media types, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Json,
    Form,
    Multipart,
    Text,
    /// The model has to write the markup itself.
    Xml,
    Binary,
}

/// The media type without parameters, in lower case.
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn kind(media_type: &str) -> Kind {
    let essence = essence(media_type);
    match essence.as_str() {
        "" | "*/*" | "application/*" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        "application/xml" | "text/xml" => Kind::Xml,
        "application/graphql" | "application/yaml" | "application/x-yaml" | "application/sql" => Kind::Text,
        _ if is_json(&essence) => Kind::Json,
        _ if essence.ends_with("+xml") => Kind::Xml,
        _ if essence.starts_with("multipart/") => Kind::Multipart,
        _ if essence.starts_with("text/") => Kind::Text,
        _ if essence.contains("json") => Kind::Json,
        _ => Kind::Binary,
    }
}

/// The best of the declared media types.
pub(super) fn choose(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    content.iter().min_by_key(|(media_type, _)| kind(media_type))
}

/// The name under which a body of this type is sent.
pub(super) fn sent_as(media_type: &str, kind: Kind) -> String {
    let essence = essence(media_type);
    match kind {
        Kind::Json if essence.is_empty() || essence.contains('*') => "application/json".to_owned(),
        _ if essence.ends_with("/*") => {
            if kind == Kind::Text {
                "text/plain".to_owned()
            } else {
                "application/octet-stream".to_owned()
            }
        }
        _ => essence,
    }
}
