//! `POST /oauth/revoke`: a client gives back a token, and with it all that came of the same consent (RFC 7009).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::Identity;
use super::fields::Authenticated;
use super::refusal::Refusal;

/// Unknown tokens are as gone as revoked ones, so they are answered alike.
pub(super) async fn revoke(
    State(identity): State<Arc<Identity>>,
    Authenticated { client, fields }: Authenticated,
) -> Result<StatusCode, Refusal> {
    let token = fields.token.ok_or_else(|| Refusal::request("token is missing"))?;
    identity.grants(|grants, _| grants.revoke(&token, &client.id));
    Ok(StatusCode::OK)
}
