//! Every way of saying who is calling has the fields that it needs.

use cordboard_spec::document::finding::Finding;
use serde_json::Value;

use crate::{Rule, Subject};

pub(crate) const RULE: Rule =
    Rule { code: "incomplete-auth", why: "Without these fields no host can say who is calling.", check };

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    let Some(auth) = subject.manifest.value.get("auth") else { return };
    let text = |key: &str| auth.get(key).and_then(Value::as_str).map(str::trim).unwrap_or_default();
    let needed: &[&str] = match text("type") {
        "oauth" => &["client_url", "authorization_url", "authorization_content_type"],
        "service_http" | "user_http" => &["authorization_type"],
        _ => &[],
    };
    let missing = needed.iter().filter(|key| text(key).is_empty());
    for key in missing {
        let message = format!("`auth` is `{}` and lacks `{key}`; add it", text("type"));
        findings.push(subject.about_manifest("auth", RULE.code, message));
    }
}

#[cfg(test)]
#[test]
fn fields_that_a_type_needs_are_missed() {
    let check = |auth: &str, expected: &[&str]| {
        let with_auth = format!("\"name_for_human\": \"Todo\", \"auth\": {auth}");
        crate::subject::tests::check(RULE, "\"name_for_human\": \"Todo\"", &with_auth, expected);
    };
    let lacks =
        "manifest:1:28: warning: `auth` is `user_http` and lacks `authorization_type`; add it [incomplete-auth]";
    check(r#"{"type": "user_http"}"#, &[lacks]);
    check(r#"{"type": "service_http", "authorization_type": "bearer"}"#, &[]);
    check(r#"{"type": "none"}"#, &[]);
    check(
        r#"{"type": "oauth", "client_url": "https://b.example/", "authorization_url": "https://b.example/t"}"#,
        &["manifest:1:28: warning: `auth` is `oauth` and lacks `authorization_content_type`; add it [incomplete-auth]"],
    );
}
