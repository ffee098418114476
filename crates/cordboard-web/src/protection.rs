//! What every request must pass and every answer carries.
//!
//! Requests that change something must come from our own pages: browsers say so in `Sec-Fetch-Site`, and older ones in
//! `Origin`. The `Host` must be one of ours, or a rebound name could speak to a server on loopback.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api;
use crate::app::App;
use crate::error::WebError;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(crate) async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = host(headers);
    if !is_ours(&host, &app.settings.hosts) {
        let message = format!(
            "This server is not known as `{host}`. Its operator can add the name to `hosts` in cordboard.toml."
        );
        return secured(WebError::new(StatusCode::MISDIRECTED_REQUEST, "Wrong address", message).into_response());
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // The API takes no cookies, so that another site's page can do nothing with it.
    let is_api = request.uri().path().starts_with(api::BASE);
    if changes && !is_api && !from_own_page(headers, &host) {
        let message = "The request did not come from one of this server's own pages, so nothing was done.";
        return secured(WebError::new(StatusCode::FORBIDDEN, "Request refused", message).into_response());
    }
    secured(next.run(request).await)
}

/// The name and port in the `Host` header, lower case.
fn host(headers: &HeaderMap) -> String {
    headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
}

fn is_ours(host: &str, named: &[String]) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    matches!(name, "localhost" | "127.0.0.1" | "::1") || named.iter().any(|each| each == name)
}

fn from_own_page(headers: &HeaderMap, host: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    origin.and_then(|origin| origin.split_once("://")).is_some_and(|(_, name)| name == host)
}

fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_answered() {
        let named = ["chat.example".to_owned()];
        for host in ["localhost:8010", "127.0.0.1", "[::1]:8010", "chat.example", "chat.example:443"] {
            assert!(is_ours(host, &named), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example", "[::2]:80", "127.0.0.1.nip.example"] {
            assert!(!is_ours(host, &named), "{host}");
        }
    }

    #[test]
    fn changes_must_come_from_our_own_pages() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            from_own_page(&headers, "localhost:8010")
        };
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        assert!(check(&[("origin", "http://localhost:8010")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8010")]));
        assert!(!check(&[("origin", "http://localhost:9999")]));
        assert!(!check(&[("origin", "null")]));
        assert!(!check(&[]));
    }
}
