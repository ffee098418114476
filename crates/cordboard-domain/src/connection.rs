//! What people and developers have given so that plugins know who is calling. Secrets are sealed; this only says that
//! they are there.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::credential::{Scheme, SchemeKind};
use crate::id::{ConnectionId, ConversationId, PluginId, UserId};
use crate::plugin::VersionDigest;
use crate::time::Timestamp;

/// A secret as it is stored, and the key that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub key: String,
    pub bytes: Vec<u8>,
}

/// Whether a connection can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    Usable,
    /// The plugin's server takes it no more; its person has to connect again.
    Broken,
}

impl ConnectionState {
    /// The word under which the state is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::Broken => "broken",
        }
    }

    /// The state with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        [Self::Usable, Self::Broken].into_iter().find(|state| state.as_str() == name)
    }
}

/// One credential for one plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connection {
    pub id: ConnectionId,
    /// Absent where the developer gave it for everybody.
    pub user: Option<UserId>,
    pub plugin: PluginId,
    /// The name of the [`Scheme`].
    pub scheme: String,
    /// What tells accounts apart: chosen by the person, or counted.
    pub label: String,
    /// The only origins that it is sent to: those of the version for which it was given.
    pub origins: Vec<String>,
    /// What an access token is good for, as its server says it where it does.
    pub scopes: Vec<String>,
    /// What its person was asked to agree to. Servers may grant the same in other words, or less.
    pub asked: Vec<String>,
    pub state: ConnectionState,
    /// When an access token runs out, where that is known.
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// Counts the secrets that it has had, from 1.
    pub generation: u32,
}

/// A connection with its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedConnection {
    pub connection: Connection,
    pub secret: Sealed,
}

/// The secret that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    pub secret: Sealed,
    pub expires_at: Option<Timestamp>,
}

/// How a client says who it is when it asks for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// In the body, as manifests have it.
    Post,
    /// In the header `Authorization`.
    Basic,
}

impl ClientAuth {
    /// The word under which it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Basic => "basic",
        }
    }

    /// The way with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        [Self::Post, Self::Basic].into_iter().find(|way| way.as_str() == name)
    }
}

/// An OAuth client that a developer registered at their plugin's server. Its secret is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OAuthClient {
    pub plugin: PluginId,
    pub scheme: String,
    pub client_id: String,
    pub auth: ClientAuth,
    /// Whether answers without `state` are taken, as some old servers send them. A risk, which people are shown.
    pub accepts_no_state: bool,
}

/// A sign-in at a plugin that waits for its answer: for one session, one plugin, one version, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingAuthorization {
    pub user: UserId,
    /// The digest of the session's token.
    pub session: String,
    pub plugin: PluginId,
    /// Everything else, sealed.
    pub secret: Sealed,
    pub expires_at: Timestamp,
}

/// What somebody is about to connect to.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub user: UserId,
    pub plugin: PluginId,
    pub version: VersionDigest,
    pub scheme: Scheme,
    /// The origins that the version's calls go to.
    pub origins: Vec<String>,
    /// Where the plugin lives; absent where that version was pasted.
    pub home: Option<Url>,
    /// What the operation that waits needs beyond the scheme's own scopes.
    pub scopes: Vec<String>,
    /// Which connection is renewed, if it is not a new one.
    pub renews: Option<ConnectionId>,
    /// Whether the person develops the plugin, so that every step is written down for them.
    pub is_rehearsed: bool,
    /// Where to go on afterwards.
    pub conversation: Option<ConversationId>,
}

impl Wanted {
    /// A new connection with a version of a plugin, from no conversation.
    pub fn new(
        user: UserId,
        plugin: PluginId,
        version: VersionDigest,
        scheme: Scheme,
        origins: Vec<String>,
        home: Option<Url>,
    ) -> Self {
        let (scopes, renews, conversation) = (Vec::new(), None, None);
        Self { user, plugin, version, scheme, origins, home, scopes, renews, is_rehearsed: false, conversation }
    }
}

/// Whether a call can say who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// The person has to connect.
    Missing {
        scheme: String,
        scopes: Vec<String>,
        /// The connection that is meant, which will not do any more.
        renews: Option<ConnectionId>,
    },
}

/// A question to a person to connect. It holds for one person and one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRequest {
    pub user: UserId,
    pub plugin: PluginId,
    /// The name of the [`Scheme`].
    pub scheme: String,
    /// Where the person's account is, as an origin.
    pub host: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The connection that takes the answer, if it is not a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<ConnectionId>,
    pub expires_at: Timestamp,
}

/// The host that a person deals with when they connect.
pub fn account_host(scheme: &Scheme, origins: &[String]) -> String {
    let host = |text: &str| Url::parse(text).ok().map(|url| url.origin().ascii_serialization());
    let named = match &scheme.kind {
        SchemeKind::OAuth(server) => host(&server.authorization_url),
        SchemeKind::Discovered { url } => host(url),
        SchemeKind::ServiceKey { .. }
        | SchemeKind::UserKey { .. }
        | SchemeKind::Password
        | SchemeKind::ClientCredentials { .. } => None,
    };
    named.or_else(|| origins.first().cloned()).unwrap_or_default()
}
