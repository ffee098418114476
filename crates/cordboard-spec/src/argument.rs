//! Arguments: one flat object for the model, each knowing where its value goes in the request.

use serde::Serialize;
use serde_json::Value;

/// How a parameter's value becomes text (OpenAPI, "Style Values").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Style {
    Matrix,
    Label,
    Simple,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
}

impl Style {
    /// Reads a `style` value.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "matrix" => Self::Matrix,
            "label" => Self::Label,
            "simple" => Self::Simple,
            "form" => Self::Form,
            "spaceDelimited" => Self::SpaceDelimited,
            "pipeDelimited" => Self::PipeDelimited,
            "deepObject" => Self::DeepObject,
            _ => return None,
        })
    }
}

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "in")]
pub enum Place {
    Path {
        name: String,
        style: Style,
        explode: bool,
    },
    Query {
        name: String,
        style: Style,
        explode: bool,
        allow_reserved: bool,
    },
    Header {
        name: String,
        explode: bool,
    },
    Cookie {
        name: String,
        explode: bool,
    },
    /// A parameter whose value is sent as JSON text (`content` instead of `schema`).
    QueryJson {
        name: String,
    },
    /// A property of the JSON body.
    BodyProperty {
        name: String,
    },
    /// The whole JSON body.
    Body,
}

/// One argument.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Argument {
    /// Unique within the operation.
    pub name: String,
    pub place: Place,
    pub required: bool,
    /// Self-contained JSON Schema, description included.
    pub schema: Value,
}

impl Argument {
    /// What the argument means, if the spec says.
    pub fn description(&self) -> &str {
        self.schema.get("description").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Makes names unique: the second `id` becomes `body_id`, `query_id` and so on, a third is numbered.
pub fn make_names_unique(arguments: &mut [Argument]) {
    for index in 1..arguments.len() {
        let (earlier, rest) = arguments.split_at_mut(index);
        let taken = |name: &str| earlier.iter().any(|argument| argument.name == name);
        let argument = &mut rest[0];
        if !taken(&argument.name) {
            continue;
        }
        let prefixed = format!("{}_{}", argument.place.word(), argument.name);
        let mut name = prefixed.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{prefixed}_{number}");
            number += 1;
        }
        argument.name = name;
    }
}

impl Place {
    fn word(&self) -> &'static str {
        match self {
            Self::Path { .. } => "path",
            Self::Query { .. } | Self::QueryJson { .. } => "query",
            Self::Header { .. } => "header",
            Self::Cookie { .. } => "cookie",
            Self::BodyProperty { .. } | Self::Body => "body",
        }
    }
}
