//! What an operation wants to know about who is calling.

use std::collections::BTreeMap;

use serde::Serialize;

/// A way of saying who is calling, by its name in the document.
pub type SecuritySchemes = BTreeMap<String, SecurityScheme>;

/// Where an API key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    Header,
    Query,
    Cookie,
}

/// One security scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum SecurityScheme {
    Basic,
    Bearer,
    ApiKey {
        #[serde(rename = "in")]
        place: KeyPlace,
        name: String,
    },
    OAuth2 {
        /// As OpenAPI 3 names it, such as `authorizationCode`.
        flow: String,
        authorization_url: Option<String>,
        token_url: Option<String>,
        scopes: Vec<String>,
    },
    OpenIdConnect {
        url: String,
    },
    /// Known by name only, such as `mutualTLS`.
    Unsupported {
        kind: String,
    },
}

/// One scheme that has to be satisfied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    pub scheme: String,
    pub scopes: Vec<String>,
}

/// Schemes that are needed together; an operation names alternatives of which one suffices.
pub type Alternative = Vec<Requirement>;
