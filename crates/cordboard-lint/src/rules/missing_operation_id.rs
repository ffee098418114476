//! Every operation has an `operationId`.

use cordboard_spec::document::finding::{Finding, Severity};

use crate::{Rule, Subject};

pub(crate) const RULE: Rule = Rule {
    code: "missing-operation-id",
    why: "Models choose by name; one made from method and path says less.",
    check,
};

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    let nameless = subject.operations().filter(|(_, _, operation)| operation.get("operationId").is_none());
    for (at, name, _) in nameless {
        let message = format!("{name} has no `operationId`; add one that says what it does, such as `getTodos`");
        findings.push(Finding::at(&subject.spec, &at, Severity::Warning, RULE.code, message));
    }
}

#[cfg(test)]
#[test]
fn an_operation_without_an_id_is_named() {
    let expected = ["spec:4:5: warning: GET /todos has no `operationId`; add one that says what it does, such as \
                     `getTodos` [missing-operation-id]"];
    crate::subject::tests::check(RULE, "operationId: getTodos, ", "", &expected);
}
