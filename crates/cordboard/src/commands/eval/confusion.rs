//! Which operation was called in place of which.

use std::cmp::Reverse;

use serde::Serialize;

use super::report::Item;

/// How many rows people are shown.
const SHOWN: usize = 15;

const NO_CALL: &str = "no call";

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Confusion {
    pub(super) wanted: String,
    pub(super) got: String,
    pub(super) count: usize,
}

/// Wrong operations, the most frequent first. Requests that failed say nothing about the choice.
pub(super) fn of(items: &[Item]) -> Vec<Confusion> {
    let name = |operation: &Option<String>| operation.clone().unwrap_or_else(|| NO_CALL.to_owned());
    let mut confusions: Vec<Confusion> = Vec::new();
    for item in items.iter().filter(|item| !item.is_operation_right && !item.is_failed) {
        let (wanted, got) = (name(&item.wanted), name(&item.got_operation));
        match confusions.iter_mut().find(|each| each.wanted == wanted && each.got == got) {
            Some(known) => known.count += 1,
            None => confusions.push(Confusion { wanted, got, count: 1 }),
        }
    }
    confusions.sort_by_key(|each| Reverse(each.count));
    confusions
}

pub(super) fn table(confusions: &[Confusion]) -> Vec<String> {
    if confusions.is_empty() {
        return Vec::new();
    }
    let shown = &confusions[..confusions.len().min(SHOWN)];
    let width = shown.iter().map(|each| each.wanted.chars().count()).max().unwrap_or_default();
    let mut lines = vec![String::new(), "Wrong operations (wanted → got):".to_owned()];
    lines.extend(shown.iter().map(|each| format!("{:>5}  {:<width$} → {}", each.count, each.wanted, each.got)));
    if confusions.len() > SHOWN {
        lines.push(format!("       and {} more pairs (--json lists all)", confusions.len() - SHOWN));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_confusion_comes_first() {
        let wrong = |wanted: Option<&str>, got: Option<&str>| Item {
            wanted: wanted.map(str::to_owned),
            got_operation: got.map(str::to_owned),
            ..Item::default()
        };
        let right = Item { is_operation_right: true, ..wrong(Some("a.b"), Some("a.b")) };
        let items = [wrong(Some("a.b"), None), right, wrong(None, Some("a.c")), wrong(None, Some("a.c"))];
        let found = of(&items);
        let rows: Vec<_> = found.iter().map(|each| (&*each.wanted, &*each.got, each.count)).collect();
        assert_eq!(rows, [("no call", "a.c", 2), ("a.b", "no call", 1)]);
        assert_eq!(table(&found)[2], "    2  no call → a.c");
    }
}
