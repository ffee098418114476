//! Plugins that people have, and how they came to them.

use serde::{Deserialize, Serialize};

use crate::id::{PluginId, ShareLinkId, UserId};
use crate::plugin::{Facts, Plugin, VersionDigest};
use crate::time::Timestamp;

/// How a person came to a plugin; it decides which versions they are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// They registered it.
    Developer,
    /// Its developer shared it.
    Shared,
    /// From the store: approved versions only.
    Store,
}

impl Provenance {
    /// The word under which the provenance is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Shared => "shared",
            Self::Store => "store",
        }
    }

    /// The provenance with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        [Self::Developer, Self::Shared, Self::Store].into_iter().find(|each| each.as_str() == name)
    }
}

/// A plugin that a person has, pinned to the version they accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    pub plugin: Plugin,
    pub version: VersionDigest,
    /// Of the pinned version.
    pub facts: Facts,
    pub provenance: Provenance,
    pub installed_at: Timestamp,
}

impl Installation {
    /// The version that a person may go over to.
    pub fn offered(&self) -> &VersionDigest {
        match self.provenance {
            Provenance::Developer | Provenance::Shared => &self.plugin.current,
            Provenance::Store => self.plugin.approved.as_ref().unwrap_or(&self.version),
        }
    }

    /// Whether there is a version other than the pinned one.
    pub fn has_update(&self) -> bool {
        *self.offered() != self.version
    }
}

/// A person with whom a developer shared a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub plugin: PluginId,
    pub user: UserId,
    pub name: String,
    pub shared_at: Timestamp,
}

/// A link by which people join those a plugin is shared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLink {
    pub id: ShareLinkId,
    pub plugin: PluginId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}
