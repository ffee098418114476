//! Plugins as they are installed: an origin, and immutable versions of what it published.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{PluginId, UserId};
use crate::time::Timestamp;

/// SHA-256 over what a plugin published, in lower-case hexadecimal; the order of keys and the way of writing do not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VersionDigest(String);

impl VersionDigest {
    /// The digest of a version in its canonical form (`cordboard_spec::version`).
    pub fn of(canonical: &[u8]) -> Self {
        Self(hex(&Sha256::digest(canonical)))
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
    pub facts: Facts,
    pub documents: PluginDocuments,
    pub fetched_at: Timestamp,
}

/// What lists show of a version without compiling it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub name_for_model: String,
    pub name_for_human: String,
    pub description_for_human: String,
    pub logo_url: Option<String>,
    /// `none`, `service_http`, `user_http` or `oauth`.
    pub auth: String,
    /// Operations that only read, and operations that may change something.
    pub reads: u32,
    pub writes: u32,
    /// Tokens (`o200k_base`) that the plugin takes of each turn, shown whole as TypeScript.
    pub tokens: u32,
    /// The origins that calls go to.
    pub hosts: Vec<String>,
}

/// A plugin as its developer registered it. People know it by its origin (`https://hotels.example`), which several
/// developers may register; at most one registration of an origin is in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plugin {
    pub id: PluginId,
    pub developer: UserId,
    pub origin: String,
    /// Of the current version.
    pub facts: Facts,
    pub standing: Standing,
    pub category: Option<Category>,
    /// The version that was fetched last.
    pub current: VersionDigest,
    /// The version that reviewers approved last.
    pub approved: Option<VersionDigest>,
    /// What the developer publishes to prove that the domain is theirs.
    pub verification_token: String,
    /// When the token was last found in the manifest.
    pub verified_at: Option<Timestamp>,
    /// Whether reviewers let changes pass that have no effect on calls or on what models and people read.
    pub cosmetic_changes_pass: bool,
    pub created_at: Timestamp,
}

/// Where a plugin stands between its developer and everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its developer and the people it is shared with have it.
    Unverified,
    /// Put before reviewers.
    InReview,
    /// In the store.
    Approved,
    /// Was in the store until it changed; whoever has it keeps the approved version.
    Changed,
    /// Nobody may use it.
    Banned,
}

/// What moves a plugin from one standing to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingStep {
    Submit,
    Withdraw,
    Approve,
    Reject,
    /// A new version that reviewers have not seen.
    Change,
    Ban,
    Unban,
}

/// A step that the plugin's standing does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a plugin that is {standing} cannot take this step")]
pub struct InvalidStanding {
    standing: &'static str,
}

impl Standing {
    /// All standings.
    pub const ALL: [Self; 5] = [Self::Unverified, Self::InReview, Self::Approved, Self::Changed, Self::Banned];

    /// The word under which the standing is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::InReview => "in_review",
            Self::Approved => "approved",
            Self::Changed => "changed",
            Self::Banned => "banned",
        }
    }

    /// The standing with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == name)
    }

    /// The only way from one standing to the next. `was_approved` tells whether any version ever was.
    pub fn step(self, step: StandingStep, was_approved: bool) -> Result<Self, InvalidStanding> {
        let outside = if was_approved { Self::Changed } else { Self::Unverified };
        match (self, step) {
            (Self::Unverified | Self::Changed, StandingStep::Submit) => Ok(Self::InReview),
            (Self::InReview, StandingStep::Withdraw | StandingStep::Reject | StandingStep::Change)
            | (Self::Banned, StandingStep::Unban) => Ok(outside),
            (Self::InReview, StandingStep::Approve) => Ok(Self::Approved),
            (Self::Approved, StandingStep::Change) => Ok(Self::Changed),
            (Self::Unverified | Self::Changed, StandingStep::Change) => Ok(self),
            (Self::Banned, StandingStep::Change)
            | (Self::Unverified | Self::InReview | Self::Approved | Self::Changed, StandingStep::Ban) => {
                Ok(Self::Banned)
            }
            (standing, _) => Err(InvalidStanding { standing: standing.as_str() }),
        }
    }
}

/// A shelf of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Travel,
    Food,
    Shopping,
    Money,
    Productivity,
    Knowledge,
    News,
    Learning,
    Health,
    Entertainment,
    Sport,
    Development,
    Data,
    Other,
}

impl Category {
    /// All categories, as the store lists them.
    pub const ALL: [Self; 14] = [
        Self::Travel,
        Self::Food,
        Self::Shopping,
        Self::Money,
        Self::Productivity,
        Self::Knowledge,
        Self::News,
        Self::Learning,
        Self::Health,
        Self::Entertainment,
        Self::Sport,
        Self::Development,
        Self::Data,
        Self::Other,
    ];

    /// The word under which the category is stored and addressed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Travel => "travel",
            Self::Food => "food",
            Self::Shopping => "shopping",
            Self::Money => "money",
            Self::Productivity => "productivity",
            Self::Knowledge => "knowledge",
            Self::News => "news",
            Self::Learning => "learning",
            Self::Health => "health",
            Self::Entertainment => "entertainment",
            Self::Sport => "sport",
            Self::Development => "development",
            Self::Data => "data",
            Self::Other => "other",
        }
    }

    /// The category with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }
}

/// How much a change from one version to another matters, from the least. `cordboard_spec::version::kind` says which kind
/// of change is in which class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// No effect on calls or on what models and people read.
    Cosmetic,
    /// What models and people read: descriptions, contacts.
    Wording,
    /// How operations are called.
    Contract,
    /// It removes a confirmation, can do more, asks for more, sends it elsewhere, or looks like another plugin.
    Raised,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_is_reached_through_review_alone() {
        let steps = [
            StandingStep::Submit,
            StandingStep::Withdraw,
            StandingStep::Approve,
            StandingStep::Reject,
            StandingStep::Change,
            StandingStep::Ban,
            StandingStep::Unban,
        ];
        for standing in Standing::ALL {
            for step in steps {
                for was_approved in [false, true] {
                    if standing.step(step, was_approved) == Ok(Standing::Approved) {
                        assert_eq!((standing, step), (Standing::InReview, StandingStep::Approve));
                    }
                }
            }
        }
    }

    #[test]
    fn a_change_takes_a_plugin_out_of_the_store_and_out_of_review() {
        assert_eq!(Standing::Approved.step(StandingStep::Change, true), Ok(Standing::Changed));
        assert_eq!(Standing::InReview.step(StandingStep::Change, false), Ok(Standing::Unverified));
        assert_eq!(Standing::InReview.step(StandingStep::Reject, true), Ok(Standing::Changed));
        assert_eq!(Standing::Banned.step(StandingStep::Unban, false), Ok(Standing::Unverified));
        assert!(Standing::Banned.step(StandingStep::Submit, true).is_err());
    }
}
