//! Names of operations: stable, unique, valid for every model server.

use std::collections::HashSet;

use cordboard_domain::plugin::hex;
use sha2::{Digest, Sha256};

use super::ANY;
use crate::manifest::identifier;

/// Leaves room for the plugin's name within the 64 characters that model servers allow.
const MAX_NAME: usize = 40;

/// What a name is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named<'text> {
    pub(crate) operation_id: &'text str,
    pub(crate) method: &'text str,
    pub(crate) path: &'text str,
}

/// A name each, from the `operationId`, or from method and path. One that is too long, or that another operation with
/// an earlier path has, ends in digits of a hash over method and path. The order of the document does not count.
pub(crate) fn settle(all: &[Named<'_>]) -> Vec<String> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|index| (all[*index].path, all[*index].method, all[*index].operation_id));
    let bases: Vec<String> = all.iter().map(base).collect();
    let mut names = vec![String::new(); all.len()];
    let mut taken = HashSet::new();
    let is_short = |index: &usize| bases[*index].len() <= MAX_NAME;
    for index in order.iter().copied().filter(is_short) {
        if taken.insert(bases[index].clone()) {
            names[index].clone_from(&bases[index]);
        }
    }
    for index in order {
        if names[index].is_empty() {
            names[index] = hashed(&bases[index], all[index], &mut taken);
        }
    }
    names
}

fn base(named: &Named<'_>) -> String {
    let Named { operation_id, method, path } = named;
    // Of an id in other letters nothing would be left.
    squeezed(&if operation_id.contains(|each: char| each.is_ascii_alphanumeric()) {
        identifier(operation_id)
    } else {
        identifier(&format!("{}_{}", word(method), path.trim_matches('/')))
    })
}

fn word(method: &str) -> String {
    if method == ANY { "any".to_owned() } else { method.to_ascii_lowercase() }
}

fn hashed(base: &str, named: Named<'_>, taken: &mut HashSet<String>) -> String {
    let mut attempts = (0_u32..).map(|attempt| {
        // Four digits are few where tens of thousands of operations share one name.
        let hash = hash(named.method, named.path, attempt, if attempt < 4 { 2 } else { 8 });
        format!("{}_{hash}", cut_at_word(base, MAX_NAME - 1 - hash.len()))
    });
    attempts.find(|name| taken.insert(name.clone())).expect("numbers do not run out")
}

/// Without repeated underscores, which come from braces and slashes.
fn squeezed(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for each in name.chars() {
        if each != '_' || !text.ends_with('_') {
            text.push(each);
        }
    }
    let trimmed = text.trim_end_matches('_');
    if trimmed.is_empty() { "operation".to_owned() } else { trimmed.to_owned() }
}

fn cut_at_word(name: &str, limit: usize) -> &str {
    if name.len() <= limit {
        return name;
    }
    let head = &name[..limit];
    head.rfind('_').filter(|end| *end > limit / 2).map_or(head, |end| &head[..end])
}

fn hash(method: &str, path: &str, attempt: u32, bytes: usize) -> String {
    hex(&Sha256::digest(format!("{method} {path} {attempt}"))[..bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named<'text>((operation_id, method, path): (&'text str, &'text str, &'text str)) -> Named<'text> {
        Named { operation_id, method, path }
    }

    #[test]
    fn names_are_short_and_valid() {
        let table = [
            (("getTodos", "GET", "/todos"), "getTodos"),
            (("issues/create-comment", "POST", "/x"), "issues_create_comment"),
            (("", "GET", "/users/{id}/posts/"), "get_users_id_posts"),
            (("", "GET", "/"), "get"),
            (("获取天气", "GET", "/weather"), "get_weather"),
            (("", ANY, "/broken"), "any_broken"),
        ];
        let names = settle(&table.map(|(each, _)| named(each)));
        assert_eq!(names, table.map(|(_, expected)| expected));
        let long = "actions/list-selected-repositories-enabled-for-an-organization";
        let name = settle(&[named((long, "GET", "/long"))]).remove(0);
        assert!(name.starts_with("actions_list_selected_repositories_") && name.len() <= MAX_NAME, "{name}");
    }

    #[test]
    fn names_do_not_depend_on_the_order_of_the_document() {
        let long = "actions/list-selected-repositories-enabled-for-an-organization";
        let all = [
            ("get", "POST", "/c"),
            ("get", "GET", "/a"),
            ("get", "GET", "/b"),
            (long, "GET", "/b/1"),
            (long, "GET", "/b/2"),
            ("", "GET", "/"),
        ];
        let names = settle(&all.map(named));
        assert_eq!(names.iter().position(|name| name == "get"), Some(5), "{names:?}");
        let mut reordered = all;
        reordered.reverse();
        let mut again = settle(&reordered.map(named));
        again.reverse();
        assert_eq!(names, again);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), all.len());
    }

    #[test]
    fn names_do_not_run_out() {
        let paths: Vec<String> = (0..100_000).map(|number| format!("/{number}")).collect();
        let all: Vec<Named<'_>> = paths.iter().map(|path| named(("same", "GET", path))).collect();
        let names: HashSet<String> = settle(&all).into_iter().collect();
        assert_eq!(names.len(), 100_000);
        assert!(names.iter().all(|name| name.len() <= MAX_NAME));
    }
}
