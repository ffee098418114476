//! Everything there is to say about a plugin before it is installed: for `cordboard inspect`, and for the plugin's page.

use cordboard_domain::call::Method;
use serde::Serialize;

use crate::document::finding::{Finding, Severity};
use crate::document::source::Position;
use crate::render::ledger::Tokens;
use crate::toolset::Toolset;
use crate::toolset::operation::{Operation, Status};
use crate::toolset::security::SecuritySchemes;

/// The longest line of a document that is quoted, in characters.
const MAX_EXCERPT: usize = 120;

/// A plugin, inspected. Serialised, its field names are stable (docs/inspect.md).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub name: String,
    pub description: String,
    /// `OpenAPI 3.1.0`.
    pub format: String,
    pub counts: Counts,
    pub tokens: Tokens,
    pub operations: Vec<OperationReport>,
    pub security_schemes: SecuritySchemes,
    pub findings: Vec<ReportedFinding>,
}

/// How many operations there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub ready: usize,
    pub degraded: usize,
    pub refused: usize,
    /// Not among them: listed as operations, but files of the plugin itself, or too many.
    pub left_out: usize,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationReport {
    pub name: String,
    /// In capitals; `*` where it is not known.
    pub method: String,
    pub path: String,
    pub summary: String,
    pub status: Status,
    /// `complete`, or the code of what restricts or refuses it.
    pub reason: &'static str,
    /// The reason in a sentence; empty when complete.
    pub message: String,
    pub document: String,
    pub pointer: String,
    pub position: Option<Position>,
    pub needs_credential: bool,
    /// Whether a person is asked before it is called.
    pub asks: bool,
    /// Zero for a refused operation, which models do not see.
    pub tokens: Tokens,
}

/// A finding with the line of the document that it is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportedFinding {
    #[serde(flatten)]
    pub finding: Finding,
    pub excerpt: Option<String>,
}

impl Report {
    /// Inspects a toolset. `advice` is what linting says; `documents` are names and texts of the plugin's documents.
    pub fn of(toolset: &Toolset, advice: Vec<Finding>, documents: &[(&str, &str)]) -> Self {
        let ledger = toolset.ledger();
        let [ready, degraded, refused] = toolset.counts();
        let callable = toolset.operations.iter().zip(&ledger.operations).map(|(each, tokens)| callable(each, *tokens));
        let findings = toolset.all_findings().cloned().chain(advice);
        Self {
            name: toolset.manifest.name_for_human.clone(),
            description: toolset.manifest.description_for_human.clone(),
            format: toolset.format.clone(),
            counts: Counts { ready, degraded, refused, left_out: toolset.left_out },
            tokens: ledger.total,
            operations: callable.chain(refusals(toolset)).collect(),
            security_schemes: toolset.security_schemes.clone(),
            findings: findings.map(|finding| reported(finding, documents)).collect(),
        }
    }

    /// Whether anything cannot be used at all.
    pub fn has_errors(&self) -> bool {
        self.counts.refused > 0 || self.findings.iter().any(|each| each.finding.severity == Severity::Error)
    }
}

fn callable(operation: &Operation, tokens: Tokens) -> OperationReport {
    let restriction = operation.restrictions.first();
    OperationReport {
        name: operation.name.clone(),
        method: operation.method.as_str().to_owned(),
        path: operation.path.clone(),
        summary: operation.headline().to_owned(),
        status: operation.status(),
        reason: restriction.map_or("complete", |finding| finding.code),
        message: restriction.map(|finding| finding.message.clone()).unwrap_or_default(),
        document: operation.document.clone(),
        pointer: restriction.map_or_else(|| operation.pointer.clone(), |finding| finding.pointer.clone()),
        position: restriction.map_or(operation.position, |finding| finding.position),
        needs_credential: operation.needs_credential(),
        asks: operation.asks(),
        tokens,
    }
}

fn refusals(toolset: &Toolset) -> impl Iterator<Item = OperationReport> {
    toolset.refused.iter().map(|refused| OperationReport {
        name: refused.name.clone(),
        method: refused.method.clone(),
        path: refused.path.clone(),
        summary: String::new(),
        status: Status::Refused,
        reason: refused.reason.code,
        message: refused.reason.message.clone(),
        document: refused.reason.document.clone(),
        pointer: refused.reason.pointer.clone(),
        position: refused.reason.position,
        needs_credential: false,
        asks: !Method::ALL.iter().any(|method| method.is_safe() && method.as_str() == refused.method),
        tokens: Tokens::default(),
    })
}

fn reported(finding: Finding, documents: &[(&str, &str)]) -> ReportedFinding {
    let excerpt = finding.position.and_then(|position| {
        let (_, text) = documents.iter().find(|(name, _)| *name == finding.document)?;
        let line = text.trim_start_matches('\u{feff}').lines().nth(position.line.checked_sub(1)?)?;
        Some(around(line, position.column))
    });
    ReportedFinding { finding, excerpt }
}

/// The part of a long line that holds the column.
fn around(line: &str, column: usize) -> String {
    if line.chars().count() <= MAX_EXCERPT {
        return line.trim_end().to_owned();
    }
    let start = column.saturating_sub(MAX_EXCERPT / 4);
    let part: String = line.chars().skip(start).take(MAX_EXCERPT).collect();
    format!("{}{part}…", if start > 0 { "…" } else { "" })
}
