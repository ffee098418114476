//! From checked arguments to the exact request.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cordboard_domain::call::{PlannedBody, PlannedCall};
use cordboard_domain::id::PluginId;
use cordboard_domain::personal::{PersonalField, Profile};
use cordboard_domain::plugin::VersionDigest;
use serde_json::{Map, Value};
use url::Url;

use super::body::{Parts, form};
use super::encode::Escape;
use super::style::{Writing, plain};
use crate::toolset::argument::{Place, Serialization, Style};
use crate::toolset::operation::Operation;

/// Arguments that give no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("The path argument `{0}` is empty or made of dots, so the address would be another one.")]
    EmptyPathArgument(String),
    #[error("The arguments of the path `{0}` make a segment of dots, so the address would be another one.")]
    DottedPath(String),
    #[error("The path `{0}` still lacks an argument.")]
    MissingPathArgument(String),
    #[error("The header `{0}` cannot carry this value.")]
    InvalidHeader(String),
    #[error("The cookie `{0}` cannot carry this value.")]
    InvalidCookie(String),
    #[error("The argument `{0}` is not valid base64.")]
    InvalidBase64(String),
    #[error("The operation needs the user's {}, which they do not share with this plugin.", .0.as_str().replace('_', " "))]
    NotShared(PersonalField),
    #[error("The address `{0}` is not valid.")]
    InvalidUrl(String),
}

/// Plans one call. `arguments` must have passed [`super::validate::arguments`].
pub fn plan(
    operation: &Operation,
    plugin: PluginId,
    version: &VersionDigest,
    arguments: &Map<String, Value>,
) -> Result<PlannedCall, PlanError> {
    plan_for(operation, plugin, version, arguments, &Profile::new())
}

/// Plans one call that tells of its person what `profile` has of what the operation asks for.
pub fn plan_for(
    operation: &Operation,
    plugin: PluginId,
    version: &VersionDigest,
    arguments: &Map<String, Value>,
    profile: &Profile,
) -> Result<PlannedCall, PlanError> {
    let mut draft = Draft::new(operation);
    for argument in &operation.arguments {
        if let Some(value) = arguments.get(&argument.name) {
            draft.put(&argument.place, value)?;
        }
    }
    for asked in &operation.personal {
        match profile.get(&asked.field) {
            Some(value) => draft.put(&asked.place, &Value::from(value.as_str()))?,
            None if asked.required => return Err(PlanError::NotShared(asked.field)),
            None => {}
        }
    }
    if draft.path.contains('{') {
        return Err(PlanError::MissingPathArgument(operation.path.clone()));
    }
    // Several arguments, or one beside a dot of the template, may make such a segment together.
    if has_dotted(&draft.path) {
        return Err(PlanError::DottedPath(operation.path.clone()));
    }
    let url = draft.url(operation)?;
    let body = draft.body(operation)?;
    if !draft.cookies.is_empty() {
        draft.headers.push(("Cookie".to_owned(), draft.cookies.join("; ")));
    }
    draft.headers.extend(operation.accept().map(|accept| ("Accept".to_owned(), accept)));
    Ok(PlannedCall {
        plugin,
        version: version.clone(),
        operation: operation.name.clone(),
        method: operation.method,
        url,
        headers: draft.headers,
        body,
        may_override_method: operation.may_override_method(),
        credentials: operation.credentials.clone(),
        home: None,
    })
}

struct Draft {
    path: String,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    body: Parts,
}

impl Draft {
    fn new(operation: &Operation) -> Self {
        Self {
            path: operation.path.clone(),
            query: operation.fixed_query.iter().cloned().collect(),
            headers: Vec::new(),
            cookies: Vec::new(),
            body: Parts::default(),
        }
    }

    fn put(&mut self, place: &Place, value: &Value) -> Result<(), PlanError> {
        match place {
            Place::Path { name, serialization } => self.put_path(name, *serialization, value),
            Place::Query { name, serialization } => {
                self.query.extend(pairs(name, *serialization, Escape::All, value));
                Ok(())
            }
            Place::Header { name, serialization } => self.put_header(name, *serialization, value),
            Place::Cookie { name, serialization } => self.put_cookie(name, *serialization, value),
            Place::QueryString { as_json, fields } => {
                self.put_query_string(*as_json, fields, value);
                Ok(())
            }
            Place::BodyProperty { name } => {
                self.body.properties.insert(name.clone(), value.clone());
                Ok(())
            }
            Place::Body => {
                self.body.whole = Some(value.clone());
                Ok(())
            }
        }
    }

    fn put_path(&mut self, name: &str, serialization: Serialization, value: &Value) -> Result<(), PlanError> {
        let text = match serialization {
            Serialization::Style { style, explode, allow_reserved } => {
                let escape = if allow_reserved { Escape::ReservedInPath } else { Escape::All };
                Writing { name, style, explode, escape }.text(value)
            }
            Serialization::Json => Escape::All.apply(&value.to_string()),
            Serialization::Text => Escape::All.apply(&plain(value)),
        };
        // An empty or dotted segment would change which resource is meant.
        if text.split('/').any(str::is_empty) || has_dotted(&text) {
            return Err(PlanError::EmptyPathArgument(name.to_owned()));
        }
        self.path = self.path.replace(&format!("{{{name}}}"), &text);
        Ok(())
    }

    fn put_header(&mut self, name: &str, serialization: Serialization, value: &Value) -> Result<(), PlanError> {
        let is_empty = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
        let text = match serialization {
            // As in a query: what has no items is not there.
            Serialization::Style { .. } if is_empty => return Ok(()),
            Serialization::Style { style, explode, .. } => {
                Writing { name, style, explode, escape: Escape::Nothing }.text(value)
            }
            Serialization::Json => value.to_string(),
            Serialization::Text => plain(value),
        };
        if !text.is_ascii() || text.chars().any(|each| each.is_control() && each != '\t') {
            return Err(PlanError::InvalidHeader(name.to_owned()));
        }
        self.headers.push((name.to_owned(), text));
        Ok(())
    }

    fn put_cookie(&mut self, name: &str, serialization: Serialization, value: &Value) -> Result<(), PlanError> {
        let raw = matches!(serialization, Serialization::Style { style: Style::Cookie, .. });
        let escape = if raw { Escape::Nothing } else { Escape::All };
        let cookies = pairs(name, serialization, escape, value);
        let unsafe_text =
            |pair: &String| !pair.is_ascii() || pair.contains(|each: char| each.is_control() || each == ';');
        if cookies.iter().any(unsafe_text) {
            return Err(PlanError::InvalidCookie(name.to_owned()));
        }
        self.cookies.extend(cookies);
        Ok(())
    }

    fn put_query_string(&mut self, as_json: bool, fields: &BTreeMap<String, Serialization>, value: &Value) {
        match value {
            Value::Object(members) if !as_json => {
                self.query.extend(Some(form(value, fields)).filter(|_| !members.is_empty()));
            }
            Value::String(text) if !as_json => self.query.push(Escape::Query.apply(text)),
            value => self.query.push(Escape::All.apply(&value.to_string())),
        }
    }

    fn url(&self, operation: &Operation) -> Result<String, PlanError> {
        let mut text = format!("{}{}", operation.server, self.path);
        if !self.query.is_empty() {
            let _ = write!(text, "?{}", self.query.join("&"));
        }
        Url::parse(&text).map(String::from).map_err(|_| PlanError::InvalidUrl(text))
    }

    fn body(&mut self, operation: &Operation) -> Result<Option<PlannedBody>, PlanError> {
        let Some(body) = &operation.body else { return Ok(None) };
        std::mem::take(&mut self.body).into_body(body)
    }
}

/// Whether a segment of a path means this or the upper one. Readers of addresses see dots in triplets too, and many
/// servers separators: `..%2F..` is one segment here and climbs there. Some take off what stands behind a `;`.
fn has_dotted(path: &str) -> bool {
    let read = path.to_ascii_lowercase().replace("%2e", ".");
    let bare = |segment: &str| segment.split(';').next().unwrap_or_default().to_owned();
    let climbs = || read.replace("%2f", "/").replace("%5c", "/").split('/').any(|segment| bare(segment) == "..");
    read.split('/').any(|segment| matches!(bare(segment).as_str(), "." | "..")) || climbs()
}

/// The pairs of a query or cookie parameter.
fn pairs(name: &str, serialization: Serialization, escape: Escape, value: &Value) -> Vec<String> {
    let pair = |text: String| vec![format!("{}={}", escape.apply(name), escape.apply(&text))];
    match serialization {
        Serialization::Style { style, explode, allow_reserved } => {
            let escape = if allow_reserved && escape == Escape::All { Escape::Reserved } else { escape };
            Writing { name, style, explode, escape }.pairs(value)
        }
        Serialization::Json => pair(value.to_string()),
        Serialization::Text => pair(plain(value)),
    }
}
