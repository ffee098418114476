//! Request bodies: JSON, forms, multipart with files, text, bytes.

use serde_json::{Map, Value, json};

use super::media::{self, Kind};
use super::operation::{Described, Site};
use super::part::{declared_parts, description_of, form_fields, listed_parts, mark_files, mark_listed_files};
use super::text::shown;
use super::{Compiler, Dialect, Notes, xml};
use crate::document::bundle::Location;
use crate::document::reference::Resolved;
use crate::toolset::argument::{Argument, Place};
use crate::toolset::body::{Body, Encoding, file_schema};

/// What both dialects say of a body, each in its own place.
pub(super) struct Sent<'bundle, 'name> {
    pub(super) media_type: &'name str,
    /// The object that has the `schema`, and in OpenAPI 3 the `encoding`.
    pub(super) holder: &'bundle Value,
    pub(super) at: Location,
    pub(super) need: Need,
    pub(super) description: String,
}

/// Whether a body has to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    /// Nothing is said, which means optional; most authors who give it required properties mean the opposite.
    Unsaid,
    Optional,
}

impl Need {
    pub(super) fn of(declared: &Value) -> Self {
        match declared.get("required") {
            Some(Value::Bool(true)) => Self::Required,
            Some(Value::Bool(false)) => Self::Optional,
            _ => Self::Unsaid,
        }
    }
}

impl<'bundle> Compiler<'bundle> {
    /// Adds the body's arguments and says how it is written.
    pub(super) fn body(
        &self,
        site: &Site<'bundle>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Option<Body> {
        match self.dialect {
            Dialect::Swagger2 => self.swagger_body(site, described, notes),
            Dialect::OpenApi3 => self.request_body(site, described, notes),
        }
    }

    fn request_body(
        &self,
        site: &Site<'bundle>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Option<Body> {
        let declared = site.value.get("requestBody").filter(|body| !body.is_null())?;
        let at = site.at.join("requestBody");
        let found = match self.bundle.resolve(declared, &at) {
            Ok(found) => found,
            Err(error) => {
                notes.warn(&at, error.code(), format!("{error}; any JSON is sent"));
                return Some(any_json(described));
            }
        };
        let content = found.value.get("content").and_then(Value::as_object);
        let Some((media_type, media)) = content.and_then(media::choose) else {
            notes.warn(&found.at, "no-media-type", "the request body declares no media type; any JSON is sent");
            return Some(any_json(described));
        };
        let media_at = found.at.join("content").join(media_type);
        let media = self.media(media, &media_at, notes);
        let sent = Sent {
            media_type,
            holder: media.value,
            at: media.at,
            need: Need::of(found.value),
            description: shown(found.value, "description"),
        };
        Some(self.described_body(&sent, described, notes))
    }

    /// A media type, which OpenAPI 3.2 lets stand elsewhere.
    pub(super) fn media(&self, media: &'bundle Value, at: &Location, notes: &mut Notes<'_>) -> Resolved<'bundle> {
        self.bundle.resolve(media, at).unwrap_or_else(|error| {
            notes.warn(at, error.code(), format!("{error}; any value is allowed there"));
            Resolved { value: &Value::Null, at: at.clone() }
        })
    }

    /// A body that is described by one media type and one schema.
    pub(super) fn described_body(
        &self,
        sent: &Sent<'bundle, '_>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Body {
        let mut schema = match sent.holder.get("schema") {
            Some(schema) => self.argument_schema(schema, &sent.at.join("schema"), notes),
            None => Self::no_schema(),
        };
        if let (true, Value::Object(members)) = (self.has_subtypes(sent), &mut schema) {
            members.entry("additionalProperties").or_insert(Value::Bool(true));
        }
        let schema = match sent.holder.get("itemSchema") {
            Some(item) => {
                json!({"type": "array", "items": self.argument_schema(item, &sent.at.join("itemSchema"), notes)})
            }
            None => schema,
        };
        let kind = media::kind(sent.media_type);
        let encoding = match kind {
            Kind::Json => Encoding::Json,
            Kind::JsonLines => {
                Encoding::JsonLines { is_sequence: media::essence(sent.media_type).ends_with("json-seq") }
            }
            Kind::Form => Encoding::Form { fields: form_fields(sent.holder) },
            Kind::Multipart if is_list(&schema) => listed_parts(sent.holder),
            Kind::Multipart => Encoding::Multipart { parts: declared_parts(sent.holder) },
            Kind::Xml => self.xml(sent, &schema, notes),
            Kind::Text => Encoding::Text,
            Kind::Binary => Encoding::Binary,
        };
        let media_type = media::sent_as(sent.media_type, kind);
        arrange(media_type, encoding, sent.need, schema, &sent.description, described)
    }

    /// Whether the schema is a base whose subtypes have further properties and name it, rather than being named by it.
    fn has_subtypes(&self, sent: &Sent<'bundle, '_>) -> bool {
        let declared = sent.holder.get("schema").and_then(|schema| self.bundle.resolve(schema, &sent.at).ok());
        declared.is_some_and(|base| {
            let has = |key: &str| base.value.get(key).is_some();
            has("discriminator") && !has("oneOf") && !has("anyOf")
        })
    }

    /// By the schema's own shape; the model writes what that does not say.
    fn xml(&self, sent: &Sent<'bundle, '_>, schema: &Value, notes: &mut Notes<'bundle>) -> Encoding {
        let has_parts = schema.get("properties").is_some() || schema.get("items").is_some();
        let declared = sent.holder.get("schema").filter(|_| has_parts);
        let root = declared.and_then(|declared| xml::root(self.bundle, declared, &sent.at.join("schema")));
        if let Some(root) = root {
            return Encoding::Xml { root };
        }
        let message = format!("the body is `{}` only; the model has to write the XML itself", sent.media_type);
        notes.warn(&sent.at, "xml-body", message);
        Encoding::Text
    }
}

/// A body of which nothing is known.
fn any_json(described: &mut Vec<Described>) -> Body {
    arrange("application/json".to_owned(), Encoding::Json, Need::Optional, json!({}), "", described)
}

/// An object's properties become arguments of their own; anything else is one argument `body`.
fn arrange(
    media_type: String,
    mut encoding: Encoding,
    need: Need,
    mut schema: Value,
    description: &str,
    described: &mut Vec<Described>,
) -> Body {
    match &mut encoding {
        Encoding::Multipart { parts } => mark_files(&mut schema, parts),
        Encoding::MultipartList { first, others } => mark_listed_files(&mut schema, first, others),
        Encoding::Json
        | Encoding::JsonLines { .. }
        | Encoding::Form { .. }
        | Encoding::Xml { .. }
        | Encoding::Text
        | Encoding::Binary => {}
    }
    let schema = match encoding {
        Encoding::Text => text_schema(schema),
        Encoding::Binary => file_schema(description_of(&schema)),
        Encoding::JsonLines { .. } => list_schema(schema),
        Encoding::Json
        | Encoding::Xml { .. }
        | Encoding::Form { .. }
        | Encoding::Multipart { .. }
        | Encoding::MultipartList { .. } => schema,
    };
    let mut body = Body { required: need == Need::Required, needs: Vec::new(), media_type, encoding };
    let properties = match &body.encoding {
        Encoding::Text | Encoding::Binary | Encoding::JsonLines { .. } | Encoding::MultipartList { .. } => None,
        Encoding::Json | Encoding::Xml { .. } | Encoding::Form { .. } | Encoding::Multipart { .. } => {
            flat_properties(&schema)
        }
    };
    let Some(properties) = properties else {
        described.push((whole(body.required), with_description(schema, description)));
        return body;
    };
    body.needs = needed(&schema);
    // What is required without being described can still be given.
    let undescribed = body.needs.iter().filter(|name| !properties.contains_key(*name)).map(|name| (name, json!({})));
    let properties = properties.iter().map(|(name, property)| (name, property.clone())).chain(undescribed);
    for (name, property) in properties {
        let required = need != Need::Optional && body.needs.contains(name);
        let place = Place::BodyProperty { name: name.clone() };
        described.push((Argument { name: name.clone(), place, required }, property));
    }
    body
}

fn needed(schema: &Value) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A text body is a plain value, written without quotes.
fn text_schema(schema: Value) -> Value {
    let is_plain = |kind: &str| matches!(kind, "string" | "number" | "integer" | "boolean");
    if schema.get("type").and_then(Value::as_str).is_some_and(is_plain) {
        return schema;
    }
    match description_of(&schema) {
        Some(description) => json!({"type": "string", "description": description}),
        None => json!({"type": "string"}),
    }
}

fn is_list(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "array")
}

/// Lines are given as a list. Some describe the list, others one line.
fn list_schema(schema: Value) -> Value {
    if is_list(&schema) { schema } else { json!({"type": "array", "items": schema}) }
}

fn whole(required: bool) -> Argument {
    Argument { name: "body".to_owned(), place: Place::Body, required }
}

fn with_description(mut schema: Value, description: &str) -> Value {
    if let Value::Object(members) = &mut schema
        && !description.is_empty()
    {
        members.entry("description").or_insert_with(|| description.into());
    }
    schema
}

/// What says more about an object than arguments of their own could.
const CONDITIONS: [&str; 6] =
    ["dependentRequired", "dependentSchemas", "if", "not", "patternProperties", "propertyNames"];

/// The properties of an object that has no others, no variants with further ones, and no conditions.
fn flat_properties(schema: &Value) -> Option<&Map<String, Value>> {
    let open = CONDITIONS.iter().any(|keyword| schema.get(keyword).is_some())
        || schema.get("additionalProperties").is_some_and(|extra| extra != &Value::Bool(false));
    let adds_properties = |variant: &Value| variant.get("properties").is_some() || variant.get("anyOf").is_some();
    let varied = ["anyOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
    let nullable = schema.get("type").is_some_and(Value::is_array);
    let closed = !open && !nullable && !varied.into_iter().any(adds_properties);
    schema.get("properties").and_then(Value::as_object).filter(|properties| closed && !properties.is_empty())
}
