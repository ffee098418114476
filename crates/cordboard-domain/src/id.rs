//! Identifiers as distinct types, so that a turn's id can never be passed for a call's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::{Clock, Entropy};

/// A text that is no valid identifier of the wanted kind.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not a valid {kind} id")]
pub struct InvalidId {
    kind: &'static str,
    text: String,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id that sorts by time of creation (UUID version 7).
            pub fn generate(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
                let mut random = [0; 10];
                entropy.fill(&mut random);
                let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The id as a UUID, for headers that want one.
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { kind: $kind, text: text.to_owned() })
            }
        }
    };
}

uuid_id!(
    /// A call that a model asked for.
    CallId, "call"
);
uuid_id!(
    /// A conversation.
    ConversationId, "conversation"
);
uuid_id!(
    /// A question put to a person before a call leaves.
    ConfirmationId, "confirmation"
);
uuid_id!(
    /// An installed plugin.
    PluginId, "plugin"
);
uuid_id!(
    /// One user message and all that follows from it.
    TurnId, "turn"
);
uuid_id!(
    /// A person with an account.
    UserId, "user"
);
uuid_id!(
    /// A personal access token.
    AccessTokenId, "access token"
);
uuid_id!(
    /// A credential that somebody gave for a plugin.
    ConnectionId, "connection"
);
uuid_id!(
    /// A link by which a developer shares a plugin.
    ShareLinkId, "share link"
);
uuid_id!(
    /// A plugin's version put before reviewers.
    SubmissionId, "submission"
);

/// The name under which the operator configured a chat model, such as `embedded` or `gpt-4o`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub String);

impl fmt::Display for ModelId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
