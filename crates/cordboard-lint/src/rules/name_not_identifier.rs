//! `name_for_model` consists of letters, digits and underscores.

use cordboard_spec::document::finding::Finding;
use cordboard_spec::manifest::identifier;

use crate::{Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "name-not-identifier",
    why: "The name becomes part of every tool's name; other characters are replaced.",
    check,
};

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    let Some(name) = subject.text("name_for_model") else { return };
    let shown = identifier(name);
    if shown != name {
        let message = format!("`name_for_model` is `{name}`; models will see `{shown}`");
        findings.push(subject.about_manifest("name_for_model", RULE.code, message));
    }
}

#[cfg(test)]
#[test]
fn other_characters_are_named() {
    let expected = [
        "manifest:1:28: warning: `name_for_model` is `to-do list`; models will see `to_do_list` [name-not-identifier]",
    ];
    crate::subject::tests::check(RULE, "\"todo\"", "\"to-do list\"", &expected);
}
