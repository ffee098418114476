//! Under which address the client reaches this server, for links that leave the page.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::app::App;

/// Scheme, name and port, such as `https://chat.example`. The name is one of ours: [`crate::protection`] saw to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnAddress(pub(crate) String);

impl FromRequestParts<App> for OwnAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
        let scheme = if app.settings.is_https { "https" } else { "http" };
        Ok(Self(format!("{scheme}://{host}")))
    }
}
