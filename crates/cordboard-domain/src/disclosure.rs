//! What makes a call ask, whatever its method: it would tell its plugin something of another plugin's, or a secret.

use serde::{Deserialize, Serialize};

use crate::id::PluginId;

/// Something in the arguments of a call that a person has to see before it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Disclosure {
    /// A value that came with another plugin's result.
    Result {
        /// The argument that has it; empty where several make it up together.
        argument: String,
        plugin: PluginId,
        plugin_name: String,
        /// The value as the call has it, decoded; cut to a moderate length.
        value: String,
    },
    /// Something that looks like a secret, which is not repeated here.
    Secret {
        /// The argument that has it; empty where several make it up together.
        argument: String,
        secret: SecretKind,
    },
}

/// Kinds of secrets that can be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretKind {
    /// A PEM block, such as a private key.
    Pem,
    /// A JSON Web Token.
    Jwt,
    /// A key of a cloud provider or an API.
    ApiKey,
    GithubToken,
    SlackToken,
    /// A personal access token of this server.
    AccessToken,
    Password,
    CardNumber,
}

impl SecretKind {
    /// The kind in people's words, with an article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Pem => "a private key or certificate (PEM)",
            Self::Jwt => "a JSON Web Token",
            Self::ApiKey => "an API key",
            Self::GithubToken => "a GitHub token",
            Self::SlackToken => "a Slack token",
            Self::AccessToken => "an access token of this server",
            Self::Password => "a password",
            Self::CardNumber => "a card number",
        }
    }
}
