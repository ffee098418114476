//! `description_for_human` has at most 120 characters, `description_for_model` at most 8,000.

use cordboard_spec::document::finding::Finding;

use crate::{Rule, Subject};

const LIMITS: [(&str, usize); 2] = [("description_for_human", 120), ("description_for_model", 8_000)];

pub(crate) const RULE: Rule =
    Rule { code: "long-description", why: "What is longer is cut, and every word costs context in every turn.", check };

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    for (key, limit) in LIMITS {
        let length = subject.text(key).map_or(0, |text| text.chars().count());
        if length > limit {
            let message = format!("`{key}` has {length} characters; shorten it to {limit}");
            findings.push(subject.about_manifest(key, RULE.code, message));
        }
    }
}

#[cfg(test)]
#[test]
fn long_descriptions_are_counted() {
    let expected =
        ["manifest:1:54: warning: `description_for_human` has 121 characters; shorten it to 120 [long-description]"];
    let longer = format!("\"description_for_human\": \"{}\"", "x".repeat(121));
    crate::subject::tests::check(RULE, "\"description_for_human\": \"Lists.\"", &longer, &expected);
}
