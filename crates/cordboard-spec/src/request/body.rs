//! Request bodies from their arguments.

use std::collections::BTreeMap;

use cordboard_domain::call::{BodyContent, PlannedBody};
use serde_json::{Map, Value};

use super::encode::Escape;
use super::multipart::{self, File};
use super::plan::PlanError;
use super::style::{Writing, plain};
use super::xml;
use crate::toolset::argument::{Serialization, Style};
use crate::toolset::body::{Body, Encoding};

/// What the arguments say about a body.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) properties: Map<String, Value>,
    pub(super) whole: Option<Value>,
}

impl Parts {
    /// The body, or none where nothing was given and none is required.
    pub(super) fn into_body(self, body: &Body) -> Result<Option<PlannedBody>, PlanError> {
        if self.whole.is_none() && self.properties.is_empty() && !body.required {
            return Ok(None);
        }
        let value = self.whole.unwrap_or(Value::Object(self.properties));
        let text =
            |text: String| PlannedBody { content_type: body.media_type.clone(), content: BodyContent::Text(text) };
        Ok(Some(match &body.encoding {
            Encoding::Json => text(value.to_string()),
            Encoding::JsonLines { is_sequence } => text(lines(&value, *is_sequence)),
            Encoding::Form { fields } => text(form(&value, fields)),
            Encoding::Xml { root } => text(xml::document(root, &value)),
            Encoding::Text => text(plain(&value)),
            Encoding::Multipart { parts } => {
                let empty = Map::new();
                multipart::body(&body.media_type, parts, value.as_object().unwrap_or(&empty))?
            }
            Encoding::MultipartList { first, others } => {
                let items = value.as_array().map_or(std::slice::from_ref(&value), Vec::as_slice);
                multipart::list(&body.media_type, first, others, items)?
            }
            Encoding::Binary => {
                let file = File::of("body", &value)?;
                let declared = Some(&body.media_type).filter(|declared| !declared.contains('*'));
                let generic = declared.is_none_or(|declared| declared == "application/octet-stream");
                let content_type = if generic { file.content_type } else { body.media_type.clone() };
                PlannedBody { content_type, content: BodyContent::of(file.bytes) }
            }
        }))
    }
}

/// One JSON value per line; in a sequence (RFC 7464), each behind a record separator.
fn lines(value: &Value, is_sequence: bool) -> String {
    let start = if is_sequence { "\u{1e}" } else { "" };
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().fold(String::new(), |text, item| format!("{text}{start}{item}\n"))
}

/// `application/x-www-form-urlencoded`. Objects without a declared style are JSON, as the specification has it.
pub(super) fn form(value: &Value, fields: &BTreeMap<String, Serialization>) -> String {
    let Value::Object(members) = value else { return plain(value) };
    let default = Serialization::style(Style::Form, true);
    let pairs = members.iter().flat_map(|(name, member)| {
        let structured = member.is_object();
        match fields.get(name).copied().unwrap_or(if structured { Serialization::Json } else { default }) {
            Serialization::Style { style, explode, allow_reserved } => {
                let escape = if allow_reserved { Escape::ReservedInForm } else { Escape::Form };
                Writing { name, style, explode, escape }.pairs(member)
            }
            Serialization::Json => vec![pair(name, &member.to_string())],
            Serialization::Text => vec![pair(name, &plain(member))],
        }
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn pair(name: &str, text: &str) -> String {
    format!("{}={}", Escape::Form.apply(name), Escape::Form.apply(text))
}
