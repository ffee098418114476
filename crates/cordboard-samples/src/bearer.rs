//! What a caller says in `Authorization: Bearer`.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// The token of a request, if it has one.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (kind, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
