//! Every operation has example requests. One finding counts all operations without.

use cordboard_spec::document::finding::{Finding, Severity};
use serde_json::Value;

use crate::{Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "missing-examples",
    why: "Small models compare what people write with example requests; made ones only repeat the description.",
    check,
};

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    let has_none = |operation: &Value| match operation.get("x-cordboard-examples") {
        Some(Value::Array(examples)) => examples.is_empty(),
        // Anything else but a list is what `unusable-example` reports.
        Some(_) => false,
        None => true,
    };
    let mut without = subject.operations().filter(|(_, _, operation)| has_none(operation));
    let Some((at, name, _)) = without.next() else { return };
    let (others, them) = match without.count() {
        0 => (" gives".to_owned(), "it"),
        1 => (" and another operation give".to_owned(), "them"),
        count => (format!(" and {count} other operations give"), "them"),
    };
    let message = format!(
        "{name}{others} no example requests; add `x-cordboard-examples`, a list of requests in people's words, so that \
         small models call {them}"
    );
    findings.push(Finding::at(&subject.spec, &at, Severity::Warning, RULE.code, message));
}

#[cfg(test)]
#[test]
fn operations_without_examples_are_counted_together() {
    const EXAMPLES: &str = ", x-cordboard-examples: [What is left?]";
    const REMEDY: &str = "no example requests; add `x-cordboard-examples`, a list of requests in people's words, so that \
                          small models call";
    const MORE: &str = "}\n  /a:\n    get: {summary: More";
    const MUCH_MORE: &str = "}\n  /a:\n    get: {summary: More}\n    post: {summary: More}\n    put: {summary: More";
    for (to, subject, them) in [
        ("", "GET /todos gives", "it"),
        (", x-cordboard-examples: []", "GET /todos gives", "it"),
        (MORE, "GET /todos and another operation give", "them"),
        (MUCH_MORE, "GET /todos and 3 other operations give", "them"),
    ] {
        let expected = format!("spec:4:5: warning: {subject} {REMEDY} {them} [missing-examples]");
        crate::subject::tests::check(RULE, EXAMPLES, to, &[&expected]);
    }
}
