//! The people of this server, for admins. Invitations are made on the page, where their links are shown.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_domain::account::Role;
use cordboard_domain::id::UserId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Admin, Caller};
use super::problem::{Problem, Refusals};
use super::view::{PersonView, role};
use crate::admin;
use crate::app::App;

/// Everybody with an account, by name.
#[utoipa::path(get, path = "/people", tag = "people", operation_id = "listPeople",
    responses((status = 200, body = [PersonView]), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Admin>) -> Result<Json<Vec<PersonView>>, Problem> {
    admin::Admin::of(caller.account)?;
    Ok(Json(app.people.list_accounts().await?.iter().map(PersonView::from).collect()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct PersonChange {
    #[schema(schema_with = role, required = false)]
    role: Option<Role>,
    /// Whether the person may sign in.
    is_active: Option<bool>,
}

/// Gives a person another role, or takes or gives back their way in. Not the owner, and not yourself.
#[utoipa::path(patch, path = "/people/{user}", tag = "people", operation_id = "changePerson",
    params(("user" = String, Path, format = Uuid)), request_body = PersonChange,
    responses((status = 200, body = PersonView), Refusals))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller<Admin>,
    At(user): At<UserId>,
    Body(change): Body<PersonChange>,
) -> Result<Json<PersonView>, Problem> {
    let admin = admin::Admin::of(caller.account)?;
    if let Some(role) = change.role {
        admin.change_role(&app, user, role).await?;
    }
    if let Some(is_active) = change.is_active {
        admin.change_state(&app, user, is_active).await?;
    }
    Ok(Json((&app.people.get_account(user).await?).into()))
}

/// Deletes a person who cannot sign in any more, with everything that is theirs. Not the owner, and not yourself.
#[utoipa::path(delete, path = "/people/{user}", tag = "people", operation_id = "deletePerson",
    params(("user" = String, Path, format = Uuid)), responses((status = 204, description = "Deleted"), Refusals))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller<Admin>,
    At(user): At<UserId>,
) -> Result<StatusCode, Problem> {
    admin::Admin::of(caller.account)?.delete(&app, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
