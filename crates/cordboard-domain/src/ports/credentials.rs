//! Credentials: where they are kept, sealed, and who gives and uses them.

use std::pin::Pin;

use async_trait::async_trait;
use url::Url;

use super::StoreError;
use crate::call::PlannedCall;
use crate::connection::{
    ClientAuth, Connection, OAuthClient, PendingAuthorization, Readiness, Renewal, Sealed, SealedConnection, Wanted,
};
use crate::id::{ConnectionId, ConversationId, PluginId, UserId};
use crate::plugin::VersionDigest;
use crate::rehearsal::Rehearsal;
use crate::secret::TokenDigest;
use crate::time::Timestamp;

/// A sealed value with its place, for whoever seals everything anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPlace {
    pub table: &'static str,
    /// The row's key.
    pub row: String,
    /// Whose it is; empty where it is everybody's.
    pub owner: String,
    pub secret: Sealed,
}

/// What comes to an end, and with it the connections that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending<'name> {
    /// A person, with what they connected and with the plugins that they develop.
    Person(UserId),
    Plugin(PluginId),
    /// What a developer gave for one of a plugin's schemes.
    Scheme(PluginId, &'name str),
}

/// Tells plugins' servers that tokens are given up. It takes a few seconds at most, and what fails is let go.
pub type Farewell = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps sealed secrets. Nothing here can open them.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Registers a client for a plugin's scheme, in place of an earlier one.
    async fn set_oauth_client(&self, client: &OAuthClient, secret: &Sealed) -> Result<(), StoreError>;
    async fn lookup_oauth_client(
        &self,
        plugin: PluginId,
        scheme: &str,
    ) -> Result<Option<(OAuthClient, Sealed)>, StoreError>;
    /// Adds a connection, or replaces the one with its id.
    async fn put_connection(&self, connection: &SealedConnection) -> Result<(), StoreError>;
    async fn lookup_connection(&self, id: ConnectionId) -> Result<Option<SealedConnection>, StoreError>;
    /// A person's own, by plugin and age.
    async fn list_connections(&self, user: UserId) -> Result<Vec<Connection>, StoreError>;
    /// What a person's calls of a plugin may be meant to use, broken or not: first what was chosen for the conversation, then
    /// their own, the newest first, then the developer's.
    async fn list_candidates(
        &self,
        user: UserId,
        plugin: PluginId,
        conversation: ConversationId,
    ) -> Result<Vec<SealedConnection>, StoreError>;
    /// What the developer gave for everybody.
    async fn list_service_connections(&self, plugin: PluginId) -> Result<Vec<Connection>, StoreError>;
    /// The connections that an end would take along, the newest first and no more than so many.
    async fn list_ending(&self, ending: Ending<'_>, limit: u32) -> Result<Vec<SealedConnection>, StoreError>;
    /// Forgets a developer's key or client for a scheme. What people connected with the client stays, as broken.
    async fn remove_given(&self, plugin: PluginId, scheme: &str) -> Result<(), StoreError>;
    /// Takes the right to renew a secret, unless somebody has it or has used it already.
    async fn claim_renewal(
        &self,
        id: ConnectionId,
        generation: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Stores what a renewal brought; nothing where the connection has had another secret meanwhile.
    async fn renew(&self, id: ConnectionId, generation: u32, renewal: &Renewal) -> Result<bool, StoreError>;
    /// Gives the right back; `is_broken` where the secret can never be renewed.
    async fn release_renewal(&self, id: ConnectionId, generation: u32, is_broken: bool) -> Result<(), StoreError>;
    async fn record_connection_use(&self, id: ConnectionId, at: Timestamp) -> Result<(), StoreError>;
    async fn remove_connection(&self, id: ConnectionId) -> Result<(), StoreError>;
    /// Uses a connection in a conversation rather than the newest one of its scheme.
    async fn choose_connection(&self, conversation: ConversationId, id: ConnectionId) -> Result<(), StoreError>;
    async fn add_authorization(&self, state: &TokenDigest, pending: &PendingAuthorization) -> Result<(), StoreError>;
    /// Takes a pending authorization, which nobody can take again.
    async fn take_authorization(
        &self,
        state: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<PendingAuthorization>, StoreError>;
    /// The state of the only one that a session has open at a plugin.
    async fn only_authorization(
        &self,
        session: &str,
        plugin: PluginId,
        now: Timestamp,
    ) -> Result<Option<TokenDigest>, StoreError>;
    /// Keeps a developer's last rehearsal of their plugin's sign-in.
    async fn set_rehearsal(&self, plugin: PluginId, rehearsal: &Rehearsal) -> Result<(), StoreError>;
    async fn lookup_rehearsal(&self, plugin: PluginId) -> Result<Option<Rehearsal>, StoreError>;
    /// Some sealed values that another key than this one opens.
    async fn list_sealed_otherwise(&self, key: &str, limit: u32) -> Result<Vec<SealedPlace>, StoreError>;
    /// Puts a value that was sealed anew in its place, unless it has changed meanwhile.
    async fn reseal(&self, place: &SealedPlace, secret: &Sealed) -> Result<bool, StoreError>;
    /// Removes the row of a value that nobody can open.
    async fn remove_sealed(&self, place: &SealedPlace) -> Result<bool, StoreError>;
}

/// Why a credential was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    #[error("{0}")]
    Refused(String),
    #[error("the developer of the plugin has not registered a client at its server yet")]
    NoClient,
    #[error("the secrets cannot be opened: {0}")]
    Keys(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A client as its developer registers it.
#[derive(Clone)]
pub struct ClientRegistration {
    pub client_id: String,
    /// Absent where the earlier one stays.
    pub client_secret: Option<String>,
    pub auth: ClientAuth,
    pub accepts_no_state: bool,
}

/// What came back from a plugin's server through a browser.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    pub code: Option<String>,
    pub state: Option<String>,
    pub iss: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

/// What an authorization came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    pub connection: ConnectionId,
    /// Whether the person develops the plugin.
    pub is_rehearsed: bool,
    pub conversation: Option<ConversationId>,
}

/// Takes credentials and gives them to calls; nobody ever reads one.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// Whether a call can say who is calling.
    async fn check(
        &self,
        user: UserId,
        conversation: ConversationId,
        call: &PlannedCall,
    ) -> Result<Readiness, StoreError>;
    /// The connections that a call would use, as things stand; none where it needs none or lacks one.
    async fn used_by(
        &self,
        user: UserId,
        conversation: ConversationId,
        call: &PlannedCall,
    ) -> Result<Vec<Connection>, StoreError>;
    async fn lookup_client(&self, plugin: PluginId, scheme: &str) -> Result<Option<OAuthClient>, StoreError>;
    async fn register_client(&self, wanted: &Wanted, registration: ClientRegistration) -> Result<(), CredentialError>;
    /// Takes the developer's key for everybody, in place of an earlier one.
    async fn set_service_key(&self, wanted: &Wanted, key: &str) -> Result<(), CredentialError>;
    /// Forgets the developer's key or client for a scheme, and gives up the tokens that came of it. People who connected with
    /// the client are asked to connect again.
    async fn forget_given(&self, plugin: PluginId, scheme: &str) -> Result<(), CredentialError>;
    /// Takes a person's key, or `name:password`.
    async fn add_key(&self, wanted: &Wanted, key: &str, label: &str) -> Result<ConnectionId, CredentialError>;
    /// Where to send a person's browser. `redirect` is this server's address for the answer.
    async fn begin_authorization(
        &self,
        wanted: &Wanted,
        session: &TokenDigest,
        redirect: &str,
    ) -> Result<Url, CredentialError>;
    /// Takes an answer that came to the same person's session, while they have the same version.
    async fn complete_authorization(
        &self,
        user: UserId,
        session: &TokenDigest,
        plugin: PluginId,
        version: &VersionDigest,
        callback: Callback,
    ) -> Result<Connected, CredentialError>;
    async fn list_connections(&self, user: UserId) -> Result<Vec<Connection>, StoreError>;
    async fn list_service_connections(&self, plugin: PluginId) -> Result<Vec<Connection>, StoreError>;
    /// What a developer's last sign-in at their plugin came to, step by step.
    async fn lookup_rehearsal(&self, plugin: PluginId) -> Result<Option<Rehearsal>, StoreError>;
    /// Renews a developer's own connection, so that each step is written down.
    async fn rehearse_renewal(&self, user: UserId, connection: ConnectionId) -> Result<(), CredentialError>;
    /// Uses a person's own connection in a conversation of theirs.
    async fn choose(
        &self,
        user: UserId,
        conversation: ConversationId,
        connection: ConnectionId,
    ) -> Result<(), StoreError>;
    /// Forgets a person's own connection, and tells the plugin's server where that takes such words. Says whether it did.
    async fn disconnect(&self, user: UserId, connection: ConnectionId) -> Result<bool, CredentialError>;
    /// Takes note of the tokens that an end would take along; once it has come, waiting for the answer tells the plugins'
    /// servers where they take such words.
    async fn farewell(&self, ending: Ending<'_>) -> Farewell;
}
