//! What a client sends to the token endpoints: a form, as the standard has it, or JSON, as early plugin hosts sent it.

use std::sync::Arc;

use axum::extract::{Form, FromRequest, Json, Request};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::form_urlencoded;

use super::Identity;
use super::clients::Registration;
use super::refusal::Refusal;

/// The members of a request for tokens or for a revocation.
#[derive(Deserialize, Default)]
pub(super) struct Fields {
    client_id: Option<String>,
    client_secret: Option<String>,
    pub(super) grant_type: Option<String>,
    pub(super) code: Option<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) token: Option<String>,
}

/// A request of a client that has shown its secret.
pub(super) struct Authenticated {
    pub(super) client: Registration,
    pub(super) fields: Fields,
}

impl FromRequest<Arc<Identity>> for Authenticated {
    type Rejection = Refusal;

    async fn from_request(request: Request, identity: &Arc<Identity>) -> Result<Self, Refusal> {
        let basic = basic(request.headers());
        let mut fields = fields(request, identity).await?;
        let own = fields.client_id.take().zip(fields.client_secret.take());
        let (id, secret) = match (basic, own) {
            (Some(_), Some(_)) => return Err(Refusal::request("the client shows its secret twice")),
            (shown, own) => shown.or(own).ok_or_else(Refusal::client)?,
        };
        let client = identity.clients.lookup(&id).filter(|client| client.has_secret(&secret));
        Ok(Self { client: client.ok_or_else(Refusal::client)?, fields })
    }
}

async fn fields(request: Request, identity: &Arc<Identity>) -> Result<Fields, Refusal> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        let body = Json::from_request(request, identity).await;
        return body.map(|Json(fields)| fields).map_err(|_| Refusal::request("the body is no JSON object of texts"));
    }
    let body = Form::from_request(request, identity).await;
    body.map(|Form(fields)| fields).map_err(|_| Refusal::request("the body is no form, or says something twice"))
}

/// Id and secret in `Authorization: Basic`, each encoded as in a form (RFC 6749 section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (kind, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let text = kind.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())??;
    let text = String::from_utf8(text).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((plain(id), plain(secret)))
}

fn plain(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}
