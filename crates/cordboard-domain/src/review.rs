//! What developers put before reviewers, the evidence, and what was decided.

use serde::{Deserialize, Serialize};

use crate::id::{ModelId, PluginId, SubmissionId, UserId};
use crate::plugin::{Category, VersionDigest};
use crate::time::Timestamp;

/// The least requests that must call a submitted plugin.
pub const LEAST_MUST_CALL: usize = 5;
/// The least requests that must not call it.
pub const LEAST_MUST_NOT_CALL: usize = 3;
/// The most requests of either kind.
pub const MOST_REQUESTS: usize = 20;
/// The longest request, in characters.
pub const LONGEST_REQUEST: usize = 500;

/// Requests in people's words that show when a plugin is meant to be called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRequests {
    pub must_call: Vec<String>,
    pub must_not_call: Vec<String>,
}

/// Why requests cannot be put before reviewers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequests {
    #[error("give at least {LEAST_MUST_CALL} requests that must call the plugin, one per line; there are {0}")]
    FewMustCall(usize),
    #[error("give at least {LEAST_MUST_NOT_CALL} requests that must not call the plugin, one per line; there are {0}")]
    FewMustNotCall(usize),
    #[error("give at most {MOST_REQUESTS} requests of each kind")]
    TooMany,
    #[error("a request has at most {LONGEST_REQUEST} characters: “{0}…”")]
    TooLong(String),
    #[error("the request “{0}” stands there twice")]
    Twice(String),
}

impl SampleRequests {
    /// Requests from texts with one request per line.
    pub fn from_lines(must_call: &str, must_not_call: &str) -> Result<Self, InvalidRequests> {
        let lines = |text: &str| -> Vec<String> {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        Self { must_call: lines(must_call), must_not_call: lines(must_not_call) }.check()
    }

    /// The requests if there are enough of each kind, none twice and none too long.
    pub fn check(self) -> Result<Self, InvalidRequests> {
        if self.must_call.len() < LEAST_MUST_CALL {
            return Err(InvalidRequests::FewMustCall(self.must_call.len()));
        }
        if self.must_not_call.len() < LEAST_MUST_NOT_CALL {
            return Err(InvalidRequests::FewMustNotCall(self.must_not_call.len()));
        }
        if self.must_call.len() > MOST_REQUESTS || self.must_not_call.len() > MOST_REQUESTS {
            return Err(InvalidRequests::TooMany);
        }
        let mut seen = std::collections::HashSet::new();
        for text in self.must_call.iter().chain(&self.must_not_call) {
            if text.chars().count() > LONGEST_REQUEST {
                return Err(InvalidRequests::TooLong(text.chars().take(40).collect()));
            }
            if !seen.insert(text.to_lowercase()) {
                return Err(InvalidRequests::Twice(text.clone()));
            }
        }
        Ok(self)
    }
}

/// A version put before reviewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    pub id: SubmissionId,
    pub plugin: PluginId,
    pub version: VersionDigest,
    pub category: Category,
    pub requests: SampleRequests,
    pub submitted_by: UserId,
    pub submitted_at: Timestamp,
    pub state: SubmissionState,
    /// What the requests came to; absent until they were run.
    pub evidence: Option<Evidence>,
    /// Until when some server means to be running them.
    #[serde(default, skip_serializing)]
    pub runs_until: Option<Timestamp>,
}

impl Submission {
    /// Whether the requests are being run.
    pub fn is_running(&self, now: Timestamp) -> bool {
        self.runs_until.is_some_and(|until| until > now)
    }

    /// How many requests were run, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let total = self.requests.must_call.len() + self.requests.must_not_call.len();
        (self.evidence.as_ref().map_or(0, |evidence| evidence.requests.len()), total)
    }

    /// Whether requests are left to run, and nobody runs them.
    pub fn is_interrupted(&self, now: Timestamp) -> bool {
        let (done, total) = self.progress();
        self.state == SubmissionState::Pending && done < total && !self.is_running(now)
    }
}

/// Where a submission stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum SubmissionState {
    Pending,
    Approved(Ruling),
    Rejected(Ruling),
    /// By its developer, or because the plugin changed meanwhile.
    Withdrawn,
}

impl SubmissionState {
    /// The word under which the state is stored.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved(_) => "approved",
            Self::Rejected(_) => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who decided, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    pub by: UserId,
    pub at: Timestamp,
    pub reason: String,
}

/// What a model did with a submission's requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub model: ModelId,
    pub ran_at: Timestamp,
    pub requests: Vec<RequestEvidence>,
}

impl Evidence {
    /// How many requests went as they must, and how many there are.
    pub fn score(&self) -> (usize, usize) {
        (self.requests.iter().filter(|each| each.is_right()).count(), self.requests.len())
    }
}

/// What a model did with one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestEvidence {
    pub text: String,
    pub must_call: bool,
    /// The calls that the model asked for, as `operation {arguments}`; nothing was sent.
    pub calls: Vec<String>,
    /// Why it could not be found out.
    pub problem: Option<String>,
}

impl RequestEvidence {
    /// Whether the model did what the developer said it must.
    pub fn is_right(&self) -> bool {
        self.problem.is_none() && self.must_call != self.calls.is_empty()
    }
}

/// One line of a plugin's history with reviewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewEntry {
    pub version: VersionDigest,
    pub action: ReviewAction,
    /// Absent where the host acted by itself.
    pub by: Option<UserId>,
    pub reason: String,
    pub at: Timestamp,
}

/// What happened to a plugin between its developer and reviewers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewAction {
    Submitted,
    Withdrawn,
    Approved,
    Rejected,
    /// A new version took it out of the store.
    Delisted,
    /// A new version passed by the rule for cosmetic changes.
    Passed,
    Banned,
    Unbanned,
}

impl ReviewAction {
    const ALL: [Self; 8] = [
        Self::Submitted,
        Self::Withdrawn,
        Self::Approved,
        Self::Rejected,
        Self::Delisted,
        Self::Passed,
        Self::Banned,
        Self::Unbanned,
    ];

    /// The word under which the action is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Withdrawn => "withdrawn",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Delisted => "delisted",
            Self::Passed => "passed",
            Self::Banned => "banned",
            Self::Unbanned => "unbanned",
        }
    }

    /// The action with this name.
    pub fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_must_be_enough_and_different() {
        let five = "a\nb\n\n c \nd\ne";
        let check = |must: &str, must_not: &str| SampleRequests::from_lines(must, must_not);
        assert_eq!(check(five, "x\ny\nz").unwrap().must_call[2], "c");
        assert_eq!(check("a", "x\ny\nz"), Err(InvalidRequests::FewMustCall(1)));
        assert_eq!(check(five, "x"), Err(InvalidRequests::FewMustNotCall(1)));
        assert_eq!(check(five, "x\ny\nA"), Err(InvalidRequests::Twice("A".to_owned())));
        assert!(matches!(check(five, &format!("x\ny\n{}", "z".repeat(501))), Err(InvalidRequests::TooLong(_))));
    }
}
