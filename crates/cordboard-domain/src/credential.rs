//! Ways of saying who is calling, as plugins ask for them. Nothing here holds a secret.

use serde::{Deserialize, Serialize};

/// The name of the way that a manifest asks for; no security scheme of a description can have it.
pub const OF_MANIFEST: &str = "ai-plugin.json#auth";

/// Where a secret stands in a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum Attach {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Authorization: Basic …`
    Basic,
    Header {
        name: String,
    },
    Query {
        name: String,
    },
    Cookie {
        name: String,
    },
}

/// Whose credential a call needs. One that was given under the same name for another way of signing in is not it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Giver {
    /// A person's own, or else what the developer gave for everybody.
    #[default]
    Either,
    Person,
    Developer,
}

impl Giver {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_either(&self) -> bool {
        *self == Self::Either
    }
}

/// One credential that a call needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// The [`Scheme`]'s name.
    pub scheme: String,
    #[serde(flatten)]
    pub attach: Attach,
    /// What an access token has to be good for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Giver::is_either")]
    pub giver: Giver,
}

/// How a request for a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEncoding {
    Json,
    Form,
}

/// Where an OAuth 2 server gives people's consent and hands out tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthServer {
    /// Where browsers are sent; may have a query.
    pub authorization_url: String,
    pub token_url: String,
    /// Where tokens are revoked (RFC 7009).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_url: Option<String>,
    /// What `iss` has to be in an answer (RFC 9207).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Whether an answer without `iss` is refused.
    #[serde(default)]
    pub always_names_issuer: bool,
    pub scopes: Vec<String>,
    pub encoding: TokenEncoding,
}

/// One way of saying who is calling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    pub name: String,
    pub kind: SchemeKind,
}

/// What has to be given, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SchemeKind {
    /// One key of the developer's for everybody.
    ServiceKey { attach: Attach },
    /// A key of each person's own.
    UserKey { attach: Attach },
    /// A name and a password of each person's own.
    Password,
    /// Each person's consent, asked for by a client that the developer registered.
    OAuth(OAuthServer),
    /// The same, where the server describes itself at an address (OpenID Connect discovery).
    Discovered { url: String },
    /// The client speaks for itself; no person takes part.
    ClientCredentials { token_url: String, scopes: Vec<String> },
}

impl SchemeKind {
    /// Whether the developer's word suffices, so that people give nothing of their own.
    pub fn is_shared(&self) -> bool {
        match self {
            Self::ServiceKey { .. } | Self::ClientCredentials { .. } => true,
            Self::UserKey { .. } | Self::Password | Self::OAuth(_) | Self::Discovered { .. } => false,
        }
    }

    /// Who may give it.
    pub fn giver(&self) -> Giver {
        match self {
            Self::ServiceKey { .. } | Self::ClientCredentials { .. } => Giver::Developer,
            Self::OAuth(_) | Self::Discovered { .. } => Giver::Person,
            Self::UserKey { .. } | Self::Password => Giver::Either,
        }
    }

    /// Whether a client has to be registered at the plugin's server first.
    pub fn needs_client(&self) -> bool {
        match self {
            Self::OAuth(_) | Self::Discovered { .. } | Self::ClientCredentials { .. } => true,
            Self::ServiceKey { .. } | Self::UserKey { .. } | Self::Password => false,
        }
    }
}
