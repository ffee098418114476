//! Arguments: one flat object for the model, each knowing where its value goes in the request.

use std::collections::HashSet;

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
    },
    /// A property of the body.
    BodyProperty {
        name: String,
    },
    /// The whole body.
    Body,
}

impl Place {
    fn word(&self) -> &'static str {
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

/// The longest name of an argument that model servers allow.
const MAX_NAME: usize = 64;

/// Gives arguments names that are allowed and unique: the second `id` becomes `body_id`, `query_id` and so on, a third
/// is numbered.
pub(crate) fn settle_names<'argument>(arguments: impl IntoIterator<Item = &'argument mut Argument>) {
    let mut taken = HashSet::new();
    for argument in arguments {
        let allowed = allowed(&argument.name);
        let prefixed = cut(&format!("{}_{allowed}", argument.place.word()), MAX_NAME);
        let numbered = (2..).map(|number| format!("{}_{number}", cut(&prefixed, MAX_NAME - 6)));
        let mut candidates = [allowed, prefixed.clone()].into_iter().chain(numbered);
        argument.name = candidates.find(|name| taken.insert(name.clone())).expect("numbers do not run out");
    }
}

fn allowed(original: &str) -> String {
    let is_allowed = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '.' | '-');
    let name: String = original.chars().map(|each| if is_allowed(each) { each } else { '_' }).collect();
    // Keep a leading underscore that the author wrote; drop the ones that stand for other characters.
    let kept = if original.starts_with('_') { name.trim_end_matches('_') } else { name.trim_matches('_') };
    cut(if kept.is_empty() { "value" } else { kept }, MAX_NAME)
}

fn cut(name: &str, limit: usize) -> String {
    name.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_allowed_and_unique() {
        let place = |word: &str, name: &str| match word {
            "path" => Place::Path { name: name.to_owned(), serialization: Serialization::Text },
            "query" => Place::Query { name: name.to_owned(), serialization: Serialization::Text },
            _ => Place::BodyProperty { name: name.to_owned() },
        };
        let table = [
            ("path", "id", "id"),
            ("query", "id", "query_id"),
            ("body", "id", "body_id"),
            ("body", "id", "body_id_2"),
            ("query", "filter[name]", "filter_name"),
            ("query", "$top", "top"),
            ("query", "X-Api.Version", "X-Api.Version"),
            ("query", "名前", "value"),
            ("query", "_id", "_id"),
        ];
        let mut arguments: Vec<Argument> = table
            .iter()
            .map(|(word, name, _)| Argument { name: (*name).to_owned(), place: place(word, name), required: false })
            .collect();
        settle_names(&mut arguments);
        let names: Vec<&str> = arguments.iter().map(|argument| argument.name.as_str()).collect();
        assert_eq!(names, table.map(|(_, _, expected)| expected));
    }
}
