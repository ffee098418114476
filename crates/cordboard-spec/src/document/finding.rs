//! What is wrong with a document: where, how bad, and what to do.

use std::fmt;

use serde::Serialize;

use super::bundle::{Bundle, Location};
use super::pointer::Pointer;
use super::source::{Position, Source};

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
    /// Where that is in the text: known after [`locate`], if it can be found.
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
        let (document, pointer) = (source.name.clone(), pointer.as_str().to_owned());
        Self { code, severity, message: message.into(), document, pointer, position: None }
    }

    /// A warning at a place of one of several documents.
    pub(crate) fn warning(bundle: &Bundle, at: &Location, code: &'static str, message: impl Into<String>) -> Self {
        Self::at(bundle.source(at), &at.pointer, Severity::Warning, code, message)
    }

    /// An error at a place of one of several documents.
    pub(crate) fn error(bundle: &Bundle, at: &Location, code: &'static str, message: impl Into<String>) -> Self {
        Self::at(bundle.source(at), &at.pointer, Severity::Error, code, message)
    }

    /// What a strict reader objects to in a document.
    pub fn of_syntax(source: &Source) -> Vec<Self> {
        let refused = source.fault.iter().map(|fault| Self {
            code: "invalid-syntax",
            severity: Severity::Warning,
            message: format!("strict readers refuse this document: {}", fault.problem),
            document: source.name.clone(),
            pointer: String::new(),
            position: Some(fault.position),
        });
        let repeated = source.repeated.iter().map(|pointer| {
            let key = pointer.keys().last().unwrap_or_default();
            let message = format!("`{key}` stands twice in one object; this one counts, the one before is lost");
            Self::at(source, pointer, Severity::Warning, "repeated-key", message)
        });
        refused.chain(repeated).collect()
    }
}

/// Fills in the positions of findings about a document; its text is read once.
pub fn locate<'finding>(findings: impl IntoIterator<Item = &'finding mut Finding>, source: &Source) {
    let mut open: Vec<&mut Finding> =
        findings.into_iter().filter(|finding| finding.position.is_none() && finding.document == source.name).collect();
    let pointers: Vec<Pointer> = open.iter().map(|finding| Pointer::parse(&finding.pointer)).collect();
    for (finding, position) in open.iter_mut().zip(source.locate_all(&pointers)) {
        finding.position = position;
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
