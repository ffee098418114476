//! A person who may invite others and change their roles. Handlers that take it cannot be reached by anybody else.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use cordboard_domain::account::{Account, Role};
use cordboard_domain::id::UserId;
use tracing::info;

use crate::app::App;
use crate::endings;
use crate::error::WebError;
use crate::invitations::{Invitee, invitation_link, revoke_those_of};
use crate::session::Member;

#[derive(Debug, Clone)]
pub(crate) struct Admin(pub(crate) Account);

impl Admin {
    /// Gives the type to a person of the role.
    pub(crate) fn of(account: Account) -> Result<Self, WebError> {
        if account.role >= Role::Admin {
            return Ok(Self(account));
        }
        let message = "Only an admin of this server can do this.";
        Err(WebError::new(StatusCode::FORBIDDEN, "This is for admins", message))
    }

    /// The account that an admin may change: anybody's but the owner's and the admin's own.
    async fn changeable(&self, app: &App, user: UserId) -> Result<Account, WebError> {
        let account = app.people.get_account(user).await?;
        let problem = if account.is_owner {
            "The owner of this server stays an admin and stays active."
        } else if account.id == self.0.id {
            "Nobody changes their own role or state. Ask another admin."
        } else {
            return Ok(account);
        };
        Err(WebError::new(StatusCode::CONFLICT, "Not done", problem))
    }

    /// Gives a person another role. What they invited as an admin is revoked when they are none any more.
    pub(crate) async fn change_role(&self, app: &App, user: UserId, role: Role) -> Result<(), WebError> {
        let account = self.changeable(app, user).await?;
        app.people.set_role(account.id, role).await?;
        if role < Role::Admin {
            revoke_those_of(app, account.id).await?;
        }
        Ok(())
    }

    /// Takes a person's way in, with all sessions, or gives it back.
    pub(crate) async fn change_state(&self, app: &App, user: UserId, is_active: bool) -> Result<(), WebError> {
        let account = self.changeable(app, user).await?;
        app.people.set_active(account.id, is_active).await?;
        if !is_active {
            app.people.end_sessions(account.id).await?;
            revoke_those_of(app, account.id).await?;
        }
        Ok(())
    }

    /// Deletes a person who cannot sign in any more, with everything that is theirs.
    pub(crate) async fn delete(&self, app: &App, user: UserId) -> Result<(), WebError> {
        let account = self.changeable(app, user).await?;
        if account.is_active {
            let message = "Deactivate the person first. What is deleted cannot be brought back.";
            return Err(WebError::new(StatusCode::CONFLICT, "Not deleted", message));
        }
        info!(by = %self.0.id, of = %account.id, "a person is deleted");
        endings::delete_person(app, account.id).await
    }

    /// Makes a path with which somebody who forgot their password chooses another: `/invitations/…`. Not for the owner,
    /// whom no admin can become.
    pub(crate) async fn password_link(&self, app: &App, user: UserId) -> Result<String, WebError> {
        let account = app.people.get_account(user).await?;
        let refused = |message: &str| WebError::new(StatusCode::CONFLICT, "Not done", message);
        if account.is_owner {
            return Err(refused("The owner runs `cordboard sign-in` on the server for a link."));
        }
        if !account.is_active {
            return Err(refused("This person cannot sign in. Reactivate them first."));
        }
        info!(by = %self.0.id, of = %account.id, "a link for a new password is made");
        let note = format!("New password for {}", account.name);
        let invitee = Invitee { role: account.role, account: Some(account.id), invited_by: Some(self.0.id), note };
        Ok(invitation_link(&*app.people, &*app.clock, &*app.entropy, invitee).await?)
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        Self::of(member.account).map_err(IntoResponse::into_response)
    }
}
