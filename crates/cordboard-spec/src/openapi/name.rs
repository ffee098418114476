//! Names of operations: stable, unique, valid for every model server.

use std::collections::HashSet;

use cordboard_domain::plugin::hex;
use sha2::{Digest, Sha256};

use crate::manifest::identifier;

/// Leaves room for the plugin's name within the 64 characters that model servers allow.
const MAX_NAME: usize = 40;

/// The names that are taken.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// A name from the `operationId`, or from method and path. One that is too long or taken ends in four digits of
    /// a hash over method and path, which does not depend on the order of the document.
    pub(crate) fn settle(&mut self, operation_id: &str, method: &str, path: &str) -> String {
        // Of an id in other letters nothing would be left.
        let base = if operation_id.contains(|each: char| each.is_ascii_alphanumeric()) {
            identifier(operation_id)
        } else {
            identifier(&format!("{}_{}", method.to_ascii_lowercase(), path.trim_matches('/')))
        };
        let base = squeezed(&base);
        if base.len() <= MAX_NAME && self.0.insert(base.clone()) {
            return base;
        }
        let mut attempts = (0_u32..).map(|attempt| {
            // Four digits are few where tens of thousands of operations share one name.
            let hash = hash(method, path, attempt, if attempt < 4 { 2 } else { 8 });
            format!("{}_{hash}", cut_at_word(&base, MAX_NAME - 1 - hash.len()))
        });
        attempts.find(|name| self.0.insert(name.clone())).expect("numbers do not run out")
    }
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

    #[test]
    fn names_are_short_unique_and_do_not_depend_on_order() {
        let mut names = Names::default();
        assert_eq!(names.settle("getTodos", "GET", "/todos"), "getTodos");
        assert_eq!(names.settle("issues/create-comment", "POST", "/x"), "issues_create_comment");
        assert_eq!(names.settle("", "GET", "/users/{id}/posts/"), "get_users_id_posts");
        assert_eq!(names.settle("", "GET", "/"), "get");
        assert_eq!(names.settle("获取天气", "GET", "/weather"), "get_weather");
        let long = "actions/list-selected-repositories-enabled-for-an-organization";
        let name = names.settle(long, "GET", "/long");
        assert!(name.starts_with("actions_list_selected_repositories_") && name.len() <= MAX_NAME, "{name}");
        let first = names.settle("getTodos", "POST", "/a");
        let second = names.settle("getTodos", "POST", "/b");
        let mut reordered = Names::default();
        reordered.settle("getTodos", "GET", "/todos");
        assert_eq!(reordered.settle("getTodos", "POST", "/b"), second);
        assert_eq!(reordered.settle("getTodos", "POST", "/a"), first);
    }
    #[test]
    fn names_do_not_run_out() {
        let mut names = Names::default();
        let all: HashSet<String> =
            (0..100_000).map(|number| names.settle("same", "GET", &format!("/{number}"))).collect();
        assert_eq!(all.len(), 100_000);
        assert!(all.iter().all(|name| name.len() <= MAX_NAME));
    }
}
