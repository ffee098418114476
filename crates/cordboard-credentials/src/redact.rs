//! Secrets that come back: plugins echo them in errors, and nobody is to read them there.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use cordboard_domain::call::{RawResponse, SentRequest};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

/// What stands in a secret's place.
const MASK: &str = "●●●●";
/// Shorter ones occur by chance.
const SHORTEST: usize = 6;

/// What RFC 3986 never encodes.
const UNRESERVED_KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// As servers write JSON that may stand in a page.
const ESCAPED_IN_JSON: [(&str, &str); 4] = [("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e"), ("'", "\\u0027")];
const ESCAPED_IN_HTML: [(&str, &str); 5] =
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];

/// Spellings of secrets.
pub(crate) struct Redaction(Vec<String>);

impl Redaction {
    /// Masks these secrets, also as URLs, forms, JSON, HTML and base64 write them.
    pub(crate) fn of<'secret>(secrets: impl IntoIterator<Item = &'secret str>) -> Self {
        let mut spellings: Vec<String> =
            secrets.into_iter().filter(|secret| secret.len() >= SHORTEST).flat_map(spellings).collect();
        // The longest first, so that no part of one is left.
        spellings.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        spellings.dedup();
        Self(spellings)
    }

    /// Masks also what base64 hides, such as the password in `Basic` credentials.
    pub(crate) fn of_sent<'secret>(secrets: impl IntoIterator<Item = &'secret str>) -> Self {
        let secrets: Vec<&str> = secrets.into_iter().collect();
        let inner: Vec<String> = secrets.iter().filter_map(|secret| name_and_password(secret)).collect();
        let passwords = inner.iter().filter_map(|pair| Some(pair.split_once(':')?.1));
        Self::of(secrets.iter().copied().chain(inner.iter().map(String::as_str)).chain(passwords))
    }

    /// Masks these secrets wherever they stand, however short they are.
    pub(crate) fn of_all<'secret>(secrets: impl IntoIterator<Item = &'secret str>) -> Self {
        Self(secrets.into_iter().filter(|secret| !secret.is_empty()).flat_map(spellings).collect())
    }

    /// Masks what was sent.
    pub(crate) fn sent(&self, sent: &mut SentRequest) {
        sent.url = self.text(&sent.url);
        for (_, value) in &mut sent.headers {
            *value = self.text(value);
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
    }

    /// Masks what a plugin answered; says whether anything was there.
    pub(crate) fn response(&self, response: &mut RawResponse) {
        for (_, value) in &mut response.headers {
            *value = self.text(value);
        }
        for secret in &self.0 {
            if let Some(masked) = replaced(&response.body, secret.as_bytes()) {
                response.body = masked;
            }
        }
    }
}

fn name_and_password(secret: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(secret).ok()?).ok().filter(|pair| pair.contains(':'))
}

fn spellings(secret: &str) -> Vec<String> {
    let json = serde_json::Value::from(secret).to_string();
    let json = &json[1..json.len() - 1];
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let encoded = |kept: &'static AsciiSet| utf8_percent_encode(secret, kept).to_string();
    let mut all = vec![
        secret.to_owned(),
        json.to_owned(),
        json.replace('/', "\\/"),
        ESCAPED_IN_JSON.iter().fold(json.to_owned(), |text, (plain, escaped)| text.replace(*plain, escaped)),
        ESCAPED_IN_HTML.iter().fold(secret.to_owned(), |text, (plain, escaped)| text.replace(*plain, escaped)),
        // Without the padding, which may be left out.
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ];
    for text in [encoded(NON_ALPHANUMERIC), encoded(UNRESERVED_KEPT), form.replace('+', "%20"), form] {
        all.push(lower_case(&text));
        all.push(text);
    }
    all
}

/// With the hexadecimal digits of `%2F` in lower case.
fn lower_case(encoded: &str) -> String {
    let mut after = 3;
    let lower = encoded.chars().map(|each| {
        after = if each == '%' { 0 } else { after + 1 };
        if after <= 2 { each.to_ascii_lowercase() } else { each }
    });
    lower.collect()
}

/// The bytes with the mask for every occurrence; nothing where there is none.
fn replaced(bytes: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let finder = memchr::memmem::Finder::new(secret);
    let mut found = finder.find_iter(bytes).peekable();
    found.peek()?;
    let (mut masked, mut read) = (Vec::with_capacity(bytes.len()), 0);
    for at in found {
        masked.extend_from_slice(&bytes[read..at]);
        masked.extend_from_slice(MASK.as_bytes());
        read = at + secret.len();
    }
    masked.extend_from_slice(&bytes[read..]);
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoed_secrets_are_masked_in_every_spelling() {
        let redaction = Redaction::of(["sk/live+\"1\"", "short"]);
        let mut response = RawResponse {
            sent: SentRequest::default(),
            status: 401,
            headers: vec![("x-echo".to_owned(), "key sk/live+\"1\"!".to_owned())],
            body: b"{\"a\": \"sk/live+\\\"1\\\"\", \"b\": \"sk%2Flive%2B%221%22\", \"c\": \"c2svbGl2ZSsiMSI\", \"d\": \"short\"}".to_vec(),
            truncated: false,
            elapsed_ms: 0,
        };
        redaction.response(&mut response);
        assert_eq!(response.headers[0].1, "key ●●●●!");
        let body = String::from_utf8(response.body).unwrap();
        assert_eq!(body, "{\"a\": \"●●●●\", \"b\": \"●●●●\", \"c\": \"●●●●\", \"d\": \"short\"}");
    }

    #[test]
    fn a_secret_is_masked_as_others_write_it() {
        let redaction = Redaction::of_sent(["sk-live/a b&c<d>'e", "YWRhOmh1bnRlcjIy"]);
        let spellings = [
            "sk-live/a b&c<d>'e",
            "sk-live%2Fa+b%26c%3Cd%3E%27e",
            "sk-live%2fa%20b%26c%3cd%3e%27e",
            "sk-live\\/a b&c<d>'e",
            "sk-live/a b\\u0026c\\u003cd\\u003e\\u0027e",
            "sk-live/a b&amp;c&lt;d&gt;&#39;e",
            "c2stbGl2ZS9hIGImYzxkPidl",
            "YWRhOmh1bnRlcjIy",
            "hunter22",
        ];
        for spelling in spellings {
            assert_eq!(redaction.text(&format!("x{spelling}y")), "x●●●●y", "{spelling}");
        }
    }
}
