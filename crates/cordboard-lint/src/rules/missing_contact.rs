//! `contact_email` is an e-mail address and `legal_info_url` an address on the web.

use cordboard_spec::document::finding::Finding;
use url::Url;

use crate::{Rule, Subject};

pub(crate) const RULE: Rule =
    Rule { code: "missing-contact", why: "People need somebody to turn to, and stores ask for it.", check };

fn check(subject: &Subject, findings: &mut Vec<Finding>) {
    let mail = subject.text("contact_email").unwrap_or_default();
    if !mail.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        let message = format!("`contact_email` is `{mail}`; give an e-mail address");
        findings.push(subject.about_manifest("contact_email", RULE.code, message));
    }
    let legal = subject.text("legal_info_url").unwrap_or_default();
    if !Url::parse(legal).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        let message = format!("`legal_info_url` is `{legal}`; give an address that begins with https://");
        findings.push(subject.about_manifest("legal_info_url", RULE.code, message));
    }
}

#[cfg(test)]
#[test]
fn a_mail_address_in_the_url_field_is_seen() {
    let expected = ["manifest:2:76: warning: `legal_info_url` is `a@b.example`; give an address that begins with \
                     https:// [missing-contact]"];
    crate::subject::tests::check(RULE, "https://b.example/", "a@b.example", &expected);
}
