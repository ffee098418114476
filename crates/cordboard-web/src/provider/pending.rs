//! A sign-in that has been begun and waits for the provider's answer, kept by the browser that began it.
//!
//! The cookie needs no seal. Its values mean something only together with an answer that names the same `state`, and
//! whoever can write this browser's cookies can begin a sign-in of their own. An answer cannot be used again: the
//! provider accepts a code once, only with the verifier of this cookie, and the cookie goes with the first answer.

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use cordboard_domain::secret;
use cordboard_domain::time::{SignedDuration, Timestamp};

use crate::app::App;

const SECURE_COOKIE: &str = "__Host-cordboard-provider";
const COOKIE: &str = "cordboard_provider";
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What an answer is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Comes back with the answer.
    pub(crate) state: String,
    /// Comes back in the token.
    pub(crate) nonce: String,
    /// Proves to the provider that who began the sign-in ends it.
    pub(crate) verifier: String,
    began_at: Timestamp,
}

impl Pending {
    pub(crate) fn begin(app: &App) -> Self {
        let secret = || secret::generate(&*app.entropy);
        Self { state: secret(), nonce: secret(), verifier: secret(), began_at: app.clock.now() }
    }

    /// Gives it to the browser. `Lax`, since the provider leads back from another site.
    pub(crate) fn keep(&self, app: &App, jar: CookieJar) -> CookieJar {
        let Self { state, nonce, verifier, began_at } = self;
        let value = format!("{state}.{nonce}.{verifier}.{}", began_at.as_millisecond());
        let cookie = Cookie::build((name(app), value)).path("/").http_only(true).secure(app.settings.is_https);
        jar.add(cookie.same_site(SameSite::Lax).build())
    }

    /// Takes it from the browser, if it is there and not too old.
    pub(crate) fn take(app: &App, jar: CookieJar) -> (Option<Self>, CookieJar) {
        let pending = jar.get(name(app)).and_then(|cookie| Self::parse(cookie.value()));
        let is_fresh = |pending: &Self| {
            let age = app.clock.now().duration_since(pending.began_at);
            (SignedDuration::ZERO..LIFETIME).contains(&age)
        };
        let cookie = Cookie::build((name(app), "")).path("/").secure(app.settings.is_https);
        (pending.filter(is_fresh), jar.remove(cookie))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::to_owned);
        let [state, nonce, verifier, began_at] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        let is_secret = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let began_at = Timestamp::from_millisecond(began_at.parse().ok()?).ok()?;
        let fits = [&state, &nonce, &verifier].into_iter().all(is_secret) && parts.next().is_none();
        fits.then_some(Self { state, nonce, verifier, began_at })
    }
}

fn name(app: &App) -> &'static str {
    if app.settings.is_https { SECURE_COOKIE } else { COOKIE }
}
