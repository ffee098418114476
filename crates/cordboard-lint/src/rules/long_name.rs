//! `name_for_human` and `name_for_model` have at most 50 characters.

use cordboard_spec::document::finding::Finding;

use crate::{Rule, Subject};

const LIMIT: usize = 50;

pub(crate) const RULE: Rule =
    Rule { code: "long-name", why: "Menus and tool names have little room, and other hosts refuse more.", check };

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    for key in ["name_for_human", "name_for_model"] {
        let length = subject.text(key).map_or(0, |text| text.chars().count());
        if length > LIMIT {
            let message = format!("`{key}` has {length} characters; shorten it to {LIMIT}");
            findings.push(subject.about_manifest(key, RULE.code, message));
        }
    }
}

#[cfg(test)]
#[test]
fn long_names_are_counted() {
    let expected = ["manifest:1:2: warning: `name_for_human` has 51 characters; shorten it to 50 [long-name]"];
    crate::subject::tests::check(RULE, "\"Todo\"", &format!("\"{}\"", "x".repeat(51)), &expected);
}
