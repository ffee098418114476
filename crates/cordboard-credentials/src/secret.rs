//! What is sealed: keys, tokens, clients' secrets, sign-ins under way.

use cordboard_domain::connection::ClientAuth;
use cordboard_domain::credential::{OAuthServer, TokenEncoding};
use cordboard_domain::id::{ConnectionId, ConversationId};
use cordboard_domain::plugin::VersionDigest;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The secret of a connection.
#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub(crate) enum ConnectionSecret {
    /// As it is sent, after `Bearer` or `Basic` where such a word stands before it.
    Key {
        value: String,
    },
    Token(Token),
}

/// An access token and how to get the next one.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Token {
    /// Empty where none has been asked for yet.
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    #[zeroize(skip)]
    pub(crate) source: TokenSource,
}

impl Token {
    /// Whether another token can be had without a person.
    pub(crate) fn can_be_renewed(&self) -> bool {
        self.refresh.is_some() || matches!(self.source.grant, Grant::ClientCredentials { .. })
    }
}

/// Where tokens come from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TokenSource {
    pub(crate) token_url: String,
    #[serde(default)]
    pub(crate) revocation_url: Option<String>,
    pub(crate) encoding: TokenEncoding,
    pub(crate) grant: Grant,
    /// Where the plugin lives that names these addresses; absent where it was pasted, and in old records.
    #[serde(default)]
    pub(crate) home: Option<Url>,
}

/// How the next token is asked for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Grant {
    Refresh,
    ClientCredentials { scopes: Vec<String> },
}

/// The secret of an OAuth client.
#[derive(Serialize, Deserialize, ZeroizeOnDrop)]
pub(crate) struct ClientSecret {
    pub(crate) secret: String,
}

/// A client as it introduces itself.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Client {
    #[zeroize(skip)]
    pub(crate) id: String,
    pub(crate) secret: String,
    #[zeroize(skip)]
    pub(crate) auth: ClientAuth,
}

/// A sign-in under way.
#[derive(Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) scheme: String,
    pub(crate) version: VersionDigest,
    pub(crate) server: OAuthServer,
    pub(crate) scopes: Vec<String>,
    pub(crate) redirect: String,
    pub(crate) verifier: String,
    pub(crate) origins: Vec<String>,
    #[serde(default)]
    pub(crate) home: Option<Url>,
    pub(crate) renews: Option<ConnectionId>,
    pub(crate) conversation: Option<ConversationId>,
    pub(crate) accepts_no_state: bool,
    #[serde(default)]
    pub(crate) is_rehearsed: bool,
}
