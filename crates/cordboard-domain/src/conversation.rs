//! Conversations and which plugins are active in them.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, ModelId, PluginId, UserId};
use crate::plugin::VersionDigest;
use crate::time::Timestamp;

/// A conversation as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    /// Whose it is; nobody else ever sees it.
    pub user: UserId,
    /// The beginning of its first message, or what its person called it; empty before that.
    pub title: String,
    pub model: ModelId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Since when it is out of the way, if it is.
    pub archived_at: Option<Timestamp>,
}

impl Conversation {
    /// One in which nothing was said yet.
    pub fn empty(id: ConversationId, user: UserId, model: ModelId, now: Timestamp) -> Self {
        Self { id, user, title: String::new(), model, created_at: now, updated_at: now, archived_at: None }
    }
}

/// A plugin that a person switched on in a conversation, pinned to the version they saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    pub plugin: PluginId,
    pub version: VersionDigest,
}

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 200;

/// Whether a conversation can be called so.
pub fn is_title(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST_TITLE
}

/// A title from a first message: one line of at most 60 characters, cut at a word.
pub fn title_from(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 60 {
        return line;
    }
    let cut: String = line.chars().take(60).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}
