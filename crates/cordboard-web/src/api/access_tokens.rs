//! Personal access tokens. They are made on the account page, so that no token can make another one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_domain::account::AccessToken;
use cordboard_domain::id::AccessTokenId;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::At;
use super::caller::{Caller, Read};
use super::problem::{Problem, Refusals, no_route};
use super::view::moment;
use crate::app::App;

#[derive(Serialize, ToSchema)]
pub(super) struct AccessTokenView {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    created_at: String,
    expires_at: Option<String>,
    last_used_at: Option<String>,
}

impl From<&AccessToken> for AccessTokenView {
    fn from(token: &AccessToken) -> Self {
        Self {
            id: token.id.as_uuid().to_string(),
            name: token.name.clone(),
            scopes: token.scopes.iter().map(|scope| scope.as_str()).collect(),
            created_at: moment(token.created_at),
            expires_at: token.expires_at.map(moment),
            last_used_at: token.last_used_at.map(moment),
        }
    }
}

/// The person's access tokens, without their secrets.
#[utoipa::path(get, path = "/access-tokens", tag = "me", operation_id = "listAccessTokens",
    responses((status = 200, body = [AccessTokenView]), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Read>) -> Result<Json<Vec<AccessTokenView>>, Problem> {
    let tokens = app.people.list_access_tokens(caller.user()).await?;
    Ok(Json(tokens.iter().map(AccessTokenView::from).collect()))
}

/// Revokes one of the person's access tokens, at once; also the one of this request.
#[utoipa::path(delete, path = "/access-tokens/{token}", tag = "me", operation_id = "revokeAccessToken",
    params(("token" = String, Path, format = Uuid)), responses((status = 204, description = "Revoked"), Refusals))]
pub(super) async fn revoke(
    State(app): State<App>,
    caller: Caller<Read>,
    At(token): At<AccessTokenId>,
) -> Result<StatusCode, Problem> {
    if !app.people.list_access_tokens(caller.user()).await?.iter().any(|each| each.id == token) {
        return Err(no_route().await);
    }
    app.people.revoke_access_token(caller.user(), token).await?;
    Ok(StatusCode::NO_CONTENT)
}
