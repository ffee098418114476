//! `POST /oauth/token`: a code or a refresh token for an access token.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::fields::Authenticated;
use super::grants::{Redemption, Tokens};
use super::refusal::Refusal;
use super::{Identity, SCOPE};

#[derive(Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    /// In seconds.
    expires_in: u64,
    refresh_token: String,
    scope: &'static str,
}

pub(super) async fn exchange(
    State(identity): State<Arc<Identity>>,
    Authenticated { client, fields }: Authenticated,
) -> Result<Response, Refusal> {
    let tokens = match fields.grant_type.as_deref() {
        Some("authorization_code") => {
            let redemption = Redemption {
                code: fields.code.as_deref().ok_or_else(|| Refusal::request("code is missing"))?,
                client: &client.id,
                redirect: fields.redirect_uri.as_deref().unwrap_or_default(),
                verifier: fields.code_verifier.as_deref(),
            };
            identity.grants(|grants, now| grants.redeem(&redemption, now, now + identity.access_life))
        }
        Some("refresh_token") => {
            let token = fields.refresh_token.as_deref().ok_or_else(|| Refusal::request("refresh_token is missing"))?;
            identity.grants(|grants, now| grants.refresh(token, &client.id, now, now + identity.access_life))
        }
        Some(_) | None => Err(Refusal::grant_type()),
    };
    tokens.map(|tokens| answer(&identity, tokens))
}

fn answer(identity: &Identity, Tokens { access, refresh }: Tokens) -> Response {
    let answer = TokenAnswer {
        access_token: access,
        token_type: "Bearer",
        expires_in: identity.access_life.as_secs(),
        refresh_token: refresh,
        scope: SCOPE,
    };
    ([(CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}
