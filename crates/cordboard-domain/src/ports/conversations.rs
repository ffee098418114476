//! Conversations, their turns, and results that are kept beside them.

use async_trait::async_trait;

use super::StoreError;
use crate::call::StoredResult;
use crate::conversation::{Activation, Conversation};
use crate::event::{RecordedEvent, TurnEvent};
use crate::id::{CallId, ConversationId, ModelId, PluginId, TurnId, UserId};
use crate::time::Timestamp;

/// Who works on a turn, and until when nobody else may take it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnClaim {
    /// The server's own name for itself, new at each start.
    pub holder: String,
    pub until: Timestamp,
}

/// The truth about turns: events are appended here before anybody acts on them or sees them.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Appends `events` to a turn whose last event is number `after`. All or nothing. With 0 the turn is created, which
    /// conflicts with another turn of the conversation that is not over. From then on somebody has to work on the turn:
    /// `claim`'s holder, unless another one's claim still holds.
    async fn append(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        after: u32,
        at: Timestamp,
        claim: &TurnClaim,
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

    /// The same without what the model saw, which is long and which no chat shows: of `ModelAsked` only the round is there.
    async fn shown_events(&self, conversation: ConversationId, after: u64) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Takes over turns that need somebody who works on them and have nobody: their claim has run out by `now`.
    async fn take_over(&self, claim: &TurnClaim, now: Timestamp) -> Result<Vec<(ConversationId, TurnId)>, StoreError>;

    /// A person's turns that are not over.
    async fn list_open_turns(&self, user: UserId) -> Result<Vec<(ConversationId, TurnId)>, StoreError>;

    /// Takes a turn or prolongs its claim; `false` when the turn is over or somebody else's claim holds at `now`.
    async fn hold(&self, turn: TurnId, claim: &TurnClaim, now: Timestamp) -> Result<bool, StoreError>;

    /// Says that after event number `after` nobody needs to work on the turn; `false` when more has happened meanwhile.
    async fn rest(&self, turn: TurnId, after: u32) -> Result<bool, StoreError>;
}

/// Small values that belong to the installation as a whole.
#[async_trait]
pub trait Settings: Send + Sync {
    /// The value that is there, or else this one from now on.
    async fn setting_or(&self, key: &str, value: &str) -> Result<String, StoreError>;
}

/// Conversations and their settings.
#[async_trait]
pub trait Conversations: Send + Sync {
    async fn create_conversation(&self, conversation: &Conversation) -> Result<(), StoreError>;
    async fn get_conversation(&self, id: ConversationId) -> Result<Conversation, StoreError>;
    /// A person's own conversation; everybody else's is not there.
    async fn lookup_conversation(&self, user: UserId, id: ConversationId) -> Result<Option<Conversation>, StoreError>;
    /// A person's own, newest first.
    async fn list_conversations(&self, user: UserId) -> Result<Vec<Conversation>, StoreError>;
    async fn set_model(&self, id: ConversationId, model: &ModelId) -> Result<(), StoreError>;
    /// A person's own in whose title or in one of whose messages a text stands, newest first.
    async fn find_conversations(&self, user: UserId, text: &str) -> Result<Vec<Conversation>, StoreError>;
    /// Puts a conversation out of the way, or back.
    async fn set_archived(&self, id: ConversationId, at: Option<Timestamp>) -> Result<(), StoreError>;
    async fn set_title(&self, id: ConversationId, title: &str) -> Result<(), StoreError>;
    async fn delete_conversation(&self, id: ConversationId) -> Result<(), StoreError>;
    /// Plugins that are switched on, that the person still has, and that are not banned; by name.
    async fn list_activations(&self, id: ConversationId) -> Result<Vec<Activation>, StoreError>;
    /// Switches a plugin on that the conversation's person has, in the version they accepted; [`StoreError::Full`] where
    /// `most` others are on. Of several that are switched on at once no more get in.
    async fn activate(&self, id: ConversationId, plugin: PluginId, most: usize) -> Result<(), StoreError>;
    async fn deactivate(&self, id: ConversationId, plugin: PluginId) -> Result<(), StoreError>;
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
