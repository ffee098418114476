//! The admins' page: who has an account and what each may do, and who is invited.

use axum::extract::{Form, Path, State};
use axum::response::{Html, Redirect};
use cordboard_domain::account::{Account, Role};
use cordboard_domain::id::UserId;
use cordboard_domain::secret::TokenDigest;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::admin::Admin;
use crate::app::App;
use crate::error::WebError;
use crate::invitations::{Invitee, invitation_link};
use crate::own_address::OwnAddress;
use crate::templates::page;

/// As much of a note as is kept.
const NOTE_LENGTH: usize = 200;

pub(crate) async fn list(State(app): State<App>, admin: Admin) -> Result<Html<String>, WebError> {
    people_page(&app, &admin, None).await
}

/// A link that was just made, shown this once: only a digest of it is kept.
struct NewLink {
    url: String,
    /// The name of the person who chooses another password with it; absent for somebody new.
    password_of: Option<String>,
}

async fn people_page(app: &App, Admin(admin): &Admin, link: Option<NewLink>) -> Result<Html<String>, WebError> {
    let accounts = app.people.list_accounts().await?;
    let name_of = |user: UserId| accounts.iter().find(|account| account.id == user).map(shown_name);
    let invitations = app.people.list_invitations(app.clock.now()).await?;
    let invitations: Value = invitations
        .iter()
        .map(|(digest, invitation)| {
            context! {
                revoke => format!("/people/invitations/{}/revoke", digest.0),
                note => invitation.note.as_str(),
                role => invitation.role.as_str(),
                by => invitation.invited_by.and_then(name_of),
                expires => invitation.expires_at.strftime("%-d %B %Y").to_string(),
            }
        })
        .collect();
    let people: Value = accounts
        .iter()
        .map(|account| {
            context! {
                base => format!("/people/{}", account.id),
                id => account.id.to_string(),
                name => shown_name(account),
                login => account.login.as_ref().map(ToString::to_string),
                role => account.role.as_str(),
                is_owner => account.is_owner,
                is_self => account.id == admin.id,
                is_active => account.is_active,
            }
        })
        .collect();
    let roles: Vec<&str> = Role::ALL.into_iter().map(Role::as_str).collect();
    let link = link.map(|NewLink { url, password_of }| context! { url, password_of });
    Ok(page("people.html", &context! { people, invitations, roles, link })?)
}

fn shown_name(account: &Account) -> String {
    match &account.login {
        _ if !account.name.is_empty() => account.name.clone(),
        Some(login) => login.to_string(),
        None => "Owner".to_owned(),
    }
}

#[derive(Deserialize)]
pub(crate) struct RoleForm {
    role: Role,
}

pub(crate) async fn change_role(
    State(app): State<App>,
    admin: Admin,
    Path(user): Path<UserId>,
    Form(form): Form<RoleForm>,
) -> Result<Redirect, WebError> {
    admin.change_role(&app, user, form.role).await?;
    Ok(Redirect::to("/people"))
}

#[derive(Deserialize)]
pub(crate) struct ActiveForm {
    active: bool,
}

pub(crate) async fn change_state(
    State(app): State<App>,
    admin: Admin,
    Path(user): Path<UserId>,
    Form(form): Form<ActiveForm>,
) -> Result<Redirect, WebError> {
    admin.change_state(&app, user, form.active).await?;
    Ok(Redirect::to("/people"))
}

pub(crate) async fn delete(
    State(app): State<App>,
    admin: Admin,
    Path(user): Path<UserId>,
) -> Result<Redirect, WebError> {
    admin.delete(&app, user).await?;
    Ok(Redirect::to("/people"))
}

#[derive(Deserialize)]
pub(crate) struct InviteForm {
    role: Role,
    #[serde(default)]
    note: String,
}

/// Makes an invitation and shows its link.
pub(crate) async fn invite(
    State(app): State<App>,
    admin: Admin,
    OwnAddress(address): OwnAddress,
    Form(form): Form<InviteForm>,
) -> Result<Html<String>, WebError> {
    let note = form.note.trim().chars().take(NOTE_LENGTH).collect();
    let invitee = Invitee { role: form.role, account: None, invited_by: Some(admin.0.id), note };
    let path = invitation_link(&*app.people, &*app.clock, &*app.entropy, invitee).await?;
    people_page(&app, &admin, Some(NewLink { url: format!("{address}{path}"), password_of: None })).await
}

/// Makes a link for somebody who forgot their password, and shows it.
pub(crate) async fn make_password_link(
    State(app): State<App>,
    admin: Admin,
    OwnAddress(address): OwnAddress,
    Path(user): Path<UserId>,
) -> Result<Html<String>, WebError> {
    let path = admin.password_link(&app, user).await?;
    let password_of = Some(shown_name(&app.people.get_account(user).await?));
    people_page(&app, &admin, Some(NewLink { url: format!("{address}{path}"), password_of })).await
}

pub(crate) async fn revoke(State(app): State<App>, _: Admin, Path(digest): Path<String>) -> Result<Redirect, WebError> {
    app.people.revoke_invitation(&TokenDigest(digest)).await?;
    Ok(Redirect::to("/people"))
}
