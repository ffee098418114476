//! Where somebody wanted to go when they had to sign in first. Their browser keeps it until they are in, whichever way they
//! come: no address carries it, so no link can send anybody elsewhere.

use axum::http::request::Parts;
use axum::http::{Method, header};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use url::{Url, form_urlencoded};

use crate::app::App;

const SECURE_COOKIE: &str = "__Host-cordboard-next";
const COOKIE: &str = "cordboard_next";
/// Where people go who wanted nothing else.
const START: &str = "/";
/// Longer addresses are not kept, in bytes.
const LONGEST: usize = 1_000;

/// Lets the browser keep the page that was asked for, if it was a page.
pub(crate) fn remember(app: &App, parts: &Parts, jar: CookieJar) -> CookieJar {
    let wanted = parts.uri.path_and_query().map_or(START, |path| path.as_str());
    if wanted == START || !is_for_a_page(parts) || !is_ours(wanted) {
        return jar;
    }
    let value: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    let cookie = Cookie::build((name(app), value)).path("/").http_only(true).secure(app.settings.is_https);
    jar.add(cookie.same_site(SameSite::Lax).build())
}

/// Where to go now, once.
pub(crate) fn take(app: &App, jar: CookieJar) -> (String, CookieJar) {
    let Some(cookie) = jar.get(name(app)) else { return (START.to_owned(), jar) };
    let wanted = form_urlencoded::parse(cookie.value().as_bytes()).next().map(|(wanted, _)| wanted.into_owned());
    let wanted = wanted.filter(|wanted| is_ours(wanted)).unwrap_or_else(|| START.to_owned());
    (wanted, jar.remove(Cookie::build((name(app), "")).path("/").secure(app.settings.is_https)))
}

/// Whether a person asks for it, rather than a page for one of its parts.
fn is_for_a_page(parts: &Parts) -> bool {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let accepts = header(header::ACCEPT.as_str()).unwrap_or("*/*");
    parts.method == Method::GET
        && header("x-cordboard-fragment").is_none()
        && header("sec-fetch-dest").map_or(accepts.contains("text/html") || accepts == "*/*", |what| what == "document")
}

/// Whether a browser takes it for a page of this server, whatever the server is called.
fn is_ours(wanted: &str) -> bool {
    let is_plain = wanted.len() <= LONGEST && wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let here = Url::parse("http://here.invalid/").expect("a valid URL");
    let stays = || here.join(wanted).is_ok_and(|there| there.origin() == here.origin());
    is_plain && wanted.starts_with('/') && !wanted.starts_with("//") && stays()
}

fn name(app: &App) -> &'static str {
    if app.settings.is_https { SECURE_COOKIE } else { COOKIE }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_pages_of_this_server_are_gone_to() {
        for wanted in ["/store", "/join/abc?x=//evil.example", "/store?q=a%2F%2Fb", "/%2F/evil.example", "/%5Cevil"] {
            assert!(is_ours(wanted), "{wanted}");
        }
        for wanted in [
            "",
            "store",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            " /store",
            "/ä",
        ] {
            assert!(!is_ours(wanted), "{wanted:?}");
        }
        assert!(!is_ours(&format!("/{}", "a".repeat(1_000))));
    }
}
