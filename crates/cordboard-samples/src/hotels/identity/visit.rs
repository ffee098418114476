//! Who is at the pages: a cookie of the hotels' own, and a token in every form that only their pages can know.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::extract::FromRequestParts;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, REFERRER_POLICY, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::Identity;
use crate::html::page;
use crate::secret::{self, Digest};

/// Cookies do not tell ports apart, so other servers of this machine see this one beside their own.
const COOKIE_NAME: &str = "nightcord_hotels_session";
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Who is signed in, by the digests of their cookies.
#[derive(Default)]
pub(super) struct Visits(Mutex<HashMap<Digest, (String, Timestamp)>>);

impl Visits {
    fn begin(&self, cookie: &str, account: &str, now: Timestamp) {
        self.with(|visits| {
            visits.retain(|_, (_, until)| *until > now);
            visits.insert(Digest::of(cookie), (account.to_owned(), now + LIFE));
        });
    }

    fn end(&self, cookie: &str) {
        self.with(|visits| visits.remove(&Digest::of(cookie)));
    }

    fn account(&self, cookie: &str, now: Timestamp) -> Option<String> {
        self.with(|visits| {
            visits.get(&Digest::of(cookie)).filter(|(_, until)| *until > now).map(|(name, _)| name.clone())
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Digest, (String, Timestamp)>) -> T) -> T {
        work(&mut self.0.lock().expect("no code panics while it holds the visits"))
    }
}

/// A browser at the pages.
pub(super) struct Visit {
    cookie: String,
    /// Who is signed in.
    pub(super) account: Option<String>,
}

impl FromRequestParts<Arc<Identity>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, identity: &Arc<Identity>) -> Result<Self, Infallible> {
        let Some(cookie) = cookie(&parts.headers) else {
            return Ok(Self { cookie: secret::generate(), account: None });
        };
        let account = identity.visits.account(&cookie, identity.clock.now());
        Ok(Self { cookie, account })
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(name, _)| *name == COOKIE_NAME)?.1;
    (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))
        .then(|| value.to_owned())
}

impl Visit {
    /// What every form of this browser carries.
    pub(super) fn form_token(&self) -> String {
        Digest::of(&format!("form {}", self.cookie)).text()
    }

    /// Whether a form comes from a page that was shown to this browser.
    pub(super) fn wrote(&self, form_token: &str) -> bool {
        secret::same(self.form_token().as_bytes(), form_token.as_bytes())
    }

    /// Signs somebody in, under a new cookie.
    pub(super) fn sign_in(&mut self, identity: &Identity, account: String) {
        self.cookie = secret::generate();
        identity.visits.begin(&self.cookie, &account, identity.clock.now());
        self.account = Some(account);
    }

    pub(super) fn sign_out(&mut self, identity: &Identity) {
        identity.visits.end(&self.cookie);
        self.cookie = secret::generate();
        self.account = None;
    }

    /// A page for this browser, which no other page may frame and nobody keeps.
    pub(super) fn page(&self, identity: &Identity, title: &str, body: &str) -> Response {
        let headers = [
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'none'")),
            (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        ];
        self.answer(identity, (headers, Html(page(title, "", body))))
    }

    /// An answer that tells the browser its cookie.
    pub(super) fn answer(&self, identity: &Identity, answer: impl IntoResponse) -> Response {
        let secure = if identity.issuer.starts_with("https:") { "; Secure" } else { "" };
        let cookie = format!(
            "{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
            self.cookie,
            LIFE.as_secs()
        );
        let mut response = answer.into_response();
        let cookie = HeaderValue::from_str(&cookie).expect("names and secrets are plain characters");
        response.headers_mut().insert(SET_COOKIE, cookie);
        response
    }
}
