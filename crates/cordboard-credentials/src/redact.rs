//! Secrets that come back: plugins echo them in errors, and nobody is to read them there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cordboard_domain::call::RawResponse;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in a secret's place.
const MASK: &str = "●●●●";
/// Shorter ones occur by chance.
const SHORTEST: usize = 6;

/// Spellings of secrets.
pub(crate) struct Redaction(Vec<String>);

impl Redaction {
    /// Masks these secrets, also where they are written for a URL or in base64.
    pub(crate) fn of<'secret>(secrets: impl IntoIterator<Item = &'secret str>) -> Self {
        let long = secrets.into_iter().filter(|secret| secret.len() >= SHORTEST);
        let mut spellings: Vec<String> = long
            .flat_map(|secret| {
                let escaped = serde_json::Value::from(secret).to_string();
                [
                    secret.to_owned(),
                    utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
                    STANDARD.encode(secret),
                    escaped[1..escaped.len() - 1].to_owned(),
                ]
            })
            .collect();
        // The longest first, so that no part of one is left.
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        spellings.dedup();
        Self(spellings)
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
            status: 401,
            headers: vec![("x-echo".to_owned(), "key sk/live+\"1\"!".to_owned())],
            body: b"{\"a\": \"sk/live+\\\"1\\\"\", \"b\": \"sk%2Flive%2B%221%22\", \"c\": \"c2svbGl2ZSsiMSI=\", \"d\": \"short\"}".to_vec(),
            truncated: false,
            elapsed_ms: 0,
        };
        redaction.response(&mut response);
        assert_eq!(response.headers[0].1, "key ●●●●!");
        let body = String::from_utf8(response.body).unwrap();
        assert_eq!(body, "{\"a\": \"●●●●\", \"b\": \"●●●●\", \"c\": \"●●●●\", \"d\": \"short\"}");
    }
}
