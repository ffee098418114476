//! Arguments: one flat object for the model, each knowing where its value goes in the request.

use std::collections::BTreeMap;

use serde::Serialize;

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
    /// `collectionFormat: tsv` of Swagger 2.0.
    TabDelimited,
    /// OpenAPI 3.2: like `form`, written into a `Cookie` header as it is.
    Cookie,
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
            "cookie" => Self::Cookie,
            _ => return None,
        })
    }
}

/// How one value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "as")]
pub enum Serialization {
    Style {
        style: Style,
        explode: bool,
        #[serde(rename = "allowReserved")]
        allow_reserved: bool,
    },
    /// `content` with a JSON media type.
    Json,
    /// `content` with any other media type: the text itself.
    Text,
}

impl Serialization {
    /// A style with nothing unusual about it.
    pub fn style(style: Style, explode: bool) -> Self {
        Self::Style { style, explode, allow_reserved: false }
    }
}

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "in")]
pub enum Place {
    Path {
        name: String,
        serialization: Serialization,
    },
    Query {
        name: String,
        serialization: Serialization,
    },
    Header {
        name: String,
        serialization: Serialization,
    },
    Cookie {
        name: String,
        serialization: Serialization,
    },
    /// The whole query (`in: querystring` of OpenAPI 3.2): an object's members as `key=value`, or JSON.
    QueryString {
        as_json: bool,
        /// What is declared of single members.
        fields: BTreeMap<String, Serialization>,
    },
    /// A property of the body.
    BodyProperty {
        name: String,
    },
    /// The whole body.
    Body,
}

impl Place {
    /// The name that the description gives the value; the whole body and the whole query have none.
    pub fn published_name(&self) -> Option<&str> {
        match self {
            Self::Path { name, .. }
            | Self::Query { name, .. }
            | Self::Header { name, .. }
            | Self::Cookie { name, .. }
            | Self::BodyProperty { name } => Some(name),
            Self::QueryString { .. } | Self::Body => None,
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Path { .. } => "path",
            Self::Query { .. } | Self::QueryString { .. } => "query",
            Self::Header { .. } => "header",
            Self::Cookie { .. } => "cookie",
            Self::BodyProperty { .. } | Self::Body => "body",
        }
    }
}

/// One argument. Its schema is the property of the same name in [`super::operation::Operation::parameters`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Unique within the operation; matches `^[a-zA-Z0-9_.-]{1,64}$`, which every model server allows.
    pub name: String,
    pub place: Place,
    pub required: bool,
}
