//! Request bodies: JSON, forms, multipart with files, text, bytes; of OpenAPI 3 and Swagger 2.0.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::media::{self, Kind};
use super::operation::{Described, Site};
use super::parameter::collection_format;
use super::text::{is_true, text, texts};
use super::{Compiler, Dialect, Notes};
use crate::document::bundle::Location;
use crate::toolset::argument::{Argument, Place, Serialization, Style};
use crate::toolset::body::{Body, Encoding, Part, file_schema, is_file};

/// What both dialects say of a body, each in its own place.
struct Sent<'bundle, 'name> {
    media_type: &'name str,
    /// The object that has the `schema`, and in OpenAPI 3 the `encoding`.
    holder: &'bundle Value,
    at: Location,
    required: bool,
    description: String,
}

impl<'bundle> Compiler<'bundle> {
    /// Adds the body's arguments and says how it is written.
    pub(super) fn body(
        &self,
        site: &Site<'bundle, '_>,
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
        site: &Site<'bundle, '_>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Option<Body> {
        let declared = site.value.get("requestBody").filter(|body| body.is_object())?;
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
        let sent = Sent {
            media_type,
            holder: media,
            at: found.at.join("content").join(media_type),
            required: is_true(found.value, "required"),
            description: text(found.value, "description"),
        };
        Some(self.described_body(&sent, described, notes))
    }

    /// A body that is described by one media type and one schema.
    fn described_body(
        &self,
        sent: &Sent<'bundle, '_>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Body {
        let schema = match sent.holder.get("schema") {
            Some(schema) => self.argument_schema(schema, &sent.at.join("schema"), notes),
            None => Self::no_schema(),
        };
        let kind = media::kind(sent.media_type);
        if kind == Kind::Xml {
            let message = format!("the body is `{}` only; the model has to write the XML itself", sent.media_type);
            notes.warn(&sent.at, "xml-body", message);
        }
        let encoding = match kind {
            Kind::Json => Encoding::Json,
            Kind::Form => Encoding::Form { fields: form_fields(sent.holder) },
            Kind::Multipart => Encoding::Multipart { parts: declared_parts(sent.holder) },
            Kind::Text | Kind::Xml => Encoding::Text,
            Kind::Binary => Encoding::Binary,
        };
        let media_type = media::sent_as(sent.media_type, kind);
        arrange(media_type, encoding, sent.required, schema, &sent.description, described)
    }

    fn swagger_body(
        &self,
        site: &Site<'bundle, '_>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Option<Body> {
        let mut fields: Vec<(&'bundle Value, Location)> = Vec::new();
        for (holder, at) in [(site.value, &site.at), (site.item, &site.item_at)] {
            let at = at.join("parameters");
            let listed = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
            for (index, parameter) in listed.enumerate() {
                let Ok(found) = self.bundle.resolve(parameter, &at.join(index)) else { continue };
                let overridden = fields.iter().any(|(field, _)| field.get("name") == found.value.get("name"));
                match text(found.value, "in").as_str() {
                    "body" => return Some(self.swagger_whole_body(site, found.value, &found.at, described, notes)),
                    "formData" if !overridden => fields.push((found.value, found.at)),
                    _ => {}
                }
            }
        }
        if fields.is_empty() { None } else { Some(self.swagger_form(site, &fields, described, notes)) }
    }

    fn consumes(&self, site: &Site<'bundle, '_>) -> Vec<String> {
        let own = texts(site.value, "consumes");
        if own.is_empty() { texts(&self.bundle.main().value, "consumes") } else { own }
    }

    fn swagger_whole_body(
        &self,
        site: &Site<'bundle, '_>,
        parameter: &'bundle Value,
        at: &Location,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Body {
        let consumes = self.consumes(site);
        let sent = Sent {
            media_type: consumes.iter().min_by_key(|each| media::kind(each)).map_or("application/json", String::as_str),
            holder: parameter,
            at: at.clone(),
            required: is_true(parameter, "required"),
            description: text(parameter, "description"),
        };
        self.described_body(&sent, described, notes)
    }

    fn swagger_form(
        &self,
        site: &Site<'bundle, '_>,
        fields: &[(&'bundle Value, Location)],
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Body {
        let mut serializations = BTreeMap::new();
        let mut parts = BTreeMap::new();
        for (parameter, at) in fields {
            let name = text(parameter, "name");
            let schema = self.argument_schema(parameter, at, notes);
            let file = is_file(&schema);
            parts.insert(name.clone(), Part { content_type: None, is_file: file });
            serializations.insert(name.clone(), collection_format(parameter, "formData"));
            let schema = if file { file_schema(description_of(&schema)) } else { schema };
            let place = Place::BodyProperty { name: name.clone() };
            described.push((Argument { name, place, required: is_true(parameter, "required") }, schema));
        }
        let consumes = self.consumes(site);
        let multipart = parts.values().any(|part| part.is_file)
            || consumes.iter().any(|each| media::kind(each) == Kind::Multipart)
                && !consumes.iter().any(|each| media::kind(each) == Kind::Form);
        if multipart {
            let media_type = "multipart/form-data".to_owned();
            return Body { required: false, media_type, encoding: Encoding::Multipart { parts } };
        }
        let media_type = "application/x-www-form-urlencoded".to_owned();
        Body { required: false, media_type, encoding: Encoding::Form { fields: serializations } }
    }
}

/// A body of which nothing is known.
fn any_json(described: &mut Vec<Described>) -> Body {
    arrange("application/json".to_owned(), Encoding::Json, false, json!({}), "", described)
}

/// An object's properties become arguments of their own; anything else is one argument `body`.
fn arrange(
    media_type: String,
    mut encoding: Encoding,
    required: bool,
    mut schema: Value,
    description: &str,
    described: &mut Vec<Described>,
) -> Body {
    if let Encoding::Multipart { parts } = &mut encoding {
        mark_files(&mut schema, parts);
    }
    let schema = match encoding {
        Encoding::Text => json!({"type": "string"}),
        Encoding::Binary => file_schema(description_of(&schema)),
        Encoding::Json | Encoding::Form { .. } | Encoding::Multipart { .. } => schema,
    };
    let body = Body { required, media_type, encoding };
    let properties = match &body.encoding {
        Encoding::Text | Encoding::Binary => None,
        Encoding::Json | Encoding::Form { .. } | Encoding::Multipart { .. } => flat_properties(&schema),
    };
    let Some(properties) = properties else {
        described.push((whole(required), with_description(schema, description)));
        return body;
    };
    let needed = schema.get("required").and_then(Value::as_array);
    for (name, property) in properties {
        let required = needed.is_some_and(|names| names.iter().any(|each| each == name));
        let place = Place::BodyProperty { name: name.clone() };
        described.push((Argument { name: name.clone(), place, required }, property.clone()));
    }
    // What is required without being described can still be given.
    let names = needed.into_iter().flatten().filter_map(Value::as_str).filter(|name| !properties.contains_key(*name));
    for name in names {
        let place = Place::BodyProperty { name: name.to_owned() };
        described.push((Argument { name: name.to_owned(), place, required: true }, json!({})));
    }
    body
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

fn description_of(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str)
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

/// Files in a multipart body are objects with a name and a content.
fn mark_files(schema: &mut Value, parts: &mut BTreeMap<String, Part>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, property) in properties {
        let description = description_of(property).map(str::to_owned);
        if is_file(property) {
            *property = file_schema(description.as_deref());
        } else if property.get("items").is_some_and(is_file) {
            property["items"] = file_schema(description.as_deref());
        } else {
            continue;
        }
        parts.entry(name.clone()).or_default().is_file = true;
    }
}

fn encoding_of(media: &Value) -> impl Iterator<Item = (&String, &Value)> {
    media.get("encoding").and_then(Value::as_object).into_iter().flatten()
}

fn form_fields(media: &Value) -> BTreeMap<String, Serialization> {
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

fn declared_parts(media: &Value) -> BTreeMap<String, Part> {
    let part = |(name, encoding): (&String, &Value)| {
        let declared = text(encoding, "contentType");
        // Several types may be listed; the first is the one to send.
        let first = declared.split(',').next().unwrap_or_default().trim();
        let content_type = Some(first).filter(|first| !first.is_empty() && !first.contains('*')).map(str::to_owned);
        (name.clone(), Part { content_type, is_file: false })
    };
    encoding_of(media).map(part).collect()
}
