//! Texts with characters that reorder or hide something: names, descriptions, values and keys, wherever they are.

use cordboard_domain::deceptive_text::deceptive;
use serde_json::Value;

use super::finding::{Finding, Severity};
use super::pointer::Pointer;
use super::source::Source;

/// The most findings of one document.
const MAX_FINDINGS: usize = 100;

/// A finding for every text of a document that does not show what it says.
pub(crate) fn findings(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    walk(&source.value, &Pointer::root(), &mut |at, text| {
        if found.len() < MAX_FINDINGS {
            found.extend(finding(source, at, text));
        }
    });
    found
}

fn walk(value: &Value, at: &Pointer, visit: &mut impl FnMut(&Pointer, &str)) {
    match value {
        Value::String(text) => visit(at, text),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| walk(item, &at.join(index), visit)),
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            let at = at.join(key);
            visit(&at, key);
            walk(member, &at, visit);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn finding(source: &Source, at: &Pointer, text: &str) -> Option<Finding> {
    // Control characters are taken out of texts, and text editors show them.
    let mut numbers: Vec<String> = Vec::new();
    for (_, character) in deceptive(text).filter(|(_, character)| !character.is_control()) {
        let number = format!("U+{:04X}", u32::from(character));
        if !numbers.contains(&number) && numbers.len() < 5 {
            numbers.push(number);
        }
    }
    let message = format!(
        "the text has characters that are not seen or that reorder it ({}); models and reviewers see them as `⟨U+…⟩`, \
         so remove them",
        numbers.join(", ")
    );
    (!numbers.is_empty()).then(|| Finding::at(source, at, Severity::Warning, "deceptive-text", message))
}
