//! The answer of a token endpoint.

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::answer::readable;

const LONGEST_TOKEN: usize = 16_384;

/// Tokens as a server hands them out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    /// In seconds, where the server says so.
    pub(crate) lifetime: Option<i64>,
    /// What was granted, where that is said.
    pub(crate) scopes: Option<Vec<String>>,
}

/// Why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenFault {
    /// The server says no, and will say so again.
    Rejected(String),
    /// Its answer cannot be used; another one may.
    Unusable(String),
}

/// Reads an answer.
pub(crate) fn read(status: u16, content_type: &str, body: &[u8]) -> Result<Tokens, TokenFault> {
    let members = members(content_type, body);
    if !(200..300).contains(&status) {
        return Err(refusal(status, members.as_ref()));
    }
    let members = members.ok_or_else(|| unusable(&format!("it is {}, not JSON", kind_of(content_type, body))))?;
    if members.contains_key("error") {
        return Err(refusal(status, Some(&members)));
    }
    let text = |key: &str| members.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let access = text("access_token").ok_or_else(|| unusable("it has no `access_token`"))?;
    if !is_token(access) {
        return Err(unusable("its `access_token` cannot be sent in a header"));
    }
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(unusable("its `token_type` is not `bearer`"));
    }
    let refresh = text("refresh_token");
    if refresh.is_some_and(|token| token.len() > LONGEST_TOKEN) {
        return Err(unusable("its `refresh_token` is too long"));
    }
    let scopes =
        text("scope").map(|scope| scope.split([' ', ',']).filter(|each| !each.is_empty()).map(str::to_owned).collect());
    Ok(Tokens { access: access.to_owned(), refresh: refresh.map(str::to_owned), lifetime: lifetime(&members), scopes })
}

/// A number, or a text that is one; nonsense says nothing.
fn lifetime(members: &Map<String, Value>) -> Option<i64> {
    let value = members.get("expires_in")?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let whole = text.trim().split('.').next().unwrap_or_default();
    whole.parse().ok().filter(|seconds| *seconds > 0)
}

fn is_token(text: &str) -> bool {
    text.len() <= LONGEST_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// JSON, or a form where the label says so, as old servers answer.
fn members(content_type: &str, body: &[u8]) -> Option<Map<String, Value>> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Some(
            form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect(),
        ),
        "" | "text/plain" | "text/json" | "application/json" | "text/javascript" => serde_json::from_slice(body).ok(),
        other if other.ends_with("+json") => serde_json::from_slice(body).ok(),
        _ => None,
    }
}

fn kind_of(content_type: &str, body: &[u8]) -> String {
    let is_page = body.trim_ascii_start().starts_with(b"<");
    if is_page { "a web page".to_owned() } else { format!("`{}`", readable(content_type)) }
}

fn unusable(what: &str) -> TokenFault {
    TokenFault::Unusable(format!("The token server's answer cannot be used: {what}."))
}

/// What a refusal says. `error` has a few known words; a description may say anything, so it is only quoted.
fn refusal(status: u16, members: Option<&Map<String, Value>>) -> TokenFault {
    let text = |key: &str| members.and_then(|members| members.get(key)?.as_str()).map(readable);
    let error = text("error").unwrap_or_default();
    let said = text("error_description").or_else(|| text("message")).unwrap_or_else(|| error.clone());
    let said = if said.is_empty() { String::new() } else { format!(" and says “{said}”") };
    let message = format!("The token server answers {status}{said}.");
    let is_final =
        matches!(error.as_str(), "invalid_grant" | "unauthorized_client" | "invalid_scope" | "unsupported_grant_type")
            || error.is_empty() && matches!(status, 400 | 401 | 403);
    if is_final { TokenFault::Rejected(message) } else { TokenFault::Unusable(message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(body: &str) -> Result<Tokens, TokenFault> {
        read(200, "application/json", body.as_bytes())
    }

    #[test]
    fn answers_may_leave_out_everything_but_the_token() {
        let tokens = json(r#"{"access_token": "a"}"#).unwrap();
        assert_eq!(tokens, Tokens { access: "a".to_owned(), refresh: None, lifetime: None, scopes: None });
        let whole =
            json(r#"{"access_token":"a","token_type":"Bearer","refresh_token":"r","expires_in":59,"scope":"x y"}"#)
                .unwrap();
        assert_eq!((whole.refresh.as_deref(), whole.lifetime, whole.scopes.unwrap().len()), (Some("r"), Some(59), 2));
        for (value, expected) in
            [("\"60\"", Some(60)), ("59.9", Some(59)), ("\"soon\"", None), ("-5", None), ("null", None), ("0", None)]
        {
            let body = format!(r#"{{"access_token":"a","expires_in":{value}}}"#);
            assert_eq!(json(&body).unwrap().lifetime, expected, "{value}");
        }
        let form = read(
            200,
            "application/x-www-form-urlencoded; charset=utf-8",
            b"access_token=a%2Bb&scope=repo%2Cgist&token_type=bearer",
        )
        .unwrap();
        assert_eq!((form.access.as_str(), form.scopes.unwrap()), ("a+b", vec!["repo".to_owned(), "gist".to_owned()]));
        assert!(read(200, "", br#"{"access_token":"a"}"#).is_ok());
    }

    #[test]
    fn everything_else_is_no_token() {
        let long = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(LONGEST_TOKEN + 1));
        let bodies = [
            "",
            "{}",
            "[]",
            "null",
            "{\"access_token\":\"\"}",
            "{\"access_token\":7}",
            "{\"access_token\":null}",
            "{\"access_token\":[\"a\"]}",
            "{\"access_token\":\"a b\"}",
            "{\"access_token\":\"a\\nb\"}",
            "{\"access_token\":\"\\u00e4\"}",
            "{\"token\":\"a\"}",
            "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
            "{\"access_token\":\"a\",\"error\":\"x\"}",
            "{\"access_token\":\"a\",",
            "<html>",
            "access_token=a",
            long.as_str(),
        ];
        for body in bodies {
            assert!(json(body).is_err(), "{body}");
        }
        let good = br#"{"access_token":"a"}"#;
        for kind in ["text/html", "application/xml", "image/png", "application/octet-stream", "application/jsonp"] {
            assert!(read(200, kind, good).is_err(), "{kind}");
        }
        for status in [100, 204 + 100, 301, 302, 400, 401, 403, 404, 429, 500, 502] {
            assert!(read(status, "application/json", good).is_err(), "{status}");
        }
    }

    #[test]
    fn some_refusals_are_final() {
        let refused = |status, body: &str| match read(status, "application/json", body.as_bytes()) {
            Err(TokenFault::Rejected(message)) => (true, message),
            Err(TokenFault::Unusable(message)) => (false, message),
            Ok(_) => panic!("{body}"),
        };
        let (is_final, message) = refused(400, r#"{"error":"invalid_grant","error_description":"gone"}"#);
        assert_eq!((is_final, message.as_str()), (true, "The token server answers 400 and says “gone”."));
        assert!(refused(401, "nope").0);
        assert!(!refused(503, "busy").0 && !refused(429, r#"{"error":"slow_down"}"#).0);
        assert!(!refused(400, r#"{"error":"temporarily_unavailable"}"#).0);
    }
}
