//! Advice on a plugin's two documents: what works here but costs its author calls, users or other hosts.
//!
//! What makes a document unusable is found while it is compiled (`cordboard-spec`); here are only warnings. A rule is one
//! file in `rules/` with its test, and one line in [`RULES`].

mod inspection;
mod rules;
mod subject;

use cordboard_spec::document::finding::Finding;

pub use inspection::inspect;
pub use subject::Subject;

/// One piece of advice.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable, in kebab case.
    pub code: &'static str,
    /// Why it matters, in a sentence.
    pub why: &'static str,
    pub(crate) check: fn(&Subject, &mut Vec<Finding>),
}

/// Every rule, in the order of the documents.
pub const RULES: [Rule; 9] = [
    rules::long_name::RULE,
    rules::name_not_identifier::RULE,
    rules::long_description::RULE,
    rules::missing_contact::RULE,
    rules::missing_operation_id::RULE,
    rules::undescribed_operation::RULE,
    rules::long_operation_description::RULE,
    rules::missing_examples::RULE,
    rules::unusable_example::RULE,
];

/// All advice on a plugin from its texts as they were fetched; documents that cannot be read get none.
pub fn advise(manifest: (&str, &str), spec: (&str, &str)) -> Vec<Finding> {
    Subject::read(manifest, spec).map(|subject| check(&subject)).unwrap_or_default()
}

/// All advice on a plugin.
pub fn check(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(subject, &mut findings);
    }
    subject.locate(&mut findings);
    findings
}
