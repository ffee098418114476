//! Submissions and what became of them.

use async_trait::async_trait;

use super::StoreError;
use crate::id::{PluginId, SubmissionId};
use crate::plugin::{Plugin, Standing, VersionDigest};
use crate::review::{Evidence, ReviewEntry, Submission, SubmissionState};
use crate::time::Timestamp;

/// A step of a plugin's standing, written down with all that belongs to it at once.
#[derive(Debug, Clone)]
pub struct Resolution {
    pub plugin: PluginId,
    /// The standing that the decision was made on; it conflicts when the plugin has another by now, or another version
    /// than `entry` names.
    pub from: Standing,
    pub to: Standing,
    /// The version that is approved from now on.
    pub approved: Option<VersionDigest>,
    /// The rule for cosmetic changes from now on.
    pub cosmetic_changes_pass: Option<bool>,
    /// What becomes of the submission that is pending.
    pub submission: Option<SubmissionState>,
    pub entry: ReviewEntry,
}

/// The way between developers and the store.
#[async_trait]
pub trait Reviews: Send + Sync {
    /// Puts a version before reviewers, together with the step of the plugin's standing.
    async fn submit(&self, submission: &Submission, resolution: &Resolution) -> Result<(), StoreError>;
    /// Moves a plugin, closes its pending submission, and writes the history.
    async fn resolve(&self, resolution: &Resolution) -> Result<(), StoreError>;
    async fn get_submission(&self, id: SubmissionId) -> Result<Submission, StoreError>;
    /// Pending submissions, the oldest first.
    async fn list_pending(&self) -> Result<Vec<Submission>, StoreError>;
    /// Submissions that are pending no more, the newest first.
    async fn list_decided(&self, limit: u32) -> Result<Vec<Submission>, StoreError>;
    /// Banned plugins, by name.
    async fn list_banned(&self) -> Result<Vec<Plugin>, StoreError>;
    /// The last submission of a plugin.
    async fn lookup_last_submission(&self, plugin: PluginId) -> Result<Option<Submission>, StoreError>;
    /// Takes it upon the caller to run a pending submission's requests until some time; `false` when it is decided, or
    /// when somebody else runs them at `now`.
    async fn claim_evidence(&self, id: SubmissionId, now: Timestamp, until: Timestamp) -> Result<bool, StoreError>;
    /// Keeps what was found out, and until when the caller goes on; `false` when the submission is pending no more.
    async fn set_evidence(&self, id: SubmissionId, evidence: &Evidence, until: Timestamp) -> Result<bool, StoreError>;
    /// The oldest first.
    async fn review_history(&self, plugin: PluginId) -> Result<Vec<ReviewEntry>, StoreError>;
}
