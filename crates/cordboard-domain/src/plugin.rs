//! Plugins as they are installed: an origin, and immutable versions of what it published.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::PluginId;
use crate::time::Timestamp;

/// SHA-256 over everything a plugin published, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionDigest(String);

impl VersionDigest {
    /// The digest of a manifest, a spec and what the spec refers to, each with the address it came from. Why a document
    /// could not be had is no part of it.
    pub fn of(documents: &PluginDocuments) -> Self {
        let own = [&documents.manifest_url, &documents.manifest_text, &documents.spec_url, &documents.spec_text];
        let others = documents.others.iter().flat_map(|other| [&other.url, &other.text]);
        let parts = own.into_iter().chain(others);
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hex(&hasher.finalize()))
    }

    /// A digest that was stored earlier.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The digest as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a plugin published, exactly as fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginDocuments {
    /// Of an API without a manifest, the address of its description.
    pub manifest_url: String,
    /// Empty for an API without a manifest.
    pub manifest_text: String,
    pub spec_url: String,
    pub spec_text: String,
    /// Documents that the spec refers to.
    pub others: Vec<OtherDocument>,
}

/// A document that a spec refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherDocument {
    pub url: String,
    /// Empty where it could not be had.
    pub text: String,
    /// Why it could not be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// One immutable state of a plugin. Conversations pin a version; a change is a new version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginVersion {
    pub plugin: PluginId,
    pub digest: VersionDigest,
    pub documents: PluginDocuments,
    pub fetched_at: Timestamp,
}

/// A plugin as lists show it. Its identity is its origin (`https://hotels.example`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalledPlugin {
    pub id: PluginId,
    pub origin: String,
    pub name_for_model: String,
    pub name_for_human: String,
    pub description_for_human: String,
    /// The version that new conversations get.
    pub current: VersionDigest,
}
