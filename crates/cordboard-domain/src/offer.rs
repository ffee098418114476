//! What of the active plugins a model was shown when it was asked.

use serde::{Deserialize, Serialize};

use crate::id::PluginId;
use crate::plugin::VersionDigest;

/// How a plugin's operations are put before a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Showing {
    /// Every operation with its arguments.
    Whole,
    /// One line per operation.
    Index,
    /// How many operations there are on each subject.
    Summary,
}

impl Showing {
    /// The next way that takes less of the window.
    #[must_use]
    pub fn smaller(self) -> Self {
        match self {
            Self::Whole => Self::Index,
            Self::Index | Self::Summary => Self::Summary,
        }
    }
}

/// The plugins before a model, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The most that they may take together, in tokens.
    pub limit: usize,
    pub plugins: Vec<OfferedPlugin>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedPlugin {
    pub plugin: PluginId,
    pub version: VersionDigest,
    /// What its tools' names begin with in the conversation.
    pub namespace: String,
    pub showing: Showing,
    /// What it takes of the window.
    pub tokens: usize,
}
