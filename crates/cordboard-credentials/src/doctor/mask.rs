//! Secrets in what developers are shown: only how long they are is told.

use cordboard_domain::ports::Callback;
use reqwest::header::HeaderMap;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// Whose values are secrets, without what joins words.
const SECRETS: [&str; 17] = [
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "token",
    "clientsecret",
    "secret",
    "code",
    "codeverifier",
    "state",
    "password",
    "assertion",
    "clientassertion",
    "nonce",
    "apikey",
    "key",
    "jwt",
    "bearer",
];
const SECRET_HEADERS: [&str; 4] = ["authorization", "cookie", "set-cookie", "proxy-authorization"];
/// In a text that nobody can read, what follows such a name is masked from this length on, in bytes.
const SHORTEST_IN_TEXT: usize = 8;

fn masked(value: &str) -> String {
    format!("●●●● ({} characters)", value.chars().count())
}

fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    SECRETS.contains(&plain.to_ascii_lowercase().as_str())
}

fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name) || ["token", "secret", "api-key"].iter().any(|word| name.contains(word))
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
            Some((scheme, secret)) if is_secret_header(name.as_str()) => format!("{scheme} {}", masked(secret)),
            None if is_secret_header(name.as_str()) => masked(&text),
            _ => self::text(&text),
        };
        (name.to_string(), text)
    };
    headers.iter().map(shown).collect()
}

/// A body: JSON and forms with their secrets masked, and anything else with what follows their names.
pub(super) fn body(text: &str) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        mask_value(&mut value, false);
        return serde_json::to_string_pretty(&value).unwrap_or_default();
    }
    let is_form = text.contains('=') && !text.contains([' ', '<', '\n']);
    if is_form {
        return form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| pair(&name, &value))
            .collect::<Vec<_>>()
            .join("&");
    }
    self::text(text)
}

/// A text of no known form, such as JSON that broke off or a page.
fn text(text: &str) -> String {
    let is_of_token = |each: char| each.is_ascii_alphanumeric() || "-._~+/%".contains(each);
    let (mut shown, mut names) = (String::with_capacity(text.len()), false);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|each| is_of_token(each) != is_of_token(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        rest = after;
        if is_of_token(first) {
            let hides = names && run.len() >= SHORTEST_IN_TEXT;
            shown.push_str(&if hides { masked(run) } else { run.to_owned() });
            names = !hides && is_secret(run);
        } else {
            shown.push_str(run);
        }
    }
    shown
}

/// `hides` where the value belongs to a secret's name.
fn mask_value(value: &mut Value, hides: bool) {
    match value {
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, each)| mask_value(each, hides || is_secret(name)));
        }
        Value::Array(items) => items.iter_mut().for_each(|each| mask_value(each, hides)),
        Value::String(text) if hides => *text = masked(text),
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
        assert_eq!(
            body(r#"{"accessToken":"abcd","n":1}"#).replace([' ', '\n'], ""),
            r#"{"accessToken":"●●●●(4characters)","n":1}"#
        );
        assert_eq!(
            body(r#"{"token":{"value":"abcd"}}"#).replace([' ', '\n'], ""),
            r#"{"token":{"value":"●●●●(4characters)"}}"#
        );
        assert_eq!(body(r#"{"access_token": "abcd-efgh","#), r#"{"access_token": "●●●● (9 characters)","#);
        assert_eq!(
            body("<refresh_token>abcdefgh</refresh_token> ok"),
            "<refresh_token>●●●● (8 characters)</refresh_token> ok"
        );
        assert_eq!(body("no access_token for you"), "no access_token for you");
        let address = Url::parse("https://a.example/x?client_id=c&state=ssss&redirect_uri=http://l/").unwrap();
        assert_eq!(url(&address), "https://a.example/x?client_id=c&state=●●●● (4 characters)&redirect_uri=http://l/");
        let mut map = HeaderMap::new();
        map.insert("x-auth-token", "abc".parse().unwrap());
        map.insert("location", "https://a.example/?code=abcdefgh".parse().unwrap());
        map.insert("authorization", "Basic YTpi".parse().unwrap());
        let shown: Vec<String> = headers(&map).into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let expected = [
            "x-auth-token: ●●●● (3 characters)",
            "location: https://a.example/?code=●●●● (8 characters)",
            "authorization: Basic ●●●● (4 characters)",
        ];
        assert_eq!(shown, expected);
    }
}
