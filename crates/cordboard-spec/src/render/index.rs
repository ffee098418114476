//! The index of a large API: one short line per operation, so that a model knows what there is to search for.

use std::fmt::Write as _;

use super::cut;
use crate::toolset::Toolset;
use crate::toolset::operation::Operation;

/// The most of a summary in the index, in characters.
const MAX_SUMMARY: usize = 60;

/// One line per operation.
pub fn render(toolset: &Toolset) -> String {
    toolset.operations.iter().fold(String::new(), |mut text, operation| {
        let _ = writeln!(text, "{}", line(operation));
        text
    })
}

/// The line of one operation: its name, and its summary where that says more.
pub fn line(operation: &Operation) -> String {
    let summary = if operation.summary.is_empty() { &operation.description } else { &operation.summary };
    let summary = cut(summary.lines().next().unwrap_or_default(), MAX_SUMMARY).trim_end_matches('.');
    if summary.is_empty() || says_no_more(&operation.name, summary) {
        return operation.name.clone();
    }
    format!("{}: {summary}", operation.name)
}

/// Whether every longer word of the summary stands in the name already.
fn says_no_more(name: &str, summary: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let known = |word: &str| {
        let word = word.to_ascii_lowercase();
        let stem = word.trim_matches(|each: char| !each.is_alphanumeric());
        stem.len() <= 3 || name.contains(stem.trim_end_matches('s'))
    };
    summary.split_whitespace().all(known)
}
