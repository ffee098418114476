//! The leading names and numbers of a path, followed in the text itself, so that a part of a large result is found
//! without building the whole.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

enum Step {
    Name(String),
    Index(usize),
}

/// The part of the JSON text that the beginning of a path leads to, and the rest of the path.
pub(super) fn follow<'text, 'path>(text: &'text str, path: &'path str) -> Result<(&'text str, &'path str), String> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut part = text.trim();
    while let Some((step, after)) = first_step(rest) {
        let here = &path[..path.len() - rest.len()];
        part = child(part, &step).ok_or_else(|| missing(part, &step, here))?;
        rest = after;
    }
    Ok((part, rest))
}

/// Whether a path goes on with a filter or with all items, and so with each item of a list alone.
pub(super) fn selects_by_item(part: &str, rest: &str) -> bool {
    let is_alone = rest.starts_with("[*]") || rest.starts_with("[?") && !rest.contains(',');
    part.starts_with('[') && is_alone
}

/// The first segment of a path, when it selects one child by name or number.
fn first_step(path: &str) -> Option<(Step, &str)> {
    if let Some(dotted) = path.strip_prefix('.') {
        let is_name = |character: char| character.is_alphanumeric() || character == '_' || !character.is_ascii();
        let end = dotted.find(|character| !is_name(character)).unwrap_or(dotted.len());
        return (end > 0).then(|| (Step::Name(dotted[..end].to_owned()), &dotted[end..]));
    }
    let bracket = path.strip_prefix('[')?;
    if let Some(quote) = bracket.chars().next().filter(|character| matches!(character, '\'' | '"')) {
        let (name, after) = bracket[1..].split_once(quote)?;
        let after = after.strip_prefix(']').filter(|_| !name.contains('\\'))?;
        return Some((Step::Name(name.to_owned()), after));
    }
    let (number, after) = bracket.split_once(']')?;
    Some((Step::Index(number.parse().ok()?), after))
}

fn child<'text>(part: &'text str, step: &Step) -> Option<&'text str> {
    match step {
        Step::Name(name) => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(part).ok()?;
            members.get(name).map(|value| value.get())
        }
        Step::Index(index) => {
            let items: Vec<&RawValue> = serde_json::from_str(part).ok()?;
            items.get(*index).map(|value| value.get())
        }
    }
}

/// Why a step leads nowhere, with what there is instead.
fn missing(part: &str, step: &Step, here: &str) -> String {
    let kind = match part.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(part).unwrap_or_default();
            let names: Vec<&str> =
                members.keys().map(String::as_str).filter(|name| name.len() <= 60).take(20).collect();
            format!("an object with `{}`", names.join("`, `"))
        }
        Some(b'[') => {
            format!("a list of {} items", serde_json::from_str::<Vec<&RawValue>>(part).map_or(0, |items| items.len()))
        }
        _ => "a single value".to_owned(),
    };
    let step = match step {
        Step::Name(name) => format!("named `{name}`"),
        Step::Index(index) => format!("at number {index}"),
    };
    format!("There is nothing {step} in `{here}`, which is {kind}.")
}
