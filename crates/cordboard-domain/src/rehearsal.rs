//! A developer's own sign-in at their plugin, step by step, with every secret masked.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What was asked or answered in one half of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// `POST https://id.example/token`, or `200`.
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsalStep {
    pub title: String,
    pub succeeded: bool,
    pub sent: Option<Half>,
    pub received: Option<Half>,
    /// What is probably wrong and what to do; empty where nothing is.
    pub causes: Vec<String>,
}

/// The last sign-in or refresh that a developer tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    pub scheme: String,
    pub began_at: Timestamp,
    pub steps: Vec<RehearsalStep>,
}
