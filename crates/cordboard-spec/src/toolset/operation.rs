//! Operations as they can be called.

use cordboard_domain::call::Method;
use cordboard_domain::credential::Slot;
use jsonschema::Validator;
use serde::Serialize;
use serde_json::{Map, Value};

use super::argument::Argument;
use super::body::Body;
use super::lazy::Lazy;
use super::personal::PersonalParameter;
use super::security::Alternative;
use crate::document::finding::Finding;
use crate::document::source::Position;
use crate::example_requests;

/// An operation that can be called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// Unique within the plugin; letters, digits, underscores; at most 40.
    pub name: String,
    /// As published; empty when there is none.
    pub operation_id: String,
    pub method: Method,
    /// The path template, with a leading slash and without a query.
    pub path: String,
    /// Base address without a trailing slash.
    pub server: String,
    /// What it does, as the model is told: the description, or else the summary.
    pub description: String,
    /// One line for people.
    pub summary: String,
    pub tags: Vec<String>,
    pub deprecated: bool,
    /// `x-openai-isConsequential`.
    pub consequential: Option<bool>,
    /// Requests in people's words that should lead here, as published (`x-cordboard-examples`) or as the developer
    /// edited them ([`Toolset::with_examples`](super::Toolset::with_examples)).
    pub examples: Vec<String>,
    /// Requests made from the description; only where `examples` is empty. For models that compare requests.
    pub made_examples: Vec<String>,
    pub arguments: Vec<Argument>,
    /// What it asks to know of the person who calls (`x-cordboard-personal`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub personal: Vec<PersonalParameter>,
    pub body: Option<Body>,
    /// Query parameters that stood in the path itself.
    pub fixed_query: Option<String>,
    /// JSON Schema of the flattened arguments, self-contained.
    pub parameters: Value,
    /// Any one of these has to be satisfied; none listed means that nobody asks.
    pub security: Vec<Alternative>,
    /// Whether the operation itself says that it may be called without.
    #[serde(skip)]
    pub(crate) is_open: bool,
    /// The credentials that a call needs: any one of these lists, an empty one meaning none.
    #[serde(skip)]
    pub credentials: Vec<Vec<Slot>>,
    pub responses: Vec<DeclaredResponse>,
    /// The document it stands in, the JSON pointer to it, and where that is in the text.
    pub document: String,
    pub pointer: String,
    pub position: Option<Position>,
    /// Not empty: it works, but with the restrictions named here.
    pub restrictions: Vec<Finding>,
    #[serde(skip)]
    /// `None` inside when no validator can be built.
    pub(crate) validator: Lazy<Option<Validator>>,
}

/// A response that an operation announces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredResponse {
    /// `200`, `2XX` or `default`.
    pub status: String,
    pub media_types: Vec<String>,
    /// JSON Schema as text, cut to a moderate size; most are never looked at.
    #[serde(skip)]
    pub schema: Option<Box<str>>,
}

/// Whether an operation can be called as its author meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ready,
    /// Callable, with the restrictions listed.
    Degraded,
    Refused,
}

impl Operation {
    /// The JSON Schema of one argument.
    pub fn schema(&self, argument: &Argument) -> &Value {
        let properties = self.parameters.get("properties");
        properties.and_then(|properties| properties.get(&argument.name)).unwrap_or(&Value::Null)
    }

    /// What an argument means, if the spec says.
    pub fn describe(&self, argument: &Argument) -> &str {
        self.schema(argument).get("description").and_then(Value::as_str).unwrap_or_default()
    }

    /// What it does in a line for people: the summary, or else the description; empty when there is neither.
    pub fn headline(&self) -> &str {
        if self.summary.is_empty() { &self.description } else { &self.summary }
    }

    /// The published or edited example requests, or else the made ones.
    pub fn any_examples(&self) -> &[String] {
        if self.examples.is_empty() { &self.made_examples } else { &self.examples }
    }

    /// Ready, or degraded where something is restricted.
    pub fn status(&self) -> Status {
        if self.restrictions.is_empty() { Status::Ready } else { Status::Degraded }
    }

    /// Whether calls need a credential by the operation's own account.
    pub fn needs_credential(&self) -> bool {
        !self.security.is_empty() && !self.security.iter().any(Vec::is_empty)
    }

    /// The value of the `Accept` header: the declared types of successful responses, JSON before all else. Nothing where
    /// JSON alone is declared, which is asked for anyway.
    pub fn accept(&self) -> Option<String> {
        let successful = self.responses.iter().filter(|response| response.status.starts_with('2'));
        let mut types: Vec<&str> = Vec::new();
        for media_type in successful.flat_map(|response| &response.media_types).map(String::as_str) {
            if media_type.is_ascii() && !media_type.contains([',', '\n', '\r']) && !types.contains(&media_type) {
                types.push(media_type);
            }
        }
        types.sort_by_key(|media_type| !is_json(media_type));
        if types == ["application/json"] {
            return None;
        }
        (!types.is_empty() && !types.contains(&"*/*")).then(|| format!("{}, */*;q=0.1", types.join(", ")))
    }

    /// The schema that a response with this status and a JSON body should satisfy.
    pub fn response_schema(&self, status: u16) -> Option<Value> {
        let exact = status.to_string();
        let range = format!("{}XX", status / 100);
        let declared = [exact.as_str(), &range, "default"]
            .into_iter()
            .find_map(|wanted| self.responses.iter().find(|response| response.status.eq_ignore_ascii_case(wanted)))?;
        serde_json::from_str(declared.schema.as_deref()?).ok()
    }
}

/// Whether a media type is JSON by its name.
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// Example requests for an operation that has none of its own.
pub(crate) fn made_examples(operation: &Operation) -> Vec<String> {
    if !operation.examples.is_empty() {
        return Vec::new();
    }
    example_requests::of(&operation.name, &operation.description, &operation.parameters, !operation.asks())
}

/// The schema of the flattened argument object.
pub(crate) fn parameters_schema(arguments: &[Argument], schemas: Vec<Value>) -> Value {
    let properties: Map<String, Value> = arguments.iter().map(|argument| argument.name.clone()).zip(schemas).collect();
    let required: Vec<Value> =
        arguments.iter().filter(|argument| argument.required).map(|argument| argument.name.as_str().into()).collect();
    serde_json::json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false
    })
}

/// An operation that cannot be called, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefusedOperation {
    pub name: String,
    /// In capitals; `*` where the document that would say it is not there.
    pub method: String,
    pub path: String,
    pub reason: Finding,
}
