//! Which of several media types a body is sent in.

use serde_json::{Map, Value};

use crate::toolset::operation::is_json;

/// Kinds of media types, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Json,
    Form,
    Multipart,
    /// One JSON value per line, or per record of a sequence (RFC 7464).
    JsonLines,
    Text,
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
        _ if is_lines(&essence) => Kind::JsonLines,
        _ if essence.ends_with("+xml") => Kind::Xml,
        _ if essence.starts_with("multipart/") => Kind::Multipart,
        _ if essence.starts_with("text/") => Kind::Text,
        _ if essence.contains("json") => Kind::Json,
        _ => Kind::Binary,
    }
}

fn is_lines(essence: &str) -> bool {
    ["ndjson", "jsonl", "json-lines", "json-seq"].iter().any(|word| essence.contains(word))
}

/// How good a media type is, least first. Among JSON, a patch is the least: it describes a change in operations, which
/// only its own schema, a list, says how to write.
pub(super) fn rank(media_type: &str, is_list: bool) -> (Kind, u8) {
    let kind = kind(media_type);
    let among = match essence(media_type).as_str() {
        "application/json" | "text/json" => 0,
        "application/json-patch+json" => {
            if is_list {
                2
            } else {
                4
            }
        }
        essence if essence.ends_with("merge-patch+json") => 3,
        essence if essence.ends_with("+json") => 2,
        _ => 1,
    };
    (kind, if kind == Kind::Json { among } else { 0 })
}

/// The best of the declared media types.
pub(super) fn choose(content: &Map<String, Value>) -> Option<(&String, &Value)> {
    let is_list = |media: &Value| media.pointer("/schema/type").is_some_and(|kind| kind == "array");
    content.iter().min_by_key(|(media_type, media)| rank(media_type, is_list(media)))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_json_is_better_than_patches_whatever_their_order() {
        let check = |content: Value, expected: &str| {
            let Value::Object(content) = content else { panic!("an object") };
            assert_eq!(choose(&content).unwrap().0, expected);
        };
        let list = json!({"schema": {"type": "array"}});
        check(json!({"application/json-patch+json": list, "application/json": {}}), "application/json");
        check(
            json!({"application/merge-patch+json": {}, "application/json; charset=utf-8": {}}),
            "application/json; charset=utf-8",
        );
        check(
            json!({"application/json-patch+json": {}, "application/merge-patch+json": {}}),
            "application/merge-patch+json",
        );
        check(
            json!({"application/json-patch+json": list, "application/merge-patch+json": {}}),
            "application/json-patch+json",
        );
        check(json!({"application/merge-patch+json": {}, "application/vnd.api+json": {}}), "application/vnd.api+json");
        check(json!({"application/x-ndjson": {}, "application/json": {}}), "application/json");
        check(json!({"text/plain": {}, "application/jsonl": {}}), "application/jsonl");
    }
}
