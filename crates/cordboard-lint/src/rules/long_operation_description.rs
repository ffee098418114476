//! An operation's description has at most 300 characters.

use cordboard_spec::document::finding::{Finding, Severity};
use serde_json::Value;

use crate::{Rule, Subject};

const LIMIT: usize = 300;

pub(crate) const RULE: Rule =
    Rule { code: "long-operation-description", why: "What is longer is cut before a model sees it.", check };

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    for (at, name, operation) in subject.operations() {
        let shown = operation.get("description").or(operation.get("summary")).and_then(Value::as_str);
        let length = shown.map_or(0, |text| text.chars().count());
        if length > LIMIT {
            let message =
                format!("the description of {name} has {length} characters; only {LIMIT} are shown to models");
            findings.push(Finding::at(&subject.spec, &at, Severity::Warning, RULE.code, message));
        }
    }
}

#[cfg(test)]
#[test]
fn a_long_description_is_counted() {
    let expected =
        ["spec:4:5: warning: the description of GET /todos has 301 characters; only 300 are shown to models \
                     [long-operation-description]"];
    crate::subject::tests::check(RULE, "Get the list of todos", &"x".repeat(301), &expected);
}
