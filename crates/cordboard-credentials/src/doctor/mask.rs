//! Secrets in what developers are shown: only how long they are is told.

use cordboard_domain::ports::Callback;
use reqwest::header::HeaderMap;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// Whose values are secrets.
const SECRETS: [&str; 12] = [
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "client_secret",
    "code",
    "code_verifier",
    "state",
    "password",
    "assertion",
    "client_assertion",
    "nonce",
];
const SECRET_HEADERS: [&str; 4] = ["authorization", "cookie", "set-cookie", "proxy-authorization"];

fn masked(value: &str) -> String {
    format!("●●●● ({} characters)", value.chars().count())
}

fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name.to_ascii_lowercase().as_str())
}

/// An address as it is read, with the secrets of its query masked.
pub(super) fn url(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    let pairs = url.query_pairs().map(|(name, value)| pair(&name, &value));
    format!("{shown}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn pair(name: &str, value: &str) -> String {
    if is_secret(name) { format!("{name}={}", masked(value)) } else { format!("{name}={value}") }
}

pub(super) fn callback(callback: &Callback) -> String {
    let Callback { code, state, iss, error, error_description } = callback;
    let all =
        [("code", code), ("state", state), ("iss", iss), ("error", error), ("error_description", error_description)];
    let present = all.into_iter().filter_map(|(name, value)| Some(pair(name, value.as_deref()?)));
    let shown = present.collect::<Vec<_>>().join("&");
    if shown.is_empty() { "(no parameters)".to_owned() } else { shown }
}

pub(super) fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let shown = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let text = match text.split_once(' ') {
            Some((scheme, secret)) if SECRET_HEADERS.contains(&name.as_str()) => format!("{scheme} {}", masked(secret)),
            None if SECRET_HEADERS.contains(&name.as_str()) => masked(&text),
            _ => text.into_owned(),
        };
        (name.to_string(), text)
    };
    headers.iter().map(shown).collect()
}

/// A body: JSON and forms with their secrets masked, anything else as it is.
pub(super) fn body(text: &str) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        mask_value(&mut value);
        return serde_json::to_string_pretty(&value).unwrap_or_default();
    }
    let is_form = text.contains('=') && !text.contains([' ', '<', '\n']);
    if is_form {
        return form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| pair(&name, &value))
            .collect::<Vec<_>>()
            .join("&");
    }
    text.to_owned()
}

fn mask_value(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if is_secret(name) => *member = masked(text).into(),
                    _ => mask_value(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_of_a_secret_is_told() {
        assert_eq!(body("grant_type=x&code=abc"), "grant_type=x&code=●●●● (3 characters)");
        assert_eq!(
            body(r#"{"a":[{"access_token":"abcd"}],"error":"e"}"#).replace([' ', '\n'], ""),
            r#"{"a":[{"access_token":"●●●●(4characters)"}],"error":"e"}"#
        );
        assert_eq!(body("<p>code=1</p>"), "<p>code=1</p>");
        let address = Url::parse("https://a.example/x?client_id=c&state=ssss&redirect_uri=http://l/").unwrap();
        assert_eq!(url(&address), "https://a.example/x?client_id=c&state=●●●● (4 characters)&redirect_uri=http://l/");
        let mut map = HeaderMap::new();
        map.insert("authorization", "Basic YTpi".parse().unwrap());
        assert_eq!(headers(&map), [("authorization".to_owned(), "Basic ●●●● (4 characters)".to_owned())]);
    }
}
