//! A person who may invite others and change their roles. Handlers that take it cannot be reached by anybody else.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use cordboard_domain::account::Role;

use crate::app::App;
use crate::error::WebError;
use crate::session::Member;

#[derive(Debug, Clone)]
pub(crate) struct Admin(pub(crate) Member);

impl FromRequestParts<App> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if member.account.role >= Role::Admin {
            return Ok(Self(member));
        }
        let message = "Only an admin of this server can do this.";
        Err(WebError::new(StatusCode::FORBIDDEN, "This is for admins", message).into_response())
    }
}
