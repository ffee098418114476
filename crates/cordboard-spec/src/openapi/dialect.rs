//! Which version of the specification a document follows.

use serde_json::Value;

/// The versions whose documents are written differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Swagger2,
    /// 3.0, 3.1 and 3.2, read by the widest of their rules: the wild mixes them.
    OpenApi3,
}

impl Dialect {
    /// `None` when the document is no API description at all. A misspelt version key is forgiven where there are paths.
    pub(crate) fn of(document: &Value) -> Option<Self> {
        if document.get("swagger").is_some() && document.get("openapi").is_none() {
            return Some(Self::Swagger2);
        }
        let described = document.get("openapi").is_some() || document.get("paths").is_some_and(Value::is_object);
        described.then_some(Self::OpenApi3)
    }
}

/// What the document calls its version, for people: `OpenAPI 3.1.0`.
pub(crate) fn describe(document: &Value) -> String {
    let version = |key: &str| match document.get(key) {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(other) => Some(other.to_string()),
        None => None,
    };
    match (version("openapi"), version("swagger")) {
        (Some(version), _) => format!("OpenAPI {version}"),
        (None, Some(version)) => format!("Swagger {version}"),
        (None, None) => "an OpenAPI document without a version".to_owned(),
    }
}
