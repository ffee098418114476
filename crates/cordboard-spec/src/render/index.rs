//! The index of a large API: one short line per operation, so that a model knows what there is to search for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{cut, typescript};
use crate::toolset::Toolset;
use crate::toolset::operation::Operation;

/// The most of a summary in the index, in characters.
const MAX_SUMMARY: usize = 60;
/// The most subjects that a summary lists.
const MAX_SUBJECTS: usize = 60;

/// The plugin's description and one line per operation.
pub fn render(toolset: &Toolset, namespace: &str) -> String {
    let mut text = typescript::opening(toolset, namespace);
    for operation in &toolset.operations {
        let _ = writeln!(text, "{}", line(operation));
    }
    text + &typescript::closing(namespace)
}

/// The plugin's description and how many operations there are on each subject, where even the index is too long.
pub fn summarise(toolset: &Toolset, namespace: &str) -> String {
    let mut subjects: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in &toolset.operations {
        *subjects.entry(subject(operation)).or_default() += 1;
    }
    let mut counted: Vec<(&str, usize)> = subjects.into_iter().collect();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let listed: Vec<String> =
        counted.iter().take(MAX_SUBJECTS).map(|(subject, count)| format!("{subject} ({count})")).collect();
    let mut text = typescript::opening(toolset, namespace);
    let _ = writeln!(text, "// {} operations on: {}", toolset.operations.len(), listed.join(", "));
    text + &typescript::closing(namespace)
}

/// The operation's first tag, or else the first word of its path.
fn subject(operation: &Operation) -> &str {
    let segment = operation.path.split('/').find(|segment| !segment.is_empty() && !segment.starts_with('{'));
    operation.tags.first().map(String::as_str).or(segment).unwrap_or(&operation.name)
}

/// The line of one operation: its name, and its summary where that says more.
pub fn line(operation: &Operation) -> String {
    let summary = cut(operation.headline().lines().next().unwrap_or_default(), MAX_SUMMARY).trim_end_matches('.');
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
