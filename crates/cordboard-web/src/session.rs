//! Who is asking. A session begins with a one-time link; its token lives in a cookie, its digest in the store.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use cordboard_domain::id::UserId;
use cordboard_domain::plugin::hex;
use cordboard_domain::ports::{Accounts, StoreError, TokenDigest};
use cordboard_domain::time::{Clock, Entropy, SignedDuration};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::WebError;

const COOKIE: &str = "cordboard_session";
const LINK_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A person who is signed in. Handlers that take it cannot be reached without a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) user: UserId,
}

/// Why a link could not be made.
#[derive(Debug, thiserror::Error)]
#[error("a sign-in link could not be stored: {0}")]
pub struct SignInError(#[from] StoreError);

/// Makes a path that signs a person in once, within 15 minutes: `/sign-in/…`.
pub async fn sign_in_link(
    accounts: &dyn Accounts,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    user: UserId,
) -> Result<String, SignInError> {
    let token = token(entropy);
    accounts.add_sign_in_link(&digest(&token), user, clock.now() + LINK_LIFETIME).await?;
    Ok(format!("/sign-in/{token}"))
}

/// Uses up a link and begins a session; `None` when the link does not hold.
pub(crate) async fn redeem(app: &App, link: &str, jar: CookieJar) -> Result<Option<CookieJar>, StoreError> {
    let now = app.clock.now();
    let Some(user) = app.accounts.redeem_sign_in_link(&digest(link), now).await? else {
        return Ok(None);
    };
    let token = token(&*app.entropy);
    app.accounts.add_session(&digest(&token), user, now + SESSION_LIFETIME).await?;
    let cookie = Cookie::build((COOKIE, token)).path("/").http_only(true).same_site(SameSite::Lax).permanent().build();
    Ok(Some(jar.add(cookie)))
}

/// Ends the session behind a request.
pub(crate) async fn end(app: &App, jar: CookieJar) -> Result<CookieJar, StoreError> {
    if let Some(cookie) = jar.get(COOKIE) {
        app.accounts.end_session(&digest(cookie.value())).await?;
    }
    Ok(jar.remove(Cookie::build((COOKIE, "")).path("/")))
}

/// 256 random bits as text.
fn token(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    hex(&bytes)
}

fn digest(token: &str) -> TokenDigest {
    TokenDigest(hex(&Sha256::digest(token)))
}

async fn lookup(parts: &Parts, app: &App) -> Result<Option<Member>, StoreError> {
    let jar = CookieJar::from_headers(&parts.headers);
    let Some(cookie) = jar.get(COOKIE) else { return Ok(None) };
    let user = app.accounts.lookup_session(&digest(cookie.value()), app.clock.now()).await?;
    Ok(user.map(|user| Member { user }))
}

impl FromRequestParts<App> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match lookup(parts, app).await {
            Ok(Some(member)) => Ok(member),
            Ok(None) => Err(Redirect::to("/sign-in").into_response()),
            Err(error) => Err(WebError::from(error).into_response()),
        }
    }
}

impl OptionalFromRequestParts<App> for Member {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, WebError> {
        Ok(lookup(parts, app).await?)
    }
}
