//! Recognising secrets in what a call sends.

use std::sync::LazyLock;

use cordboard_domain::disclosure::SecretKind;
use data_encoding::BASE64URL_NOPAD;
use regex::Regex;
use serde_json::Value;

/// Secrets that their own form gives away.
static FORMS: LazyLock<Vec<(SecretKind, Regex)>> = LazyLock::new(|| {
    let forms = [
        (SecretKind::Pem, r"-{3,}\s*BEGIN\s[A-Z0-9 ]+-{3,}|PuTTY-User-Key-File-\d"),
        (SecretKind::ApiKey, r"\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{12,}\b"),
        (SecretKind::ApiKey, r"(?i)aws.{0,20}secret.{0,20}[=:\s][A-Za-z0-9/+]{40}\b"),
        (SecretKind::ApiKey, r"\bAIza[0-9A-Za-z_-]{30,}|\bya29\.[0-9A-Za-z_-]{20,}|\bGOCSPX-[0-9A-Za-z_-]{20,}"),
        (SecretKind::ApiKey, r"(?i)\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{30,}|[?&]sig=[A-Za-z0-9%+/]{30,}"),
        (SecretKind::ApiKey, r"\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,}|\bwhsec_[0-9A-Za-z]{20,}"),
        (
            SecretKind::ApiKey,
            r"\bsk-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{16,}",
        ),
        (
            SecretKind::ApiKey,
            r"\bglpat-[A-Za-z0-9_-]{16,}|\bdop_v1_[a-f0-9]{40,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bLTAI[A-Za-z0-9]{12,}",
        ),
        (SecretKind::GithubToken, r"\bgh[opusr]_[A-Za-z0-9]{16,}|\bgithub_pat_[A-Za-z0-9_]{16,}"),
        (
            SecretKind::SlackToken,
            r"\bxox[a-z]-[A-Za-z0-9-]{8,}|\bxapp-\d-[A-Za-z0-9-]{8,}|hooks\.slack\.com/services/T\w+/",
        ),
        (SecretKind::AccessToken, r"\bcb_pat_[A-Za-z0-9_-]{8,}"),
        (SecretKind::Password, PASSWORD_IN_WORDS),
        // The password of an address: https://user:password@host.
        (SecretKind::Password, r"(?i)\b[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@"),
    ];
    forms.into_iter().map(|(kind, form)| (kind, Regex::new(form).expect("the pattern is written right"))).collect()
});

/// `password: …`, `my pass phrase is …`, in some languages.
const PASSWORD_IN_WORDS: &str = concat!(
    r"(?i)\b(?:(?:password|passwd|pass ?phrase|passcode|pwd|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord)",
    r"\s*(?:is|was|ist|est|es|é|=|:|->|→)|(?:client|api|access)[ _-]?(?:secret|key)\s*(?:is|=|:)|secret\s*[=:])",
    r#"\s*["'«“]?[^\s"'«“]{4,}"#
);

static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){2,4}").expect("the pattern is written right")
});
static CARD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9](?:[ .\u{a0}-]?[0-9]){12,18}").expect("the pattern is written right"));
static PASSWORD_NAME: LazyLock<Regex> = LazyLock::new(|| {
    let name = r"(?i)(?:^|[_.-]|[a-z])(?:password|passwd|pwd|pass_?phrase|passcode|passwort|client_?secret|api_?key|(?:access|auth|bearer|refresh)_?token|private_?key|secret_?key|secret)$";
    Regex::new(name).expect("the pattern is written right")
});

/// The kinds of secrets that a text has.
pub(super) fn in_text(text: &str) -> Vec<SecretKind> {
    let mut kinds: Vec<SecretKind> =
        FORMS.iter().filter(|(_, form)| form.is_match(text)).map(|(kind, _)| *kind).collect();
    if TOKEN.find_iter(text).any(|token| is_jwt(token.as_str())) {
        kinds.push(SecretKind::Jwt);
    }
    if CARD.find_iter(text).any(|digits| is_card(text, digits.range())) {
        kinds.push(SecretKind::CardNumber);
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Whether an argument of this name takes a password or key.
pub(super) fn is_secret_name(name: &str) -> bool {
    PASSWORD_NAME.is_match(name)
}

/// RFC 7519: the first part is a JSON object that names an algorithm.
fn is_jwt(token: &str) -> bool {
    let header = token.split('.').next().unwrap_or_default();
    let decoded = BASE64URL_NOPAD.decode(header.as_bytes()).unwrap_or_default();
    serde_json::from_slice::<Value>(&decoded).is_ok_and(|header| header.get("alg").is_some_and(Value::is_string))
}

/// Whether digits are a number that a card network gives out, with its check digit (ISO/IEC 7812).
fn is_card(text: &str, range: std::ops::Range<usize>) -> bool {
    let is_digit = |character: Option<char>| character.is_some_and(|each| each.is_ascii_digit());
    if is_digit(text[..range.start].chars().next_back()) || is_digit(text[range.end..].chars().next()) {
        return false;
    }
    let digits: Vec<u32> = text[range].chars().filter_map(|each| each.to_digit(10)).collect();
    let start = |length: usize| digits.iter().take(length).fold(0, |number, digit| number * 10 + digit);
    let is_issued = match digits.len() {
        13 | 19 => start(1) == 4 || start(2) == 62,
        14 => matches!(start(2), 30 | 36 | 38 | 39),
        15 => matches!(start(2), 34 | 37),
        16 => {
            start(1) == 4 || matches!(start(2), 35 | 51..=55 | 60 | 62 | 64 | 65) || (2221..=2720).contains(&start(4))
        }
        _ => false,
    };
    is_issued && luhn(&digits)
}

fn luhn(digits: &[u32]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| match place % 2 {
        0 => *digit,
        _ => digit * 2 % 10 + digit * 2 / 10,
    });
    weighed.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_recognised() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
        for (text, kind) in [
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", SecretKind::Pem),
            ("x -----BEGIN OPENSSH PRIVATE KEY----- y", SecretKind::Pem),
            (jwt, SecretKind::Jwt),
            ("AKIAIOSFODNN7EXAMPLE", SecretKind::ApiKey),
            ("AIzaSyA1234567890abcdefghijklmnopqrstuv", SecretKind::ApiKey),
            ("sk_live_abcdefghijklmnop1234", SecretKind::ApiKey),
            ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", SecretKind::GithubToken),
            ("github_pat_11ABCDEFG0123456789_abc", SecretKind::GithubToken),
            ("xoxb-123456789012-abcdefghijkl", SecretKind::SlackToken),
            ("cb_pat_0123456789abcdef", SecretKind::AccessToken),
            ("my password is hunter22", SecretKind::Password),
            ("Passwort: geheim123", SecretKind::Password),
            ("https://ada:hunter22@db.example/x", SecretKind::Password),
            ("4111 1111 1111 1111", SecretKind::CardNumber),
            ("card 5555-5555-5555-4444, 12/30", SecretKind::CardNumber),
            ("378282246310005", SecretKind::CardNumber),
        ] {
            assert_eq!(in_text(text), [kind], "{text}");
        }
    }

    #[test]
    fn ordinary_text_has_no_secrets() {
        for text in [
            "4111 1111 1111 1112",
            "1701421234567890",
            "Call +49 30 1234567890123",
            "ISBN 978-3-16-148410-0",
            "reset my password please",
            "The secret of good bread is time",
            "version 1.2.3.4-alpha",
            "task-based planning for the week",
            "www.example.com/path.to.something",
        ] {
            assert_eq!(in_text(text), [], "{text}");
        }
    }

    #[test]
    fn names_of_arguments_give_passwords_away() {
        for name in ["password", "user_password", "newPassword", "client_secret", "apiKey", "access_token"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["page_token", "key", "passenger", "secretary", "token"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
