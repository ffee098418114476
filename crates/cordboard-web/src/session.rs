//! Who is asking. A session begins with a one-time link, a password or a provider's word; its token lives in a cookie, its digest in the store.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use cordboard_domain::account::Account;
use cordboard_domain::id::UserId;
use cordboard_domain::ports::{Sessions, StoreError};
use cordboard_domain::secret::{self, TokenDigest};
use cordboard_domain::time::{Clock, Entropy, SignedDuration};

use crate::app::App;
use crate::destination;
use crate::error::WebError;

/// Over HTTPS the browser itself makes sure that the cookie is of this host and path, and never sent in the clear.
const SECURE_COOKIE: &str = "__Host-cordboard";
const COOKIE: &str = "cordboard_session";
const LINK_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A person who is signed in. Handlers that take it cannot be reached without a session.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) account: Account,
    /// What is stored of the session's token.
    pub(crate) session: TokenDigest,
}

impl Member {
    pub(crate) fn user(&self) -> UserId {
        self.account.id
    }
}

/// Why a link could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the link could not be stored: {0}")]
pub struct SignInError(#[from] pub(crate) StoreError);

/// Makes a path that signs a person in once, within 15 minutes: `/sign-in/…`.
pub async fn sign_in_link(
    sessions: &dyn Sessions,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    user: UserId,
) -> Result<String, SignInError> {
    let token = secret::generate(entropy);
    sessions.add_sign_in_link(&TokenDigest::of(&token), user, clock.now() + LINK_LIFETIME).await?;
    Ok(format!("/sign-in/{token}"))
}

/// Uses up a link and lets its person in; `None` when the link does not hold.
pub(crate) async fn redeem(app: &App, link: &str, jar: CookieJar) -> Result<Option<Response>, StoreError> {
    match app.people.redeem_sign_in_link(&TokenDigest::of(link), app.clock.now()).await? {
        Some(user) => Ok(Some(enter(app, user, jar).await?)),
        None => Ok(None),
    }
}

/// Begins a session of a person who came in, and leads them to where they wanted to go.
pub(crate) async fn enter(app: &App, user: UserId, jar: CookieJar) -> Result<Response, StoreError> {
    let (wanted, jar) = destination::take(app, begin(app, user, jar).await?);
    Ok((jar, Redirect::to(&wanted)).into_response())
}

/// Begins a session of a person, in place of the one that the browser had.
pub(crate) async fn begin(app: &App, user: UserId, jar: CookieJar) -> Result<CookieJar, StoreError> {
    if let Some(cookie) = jar.get(cookie_name(app)) {
        app.people.end_session(&TokenDigest::of(cookie.value())).await?;
    }
    let token = secret::generate(&*app.entropy);
    app.people.add_session(&TokenDigest::of(&token), user, app.clock.now() + SESSION_LIFETIME).await?;
    let is_https = app.settings.is_https;
    let cookie = Cookie::build((cookie_name(app), token)).path("/").http_only(true).secure(is_https);
    Ok(jar.add(cookie.same_site(SameSite::Lax).permanent().build()))
}

/// Ends the session behind a request.
pub(crate) async fn end(app: &App, jar: CookieJar) -> Result<CookieJar, StoreError> {
    let name = cookie_name(app);
    if let Some(cookie) = jar.get(name) {
        app.people.end_session(&TokenDigest::of(cookie.value())).await?;
    }
    Ok(jar.remove(Cookie::build((name, "")).path("/").secure(app.settings.is_https)))
}

fn cookie_name(app: &App) -> &'static str {
    if app.settings.is_https { SECURE_COOKIE } else { COOKIE }
}

/// The person whose session these headers name, as long as it holds.
pub(crate) async fn lookup(headers: &HeaderMap, app: &App) -> Result<Option<Member>, StoreError> {
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(cookie_name(app)) else { return Ok(None) };
    let session = TokenDigest::of(cookie.value());
    let account = app.people.lookup_session(&session, app.clock.now()).await?;
    Ok(account.map(|account| Member { account, session }))
}

impl FromRequestParts<App> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match lookup(&parts.headers, app).await {
            Ok(Some(member)) => Ok(member),
            Ok(None) => {
                let jar = destination::remember(app, parts, CookieJar::from_headers(&parts.headers));
                Err((jar, Redirect::to("/sign-in")).into_response())
            }
            Err(error) => Err(WebError::from(error).into_response()),
        }
    }
}

impl OptionalFromRequestParts<App> for Member {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, WebError> {
        Ok(lookup(&parts.headers, app).await?)
    }
}
