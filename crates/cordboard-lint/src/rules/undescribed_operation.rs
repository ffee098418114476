//! Every operation has a summary or a description.

use cordboard_spec::document::finding::{Finding, Severity};
use serde_json::Value;

use crate::{Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "undescribed-operation",
    why: "The description is what a model chooses by; without one it guesses from the name.",
    check,
};

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    for (at, name, operation) in subject.operations() {
        let says = |key: &str| operation.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        if !says("summary") && !says("description") {
            let message =
                format!("{name} has neither `summary` nor `description`; say what it does and when to use it");
            findings.push(Finding::at(&subject.spec, &at, Severity::Warning, RULE.code, message));
        }
    }
}

#[cfg(test)]
#[test]
fn an_operation_that_says_nothing_is_named() {
    let expected =
        ["spec:4:5: warning: GET /todos has neither `summary` nor `description`; say what it does and when to \
                     use it [undescribed-operation]"];
    crate::subject::tests::check(RULE, ", summary: Get the list of todos", "", &expected);
}
