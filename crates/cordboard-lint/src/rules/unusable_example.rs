//! Example requests are a list of at most eight short texts.

use cordboard_domain::example_requests::{MAX_EXAMPLE_CHARACTERS, MAX_EXAMPLES};
use cordboard_spec::document::finding::{Finding, Severity};
use cordboard_spec::document::pointer::Pointer;
use serde_json::Value;

use crate::{Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "unusable-example",
    why: "What is not a text, or beyond the eighth, is left out; long examples are little like what people write.",
    check,
};

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    for (at, name, operation) in subject.operations() {
        let Some(examples) = operation.get("x-cordboard-examples") else { continue };
        let list = at.join("x-cordboard-examples");
        let mut warn = |at: &Pointer, message: String| {
            findings.push(Finding::at(&subject.spec, at, Severity::Warning, RULE.code, message));
        };
        let Value::Array(examples) = examples else {
            warn(&list, format!("the examples of {name} are not a list; write a list of texts"));
            continue;
        };
        if examples.len() > MAX_EXAMPLES {
            let count = examples.len();
            warn(&list, format!("{name} has {count} examples; only the first {MAX_EXAMPLES} are used"));
        }
        for (number, example) in examples.iter().enumerate() {
            if let Some(problem) = problem(example) {
                warn(&list.join(number.to_string()), format!("an example of {name} {problem}"));
            }
        }
    }
}

fn problem(example: &Value) -> Option<String> {
    let Value::String(text) = example else { return Some("is not a text, so it is left out".to_owned()) };
    let length = text.trim().chars().count();
    match length {
        0 => Some("is empty, so it is left out".to_owned()),
        1..=MAX_EXAMPLE_CHARACTERS => None,
        _ => Some(format!("has {length} characters; write at most {MAX_EXAMPLE_CHARACTERS}, as people do")),
    }
}

#[cfg(test)]
#[test]
fn examples_that_are_of_no_use_are_named() {
    let many = ["Show me the list"; 9].join(", ");
    let long = "x".repeat(201);
    let long_expected = "spec:4:89: warning: an example of GET /todos has 201 characters; write at most 200, as people do \
                         [unusable-example]";
    for (from, to, expected) in [
        (
            "[What is left?]",
            "What is left?",
            "spec:4:66: warning: the examples of GET /todos are not a list; write a list of texts [unusable-example]",
        ),
        (
            "What is left?",
            many.as_str(),
            "spec:4:66: warning: GET /todos has 9 examples; only the first 8 are used [unusable-example]",
        ),
        (
            "What is left?",
            "{a: b}",
            "spec:4:89: warning: an example of GET /todos is not a text, so it is left out [unusable-example]",
        ),
        (
            "What is left?",
            "' '",
            "spec:4:89: warning: an example of GET /todos is empty, so it is left out [unusable-example]",
        ),
        ("What is left?", long.as_str(), long_expected),
    ] {
        crate::subject::tests::check(RULE, from, to, &[expected]);
    }
}
