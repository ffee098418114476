//! Parts of forms and multipart bodies: which are files, and how each is written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::media::{self, Kind};
use super::text::{is_true, text};
use crate::toolset::argument::{Serialization, Style};
use crate::toolset::body::{Encoding, Part, file_schema};

/// Keywords of a schema that says more than that it is a text.
const OTHERWISE: [&str; 5] = ["anyOf", "properties", "format", "enum", "contentEncoding"];

/// Whether a schema describes bytes rather than text.
fn is_file(schema: &Value) -> bool {
    let word = |key: &str| schema.get(key).and_then(Value::as_str);
    let is_text =
        |media_type: &str| media_type.starts_with("text/") || media_type.contains("json") || media_type.contains("xml");
    let raw =
        word("contentMediaType").is_some_and(|media_type| !is_text(media_type)) && word("contentEncoding").is_none();
    word("format") == Some("binary") || raw
}

pub(super) fn description_of(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str)
}

/// Files in a multipart body are objects with a name and a content, also within variants of the body.
pub(super) fn mark_files(schema: &mut Value, parts: &mut BTreeMap<String, Part>) {
    describe_parts(schema, parts);
    for key in ["anyOf", "allOf"] {
        let variants = schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten();
        variants.for_each(|variant| mark_files(variant, parts));
    }
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, property) in properties {
        if parts.get(name).is_some_and(carries_bytes) {
            imply_bytes(property);
        }
        if mark(property) {
            parts.entry(name.clone()).or_default().is_file = true;
        }
    }
}

/// The same for parts without names.
pub(super) fn mark_listed_files(schema: &mut Value, first: &mut [Part], others: &mut Part) {
    let place = |schema: &mut Value, part: &mut Part| {
        if carries_bytes(part) {
            imply_bytes(schema);
        }
        part.is_file = mark(schema);
    };
    if let Some(Value::Array(listed)) = schema.get_mut("prefixItems") {
        listed.iter_mut().zip(first).for_each(|(schema, part)| place(schema, part));
    }
    if let Some(items) = schema.get_mut("items") {
        place(items, others);
    }
}

/// Where nothing is said of a body but how its parts are written, those are its properties.
fn describe_parts(schema: &mut Value, parts: &BTreeMap<String, Part>) {
    let Value::Object(members) = schema else { return };
    let is_described = ["properties", "anyOf", "allOf", "items"].iter().any(|key| members.contains_key(*key));
    if !is_described && !parts.is_empty() {
        let properties: Value = parts.keys().map(|name| (name.clone(), json!({}))).collect();
        members.insert("properties".to_owned(), properties);
    }
}

fn carries_bytes(part: &Part) -> bool {
    !part.content_types.is_empty() && part.content_types.iter().all(|each| media::kind(each) == Kind::Binary)
}

/// A text that is sent as an image, say, is bytes, whether or not its schema says so.
fn imply_bytes(property: &mut Value) {
    let Value::Object(members) = property else { return };
    match members.get("type").and_then(Value::as_str) {
        Some("array") => members.entry("items").or_insert_with(|| json!({})),
        Some("string") | None if !OTHERWISE.iter().any(|key| members.contains_key(*key)) => {
            members.insert("type".to_owned(), "string".into());
            members.insert("format".to_owned(), "binary".into());
            return;
        }
        _ => return,
    };
    if let Some(items) = members.get_mut("items") {
        imply_bytes(items);
    }
}

/// Replaces files in a schema, also among variants and items, and says whether there were any.
pub(super) fn mark(schema: &mut Value) -> bool {
    if is_file(schema) {
        let file = file_schema(description_of(schema));
        let is_nullable =
            schema.get("type").and_then(Value::as_array).is_some_and(|types| types.contains(&"null".into()));
        *schema = if is_nullable { json!({"anyOf": [file, {"type": "null"}]}) } else { file };
        return true;
    }
    let mut found = false;
    for key in ["anyOf", "allOf"] {
        let variants = schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten();
        for variant in variants {
            found |= mark(variant);
        }
    }
    if let (true, Value::Object(members)) = (found, &mut *schema) {
        // It spoke of texts, which files are no longer.
        members.remove("type");
    }
    schema.get_mut("items").is_some_and(mark) || found
}

fn encoding_of(media: &Value) -> impl Iterator<Item = (&String, &Value)> {
    media.get("encoding").and_then(Value::as_object).into_iter().flatten()
}

pub(super) fn form_fields(media: &Value) -> BTreeMap<String, Serialization> {
    let field = |(name, encoding): (&String, &Value)| {
        let style = encoding.get("style").and_then(Value::as_str).and_then(Style::parse);
        let explode = encoding.get("explode").and_then(Value::as_bool);
        let content_type = text(encoding, "contentType");
        let serialization = match style {
            None if explode.is_none() && media::kind(&content_type) == Kind::Json && !content_type.is_empty() => {
                Serialization::Json
            }
            style => {
                let style = style.unwrap_or(Style::Form);
                let explode = explode.unwrap_or(matches!(style, Style::Form | Style::DeepObject));
                Serialization::Style { style, explode, allow_reserved: is_true(encoding, "allowReserved") }
            }
        };
        (name.clone(), serialization)
    };
    encoding_of(media).map(field).collect()
}

pub(super) fn declared_parts(media: &Value) -> BTreeMap<String, Part> {
    encoding_of(media).map(|(name, encoding)| (name.clone(), declared_part(encoding))).collect()
}

/// `prefixEncoding` and `itemEncoding` of OpenAPI 3.2; a part of which nothing is declared is like the others.
pub(super) fn listed_parts(media: &Value) -> Encoding {
    let others = media.get("itemEncoding").map(declared_part).unwrap_or_default();
    let declared = media.get("prefixEncoding").and_then(Value::as_array).into_iter().flatten();
    let described = media.pointer("/schema/prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
    let mut first: Vec<Part> = declared.map(declared_part).collect();
    first.resize(first.len().max(described), others.clone());
    Encoding::MultipartList { first, others }
}

fn declared_part(encoding: &Value) -> Part {
    let declared = text(encoding, "contentType");
    let content_types = declared.split(',').map(str::trim).filter(|each| !each.is_empty()).map(str::to_owned);
    Part { content_types: content_types.collect(), separator: separator_of(encoding), ..Part::default() }
}

/// What `style` puts between the items of a list, where that is said; otherwise each is a part of its own.
fn separator_of(encoding: &Value) -> Option<&'static str> {
    let style = encoding.get("style").and_then(Value::as_str);
    let explode = encoding.get("explode").and_then(Value::as_bool);
    match (style, explode) {
        (Some("form") | None, Some(false)) => Some(","),
        (Some("spaceDelimited"), None | Some(false)) => Some(" "),
        (Some("pipeDelimited"), None | Some(false)) => Some("|"),
        _ => None,
    }
}
