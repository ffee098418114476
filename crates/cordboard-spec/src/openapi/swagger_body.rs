//! Request bodies of Swagger 2.0: one `body` parameter, or `formData` parameters.

use std::collections::BTreeMap;

use serde_json::Value;

use super::body::{Need, Sent};
use super::media::{self, Kind};
use super::operation::{Described, Site};
use super::parameter::{collection_format, listed, warn_of_nested_list};
use super::part::mark;
use super::text::{is_true, shown, text, texts};
use super::{Compiler, Notes};
use crate::document::bundle::Location;
use crate::toolset::argument::{Argument, Place};
use crate::toolset::body::{Body, Encoding, Part};

impl<'bundle> Compiler<'bundle> {
    pub(super) fn swagger_body(
        &self,
        site: &Site<'bundle>,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Option<Body> {
        let mut fields: Vec<(&'bundle Value, Location)> = Vec::new();
        let mut whole: Option<(&'bundle Value, Location)> = None;
        for (parameter, at) in listed(site) {
            let Ok(found) = self.bundle.resolve(parameter, &at) else { continue };
            let overridden = fields.iter().any(|(field, _)| field.get("name") == found.value.get("name"));
            match text(found.value, "in").as_str() {
                "body" if whole.is_none() => whole = Some((found.value, found.at)),
                "formData" if !overridden => fields.push((found.value, found.at)),
                _ => {}
            }
        }
        if let Some((parameter, at)) = whole {
            if let Some((_, field_at)) = fields.first() {
                let message =
                    "a form field beside a `body` parameter, which Swagger 2.0 forbids; form fields are left out";
                notes.warn(field_at, "form-beside-body", message);
            }
            return Some(self.swagger_whole_body(site, parameter, &at, described, notes));
        }
        if fields.is_empty() { None } else { Some(self.swagger_form(site, &fields, described, notes)) }
    }

    fn consumes(&self, site: &Site<'bundle>) -> Vec<String> {
        let own = texts(site.value, "consumes");
        if own.is_empty() { texts(&self.bundle.main().value, "consumes") } else { own }
    }

    fn swagger_whole_body(
        &self,
        site: &Site<'bundle>,
        parameter: &'bundle Value,
        at: &Location,
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Body {
        let consumes = self.consumes(site);
        let is_list = parameter.pointer("/schema/type").is_some_and(|kind| kind == "array");
        let sent = Sent {
            media_type: consumes
                .iter()
                .min_by_key(|each| media::rank(each, is_list))
                .map_or("application/json", String::as_str),
            holder: parameter,
            at: at.clone(),
            need: Need::of(parameter),
            description: shown(parameter, "description"),
        };
        self.described_body(&sent, described, notes)
    }

    fn swagger_form(
        &self,
        site: &Site<'bundle>,
        fields: &[(&'bundle Value, Location)],
        described: &mut Vec<Described>,
        notes: &mut Notes<'bundle>,
    ) -> Body {
        let mut serializations = BTreeMap::new();
        let mut parts = BTreeMap::new();
        for (parameter, at) in fields {
            let name = text(parameter, "name");
            let mut schema = self.argument_schema(parameter, at, notes);
            let is_file = mark(&mut schema);
            let separator = separator(parameter).filter(|_| !is_file);
            parts.insert(name.clone(), Part { is_file, separator, ..Part::default() });
            warn_of_nested_list(parameter, at, notes);
            serializations.insert(name.clone(), collection_format(parameter, "formData"));
            let place = Place::BodyProperty { name: name.clone() };
            described.push((Argument { name, place, required: is_true(parameter, "required") }, schema));
        }
        let consumes = self.consumes(site);
        let multipart = parts.values().any(|part| part.is_file)
            || consumes.iter().any(|each| media::kind(each) == Kind::Multipart)
                && !consumes.iter().any(|each| media::kind(each) == Kind::Form);
        if multipart {
            let media_type = "multipart/form-data".to_owned();
            return Body { required: false, needs: Vec::new(), media_type, encoding: Encoding::Multipart { parts } };
        }
        let media_type = "application/x-www-form-urlencoded".to_owned();
        Body { required: false, needs: Vec::new(), media_type, encoding: Encoding::Form { fields: serializations } }
    }
}

/// What `collectionFormat` puts between the items of a list in one part.
fn separator(parameter: &Value) -> Option<&'static str> {
    let is_list = parameter.get("type").is_some_and(|kind| kind == "array");
    if !is_list {
        return None;
    }
    match parameter.get("collectionFormat").and_then(Value::as_str) {
        Some("multi") => None,
        Some("ssv") => Some(" "),
        Some("tsv") => Some("\t"),
        Some("pipes") => Some("|"),
        _ => Some(","),
    }
}
