//! Plugins as they are installed: an origin, and immutable versions of what it published.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::id::{PluginId, UserId};
use crate::origin::{NamedBy, is_below};
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

/// How the host came by the documents of a version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSource {
    /// The host fetched them from the addresses that they have.
    Fetched,
    /// A person gave them as text; their addresses are a claim.
    #[default]
    Pasted,
}

impl DocumentSource {
    /// The word under which it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fetched => "fetched",
            Self::Pasted => "pasted",
        }
    }

    /// The source with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        [Self::Fetched, Self::Pasted].into_iter().find(|source| source.as_str() == name)
    }
}

/// What a plugin published, exactly as fetched or pasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginDocuments {
    #[serde(default)]
    pub source: DocumentSource,
    /// Of an API without a manifest, the address of its description.
    pub manifest_url: String,
    /// Empty for an API without a manifest.
    pub manifest_text: String,
    pub spec_url: String,
    pub spec_text: String,
    /// Documents that the spec refers to.
    pub others: Vec<OtherDocument>,
}

impl PluginDocuments {
    /// Where the plugin lives: the address from which the host fetched its manifest, or its description where it has no
    /// manifest. A pasted text shows nothing of where its plugin lives.
    pub fn home(&self) -> Option<Url> {
        match self.source {
            DocumentSource::Fetched => Url::parse(&self.manifest_url).ok(),
            DocumentSource::Pasted => None,
        }
    }

    /// On whose word the addresses in these documents are fetched.
    pub fn named_by(&self) -> NamedBy {
        let address = Url::parse(&self.manifest_url).ok();
        match self.source {
            DocumentSource::Fetched => NamedBy::home(address),
            DocumentSource::Pasted => NamedBy::Pasted(address),
        }
    }
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
    /// The origin of the API description; absent in old records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description_origin: Option<String>,
    /// Whether its documents were pasted, so that every address in them is a claim.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_pasted: bool,
}

/// Which origins the host found to be the developer's, when it last looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// When the plugin's own origin published the token; absent where it did not.
    pub verified_at: Option<Timestamp>,
    /// Every origin that published it.
    pub origins: Vec<String>,
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
    /// When the host last found the token at the plugin's own origin.
    pub verified_at: Option<Timestamp>,
    /// The origins at which it found the token then.
    pub verified_origins: Vec<String>,
    /// Whether reviewers let changes pass that have no effect on calls or on what models and people read.
    pub cosmetic_changes_pass: bool,
    pub created_at: Timestamp,
}

impl Plugin {
    /// The origins on other hosts than the plugin's own to which a version leads people's data: where its calls go and
    /// where its description comes from, unless the host found them to be the developer's too.
    ///
    /// A host below the plugin's own counts as its own.
    pub fn other_hosts(&self, facts: &Facts) -> Vec<String> {
        other_hosts(&self.origin, &self.verified_origins, facts)
    }
}

/// The origins of a version that are neither on a host of `origin` nor among `verified`.
pub fn other_hosts(origin: &str, verified: &[String], facts: &Facts) -> Vec<String> {
    let root = Url::parse(origin).ok();
    let is_own = |other: &str| {
        let is_below = |root: &Url| Url::parse(other).is_ok_and(|url| is_below(&url, root));
        root.as_ref().is_some_and(is_below) || verified.iter().any(|each| each == other)
    };
    let mut others: Vec<String> =
        facts.hosts.iter().chain(&facts.description_origin).filter(|each| !is_own(each)).cloned().collect();
    others.sort();
    others.dedup();
    others
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
    fn an_origin_on_another_host_is_named_unless_it_is_verified() {
        let facts = Facts {
            hosts: ["https://api.shop.example", "https://shop.example", "https://evil.example", "https://cdn.example"]
                .map(str::to_owned)
                .to_vec(),
            description_origin: Some("https://docs.example".to_owned()),
            ..Facts::default()
        };
        let verified = ["https://cdn.example".to_owned()];
        let others = other_hosts("https://www.shop.example", &verified, &facts);
        assert_eq!(others, ["https://docs.example", "https://evil.example"]);
        assert_eq!(other_hosts("https://shop.example/openapi.yaml", &[], &facts).len(), 3);
    }

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
