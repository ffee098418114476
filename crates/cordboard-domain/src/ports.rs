//! What the turn engine needs from the rest of the world, as traits. Storage and network implement them; tests bring
//! their own.

use async_trait::async_trait;
use url::Url;

use crate::call::{CallContext, CallFailure, PlannedCall, RawResponse, StoredResult};
use crate::conversation::{Activation, Conversation};
use crate::event::{RecordedEvent, TurnEvent};
use crate::id::{CallId, ConversationId, ModelId, PluginId, TurnId, UserId};
use crate::plugin::{InstalledPlugin, PluginVersion, VersionDigest};
use crate::time::Timestamp;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was first; load again and decide anew.
    #[error("something else was stored meanwhile")]
    Conflict,
    #[error("there is no {0}")]
    NotFound(&'static str),
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}

/// The truth about turns: events are appended here before anybody acts on them or sees them.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends `events` to a turn whose last event is number `after`. All or nothing. With 0 the turn is created, which
    /// conflicts with another turn of the conversation that is not over.
    async fn append(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        after: u32,
        at: Timestamp,
        events: &[TurnEvent],
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// All events of a turn in order; empty when there is no such turn in the conversation.
    async fn turn_events(&self, conversation: ConversationId, turn: TurnId) -> Result<Vec<RecordedEvent>, StoreError>;

    /// All events of a conversation after a position, in order of position.
    async fn conversation_events(
        &self,
        conversation: ConversationId,
        after: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Turns that have not finished: running, waiting for a person, or left behind when the host stopped.
    async fn open_turns(&self) -> Result<Vec<(ConversationId, TurnId)>, StoreError>;
}

/// SHA-256 of a secret token; the token itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenDigest(pub String);

/// People, their one-time links and their sessions.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The person who runs this server; created on first use with the id given.
    async fn owner(&self, id_if_new: UserId, now: Timestamp) -> Result<UserId, StoreError>;
    async fn add_sign_in_link(
        &self,
        token: &TokenDigest,
        user: UserId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Uses up a link; `None` when it is unknown, used or expired.
    async fn redeem_sign_in_link(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<UserId>, StoreError>;
    async fn add_session(&self, token: &TokenDigest, user: UserId, expires_at: Timestamp) -> Result<(), StoreError>;
    async fn lookup_session(&self, token: &TokenDigest, now: Timestamp) -> Result<Option<UserId>, StoreError>;
    async fn end_session(&self, token: &TokenDigest) -> Result<(), StoreError>;
}

/// Small values that belong to the installation as a whole.
#[async_trait]
pub trait Settings: Send + Sync {
    async fn lookup_setting(&self, key: &str) -> Result<Option<String>, StoreError>;
    async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError>;
}

/// Conversations and their settings.
#[async_trait]
pub trait Conversations: Send + Sync {
    async fn create_conversation(&self, conversation: &Conversation) -> Result<(), StoreError>;
    async fn get_conversation(&self, id: ConversationId) -> Result<Conversation, StoreError>;
    /// Newest first.
    async fn list_conversations(&self) -> Result<Vec<Conversation>, StoreError>;
    async fn set_model(&self, id: ConversationId, model: &ModelId) -> Result<(), StoreError>;
    async fn set_title(&self, id: ConversationId, title: &str) -> Result<(), StoreError>;
    async fn list_activations(&self, id: ConversationId) -> Result<Vec<Activation>, StoreError>;
    async fn activate(&self, id: ConversationId, activation: &Activation) -> Result<(), StoreError>;
    async fn deactivate(&self, id: ConversationId, plugin: PluginId) -> Result<(), StoreError>;
}

/// Installed plugins and every version that was ever pinned.
#[async_trait]
pub trait PluginShelf: Send + Sync {
    /// Adds a version and makes it the plugin's current one.
    async fn install(&self, plugin: &InstalledPlugin, version: &PluginVersion) -> Result<(), StoreError>;
    /// By name.
    async fn list_plugins(&self) -> Result<Vec<InstalledPlugin>, StoreError>;
    async fn lookup_plugin_by_origin(&self, origin: &str) -> Result<Option<InstalledPlugin>, StoreError>;
    async fn get_plugin(&self, id: PluginId) -> Result<InstalledPlugin, StoreError>;
    async fn get_version(&self, digest: &VersionDigest) -> Result<PluginVersion, StoreError>;
    /// Takes the plugin away from people; its versions stay, because stored turns refer to them.
    async fn uninstall(&self, id: PluginId) -> Result<(), StoreError>;
}

/// Results that are kept whole beside the journal, newest first to stay: an implementation bounds their number and size.
#[async_trait]
pub trait Results: Send + Sync {
    /// Keeps a result and gives its number, which counts from 1 within the conversation.
    async fn keep_result(
        &self,
        conversation: ConversationId,
        call: CallId,
        result: &StoredResult,
    ) -> Result<u32, StoreError>;
    /// `None` when there never was one with this number or when it had to make room.
    async fn lookup_result(
        &self,
        conversation: ConversationId,
        number: u32,
    ) -> Result<Option<StoredResult>, StoreError>;
}

/// Places one call. The implementation adds credentials and the host's headers and enforces its limits.
#[async_trait]
pub trait Dispatch: Send + Sync {
    async fn dispatch(&self, call: &PlannedCall, context: &CallContext) -> Result<RawResponse, CallFailure>;
}

/// A document as fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// Where it came from after redirects.
    pub url: String,
    pub content_type: String,
    pub text: String,
}

/// Why a document could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{url} is not an address that Cordboard may fetch: {reason}")]
    Refused { url: String, reason: String },
    #[error("nothing answers at {url} ({reason}); start the plugin or correct its address")]
    Unreachable { url: String, reason: String },
    #[error("{url} did not answer within {seconds} s")]
    TimedOut { url: String, seconds: u64 },
    #[error("{url} answered {status}")]
    Status { url: String, status: u16 },
    #[error("{url} sent more than {limit} bytes")]
    TooLarge { url: String, limit: u64 },
    #[error("the answer of {url} broke off: {reason}")]
    Broken { url: String, reason: String },
}

/// Fetches manifests and specs.
#[async_trait]
pub trait FetchDocument: Send + Sync {
    /// `named_by` is the document that names the address, if no person does: it may not lead to an origin that is there
    /// for another plugin.
    async fn fetch(&self, url: &str, named_by: Option<&Url>) -> Result<FetchedDocument, FetchError>;
}

/// A picture as fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedImage {
    /// One of PNG, JPEG, WebP, GIF and AVIF, told by its first bytes.
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Fetches pictures that a plugin's result links to.
#[async_trait]
pub trait FetchImage: Send + Sync {
    async fn fetch_image(&self, url: &str) -> Result<FetchedImage, FetchError>;
}
