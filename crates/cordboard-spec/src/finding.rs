//! What is wrong with a document: where, how bad, and what to do.

use std::fmt;

use serde::Serialize;

use crate::pointer::Pointer;
use crate::source::{Position, Source};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The part cannot be used.
    Error,
    /// It works, but not as its author meant, or other hosts will object.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing that is wrong in one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable, in kebab case: `missing-operation-id`.
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    /// The document's name.
    pub document: String,
    /// JSON pointer into the document.
    pub pointer: String,
    /// Where that is in the text, if it can be found.
    pub position: Option<Position>,
}

impl Finding {
    /// A finding at a place of a document.
    pub fn at(
        source: &Source,
        pointer: &Pointer,
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            document: source.name.clone(),
            pointer: pointer.as_str().to_owned(),
            position: source.locate(pointer),
        }
    }
}

impl Finding {
    /// What is wrong with a document that only looks like JSON, if anything.
    pub fn of_json(source: &Source) -> Option<Self> {
        let fault = source.json_fault.as_ref()?;
        Some(Self {
            code: "invalid-json",
            severity: Severity::Warning,
            message: format!("this is not valid JSON: {}", fault.problem),
            document: source.name.clone(),
            pointer: String::new(),
            position: Some(fault.position),
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.document)?;
        if let Some(position) = self.position {
            write!(formatter, ":{position}")?;
        }
        write!(formatter, ": {}: {} [{}]", self.severity, self.message, self.code)
    }
}
