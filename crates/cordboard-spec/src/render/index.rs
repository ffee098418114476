//! The index of a large API: one short line per operation, so that a model knows what there is to search for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{cut, tokens, typescript};
use crate::toolset::Toolset;
use crate::toolset::operation::Operation;

/// The most of a summary in the index, in characters.
const MAX_SUMMARY: usize = 60;
/// The most tokens of a summary, half of the smallest budget that hosts give to tools.
pub const MAX_SUMMARY_TOKENS: usize = 500;
/// What a plugin's description may take of that.
const MAX_DESCRIPTION_TOKENS: usize = 200;
/// The most of a subject's name in a summary, in characters.
const MAX_SUBJECT: usize = 40;

/// The plugin's description and one line per operation.
pub fn render(toolset: &Toolset, namespace: &str) -> String {
    let mut text = typescript::opening(toolset, namespace);
    for operation in &toolset.operations {
        let _ = writeln!(text, "{}", line(operation));
    }
    text + &typescript::closing(namespace)
}

/// The plugin's description and how many operations there are on each subject, where even the index is too long: at most
/// [`MAX_SUMMARY_TOKENS`], the largest subjects first.
pub fn summarise(toolset: &Toolset, namespace: &str) -> String {
    let mut subjects: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in &toolset.operations {
        *subjects.entry(subject(operation)).or_default() += 1;
    }
    let mut counted: Vec<(&str, usize)> = subjects.into_iter().collect();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let description = within(&toolset.manifest.description_for_model, MAX_DESCRIPTION_TOKENS);
    let mut text = typescript::opening_with(description, namespace);
    let _ = write!(text, "// {} operations on: ", toolset.operations.len());
    let closing = typescript::closing(namespace);
    let mut left = MAX_SUMMARY_TOKENS.saturating_sub(tokens::count(&text) + tokens::count(&closing) + 4);
    for (index, (subject, count)) in counted.into_iter().enumerate() {
        let subject = typescript::one_line(cut(subject, MAX_SUBJECT));
        let entry = format!("{}{subject} ({count})", if index == 0 { "" } else { ", " });
        let cost = tokens::count(&entry);
        if cost > left {
            text.push_str(", …");
            break;
        }
        left -= cost;
        text.push_str(&entry);
    }
    text + "\n" + &closing
}

/// The beginning of a text that takes so many tokens at most.
fn within(text: &str, budget: usize) -> &str {
    let mut text = cut(text, budget * 6);
    while tokens::count(text) > budget {
        text = cut(text, text.chars().count() * 3 / 4);
    }
    text
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

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::document::bundle::Bundle;

    /// A toolset with a long description and as many subjects as operations.
    fn summary(description: &str, subject: &str, operations: usize) -> String {
        let path = |each| format!("  /p{each}: {{get: {{operationId: o{each}, tags: ['{subject} {each}']}}}}\n");
        let paths = (0..operations).map(path).collect::<Vec<_>>().concat();
        let spec = format!("openapi: 3.1.0\ninfo: {{title: big, description: '{description}'}}\npaths:\n{paths}");
        let bundle = Bundle::read(&Url::parse("https://a.example/o").unwrap(), spec).unwrap();
        summarise(&Toolset::compile_bare(&bundle).unwrap(), "big")
    }

    #[test]
    fn a_summary_stays_within_its_tokens() {
        for (description, subject) in
            [("words and more words ", "pets"), ("言葉、言葉、", "動物と植物の名前と場所と時間と"), ("💥🧨 ", "x")]
        {
            let text = summary(&description.repeat(2_000), &subject.repeat(12), 900);
            let count = tokens::count(&text);
            assert!((300..=MAX_SUMMARY_TOKENS).contains(&count), "{count}: {text}");
            assert!(text.contains("// 900 operations on: ") && text.contains(", …\n"), "{text}");
        }
        let small = summary("Pets.", "pets", 2);
        assert!(small.ends_with("// 2 operations on: pets 0 (1), pets 1 (1)\n} // namespace big\n"), "{small}");
    }
}
