//! Parameters: path, query, header, cookie, and the whole query string.

use std::collections::HashSet;

use cordboard_domain::personal::PersonalField;
use serde_json::{Map, Value};

use super::host_header::HeaderOwner;
use super::media::{self, Kind};
use super::operation::{Described, MAX_DESCRIPTION, Site};
use super::part::form_fields;
use super::path::{PathTemplate, placeholder_name};
use super::text::{is_true, shown, text};
use super::{Compiler, Dialect, Notes, security};
use crate::document::bundle::Location;
use crate::document::reference::Resolved;
use crate::render::cut;
use crate::schema::short_example;
use crate::toolset::argument::{Argument, Place, Serialization, Style};
use crate::toolset::personal::PersonalParameter;
use crate::toolset::security::Alternative;

/// How much is kept of why a plugin wants to know something of a person, in characters.
const MAX_REASON: usize = 300;

/// The most parameters of one operation; the most known are 582.
pub(super) const MAX_PARAMETERS: usize = 2_000;

/// What an operation takes beside its body.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) described: Vec<Described>,
    /// What the host fills.
    pub(super) personal: Vec<PersonalParameter>,
}

impl<'bundle> Compiler<'bundle> {
    /// The operation's parameters, then those of the path item that it does not override.
    pub(super) fn parameters(
        &self,
        site: &Site<'bundle>,
        template: &PathTemplate,
        required_schemes: &[Alternative],
        notes: &mut Notes<'bundle>,
    ) -> Parameters {
        tell_lost(site, notes);
        let mut seen = HashSet::new();
        let mut parameters = Parameters::default();
        for (parameter, at) in listed(site) {
            let found = match self.bundle.resolve(parameter, &at) {
                Ok(found) => found,
                Err(error) => {
                    notes.warn(&at, error.code(), format!("{error}; the parameter is left out"));
                    continue;
                }
            };
            if !seen.insert(identity(found.value)) {
                continue;
            }
            let Some(described) = self.parameter(found.value, &found.at, template, required_schemes, notes) else {
                continue;
            };
            match personal(found.value, &described.0, &found.at, notes) {
                Some(personal) => parameters.personal.push(personal),
                None => parameters.described.push(described),
            }
        }
        parameters
    }

    /// An argument, or nothing where the host fills the parameter or it belongs to the body.
    fn parameter(
        &self,
        parameter: &'bundle Value,
        at: &Location,
        template: &PathTemplate,
        required_schemes: &[Alternative],
        notes: &mut Notes<'bundle>,
    ) -> Option<Described> {
        let name = text(parameter, "name");
        let location = text(parameter, "in");
        if matches!(location.as_str(), "body" | "formData") && self.dialect == Dialect::Swagger2 {
            return None;
        }
        if name.is_empty() && location != "querystring" {
            notes.warn(at, "unnamed-parameter", "a parameter has no `name`; it is left out");
            return None;
        }
        if matches!(location.as_str(), "header" | "cookie") && !is_token(&name) {
            let message = format!("`{name}` is no name for a {location}; the parameter is left out");
            notes.warn(at, "invalid-name", message);
            return None;
        }
        let location = location_of(&name, &location, at, template, notes);
        if security::is_key(&self.schemes, required_schemes, location, &name) || is_of_host(location, &name, at, notes)
        {
            return None;
        }
        let name = if location == "path" { placeholder_name(&name).to_owned() } else { name };
        if location == "path" && !template.has(&name) {
            let message = format!("the path has no `{{{name}}}`; the parameter is left out");
            notes.warn(at, "unused-path-parameter", message);
            return None;
        }
        let required = is_true(parameter, "required") || location == "path";
        let serialization = self.serialization(parameter, location, at, notes);
        let schema = self.parameter_schema(parameter, at, notes);
        let place = match location {
            "path" => Place::Path { name: name.clone(), serialization },
            "header" => Place::Header { name: name.clone(), serialization },
            "cookie" => Place::Cookie { name: name.clone(), serialization },
            "querystring" => Place::QueryString {
                as_json: serialization == Serialization::Json,
                fields: self.content(parameter, at, notes).map(|media| form_fields(media.value)).unwrap_or_default(),
            },
            _ => Place::Query { name: name.clone(), serialization },
        };
        let name = if name.is_empty() { "query".to_owned() } else { name };
        Some((Argument { name, place, required }, schema))
    }

    fn serialization(&self, parameter: &Value, location: &str, at: &Location, notes: &mut Notes<'_>) -> Serialization {
        if let Some(content) = parameter.get("content").and_then(Value::as_object) {
            let media_type = content.keys().next().map_or("application/json", String::as_str);
            return if media::kind(media_type) == Kind::Json { Serialization::Json } else { Serialization::Text };
        }
        if self.dialect == Dialect::Swagger2 {
            warn_of_nested_list(parameter, at, notes);
            return collection_format(parameter, location);
        }
        let default = if matches!(location, "path" | "header") { Style::Simple } else { Style::Form };
        let declared = parameter.get("style").and_then(Value::as_str);
        let style = declared.map_or(Some(default), Style::parse).filter(|style| is_defined(location, *style));
        let style = style.unwrap_or_else(|| {
            let shown = declared.unwrap_or_default();
            let message = format!("`style: {shown}` is not defined for a {location} parameter; the default is used");
            notes.warn(at, "unknown-style", message);
            default
        });
        let explode = parameter.get("explode").and_then(Value::as_bool);
        let explode = explode.unwrap_or(matches!(style, Style::Form | Style::Cookie | Style::DeepObject));
        Serialization::Style { style, explode, allow_reserved: is_true(parameter, "allowReserved") }
    }

    /// The media type that says how a value is written.
    fn content(
        &self,
        parameter: &'bundle Value,
        at: &Location,
        notes: &mut Notes<'bundle>,
    ) -> Option<Resolved<'bundle>> {
        let (media_type, media) = parameter.get("content")?.as_object()?.iter().next()?;
        Some(self.media(media, &at.join("content").join(media_type), notes))
    }

    fn parameter_schema(&self, parameter: &'bundle Value, at: &Location, notes: &mut Notes<'bundle>) -> Value {
        let described = self.content(parameter, at, notes);
        let (holder, at) = described.map_or_else(|| (parameter, at.clone()), |media| (media.value, media.at));
        let mut schema = match holder.get("schema") {
            Some(schema) => self.argument_schema(schema, &at.join("schema"), notes),
            // Swagger 2.0, and many who write 3.0, put the type on the parameter itself.
            None => self.argument_schema(holder, &at, notes),
        };
        if let Value::Object(members) = &mut schema {
            let description = cut(&shown(parameter, "description"), MAX_DESCRIPTION).to_owned();
            if !description.is_empty() {
                members.insert("description".to_owned(), description.into());
            }
            if let Some(example) = example(parameter) {
                members.insert("examples".to_owned(), Value::Array(vec![example]));
            }
        }
        schema
    }
}

/// What is listed as parameters of an operation, then of its path item.
pub(super) fn listed<'bundle>(site: &Site<'bundle>) -> impl Iterator<Item = (&'bundle Value, Location)> {
    let of_holder = |(holder, at): (&'bundle Value, &Location)| {
        let at = at.join("parameters");
        let list = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
        list.enumerate().map(move |(index, parameter)| (parameter, at.join(index)))
    };
    [(site.value, &site.at), (site.item, &site.item_at)].into_iter().flat_map(of_holder).take(MAX_PARAMETERS)
}

/// Tells of parameters that are not read at all.
fn tell_lost(site: &Site<'_>, notes: &mut Notes<'_>) {
    let mut count = 0;
    for (holder, at) in [(site.value, &site.at), (site.item, &site.item_at)] {
        match holder.get("parameters") {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => count += list.len(),
            Some(_) => {
                let message = "`parameters` has to be a list; what stands here is left out";
                notes.warn(&at.join("parameters"), "not-a-list", message);
            }
        }
    }
    if count > MAX_PARAMETERS {
        let message = format!("there are {count} parameters; those after the first {MAX_PARAMETERS} are left out");
        notes.warn(&site.at.join("parameters"), "too-many-parameters", message);
    }
}

/// What no two parameters of an operation share. Names of headers are one in capitals and in small letters.
fn identity(parameter: &Value) -> (String, String) {
    let (name, location) = (text(parameter, "name"), text(parameter, "in").to_ascii_lowercase());
    if location == "header" { (name.to_ascii_lowercase(), location) } else { (name, location) }
}

/// Where a parameter goes; a word that means nothing is guessed from the path.
fn location_of(
    name: &str,
    declared: &str,
    at: &Location,
    template: &PathTemplate,
    notes: &mut Notes<'_>,
) -> &'static str {
    let known = ["path", "query", "header", "cookie", "querystring"];
    if let Some(location) = known.into_iter().find(|known| known.eq_ignore_ascii_case(declared)) {
        return location;
    }
    let in_path = template.placeholders().is_some_and(|names| names.contains(&name));
    let guess = if in_path { "path" } else { "query" };
    let message = format!("the parameter `{name}` has `in: {declared}`, which is no place; taken for `{guess}`");
    notes.warn(at, "unknown-location", message);
    guess
}

/// The styles that the specification defines for a place.
fn is_defined(location: &str, style: Style) -> bool {
    match style {
        Style::Simple => matches!(location, "path" | "header"),
        Style::Label | Style::Matrix => location == "path",
        Style::Form => matches!(location, "query" | "cookie"),
        Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject => location == "query",
        Style::Cookie => location == "cookie",
        Style::TabDelimited => false,
    }
}

/// Swagger 2.0's way of writing lists.
pub(super) fn collection_format(parameter: &Value, location: &str) -> Serialization {
    let format = parameter.get("collectionFormat").and_then(Value::as_str).unwrap_or("csv");
    let default = if matches!(location, "path" | "header") { Style::Simple } else { Style::Form };
    match format {
        "multi" => Serialization::style(default, true),
        "ssv" => Serialization::style(Style::SpaceDelimited, false),
        "tsv" => Serialization::style(Style::TabDelimited, false),
        "pipes" => Serialization::style(Style::PipeDelimited, false),
        _ => Serialization::style(default, false),
    }
}

/// Lists within lists have a `collectionFormat` each; only the outer one is written by it.
pub(super) fn warn_of_nested_list(parameter: &Value, at: &Location, notes: &mut Notes<'_>) {
    if parameter.pointer("/items/type").is_some_and(|kind| kind == "array") {
        notes.warn(&at.join("items"), "nested-list", "lists within this list are written as JSON");
    }
}

/// Whether only the host may write a parameter. Of headers that it writes anyway nothing is said.
fn is_of_host(location: &str, name: &str, at: &Location, notes: &mut Notes<'_>) -> bool {
    let owner = if location == "header" { HeaderOwner::of(name) } else { HeaderOwner::Plugin };
    if owner == HeaderOwner::Identity {
        let message = format!(
            "`{name}` says who is calling or what is called, so only the host may send it; the parameter is left out"
        );
        notes.warn(at, "host-header", message);
    }
    owner != HeaderOwner::Plugin
}

/// A token of HTTP (RFC 9110, section 5.6.2).
pub(crate) fn is_token(name: &str) -> bool {
    name.chars().all(|each| each.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(each))
}

/// What a parameter asks to know of the person, where it does.
fn personal(parameter: &Value, argument: &Argument, at: &Location, notes: &mut Notes<'_>) -> Option<PersonalParameter> {
    let word = parameter.get("x-cordboard-personal")?;
    let at = at.join("x-cordboard-personal");
    let field = match word.as_str().unwrap_or_default().parse::<PersonalField>() {
        Ok(field) => field,
        Err(problem) => {
            notes.warn(&at, "unknown-personal-field", format!("{problem}; the model fills the parameter"));
            return None;
        }
    };
    if !matches!(argument.place, Place::Query { .. } | Place::Header { .. }) {
        let message = "only query and header parameters are filled by the host; the model fills this one";
        notes.warn(&at, "personal-elsewhere", message.to_owned());
        return None;
    }
    let reason = cut(&shown(parameter, "description"), MAX_REASON).to_owned();
    Some(PersonalParameter { field, place: argument.place.clone(), required: argument.required, reason })
}

fn example(parameter: &Value) -> Option<Value> {
    let named = parameter.get("examples").and_then(Value::as_object).and_then(first_example);
    parameter.get("example").or(named).and_then(short_example)
}

fn first_example(examples: &Map<String, Value>) -> Option<&Value> {
    examples.values().next()?.get("value")
}
