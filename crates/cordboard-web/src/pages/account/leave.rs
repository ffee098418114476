//! What belongs to a person: to take along, and to delete with the account.

use axum::extract::{Form, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{Section, refused};
use crate::app::App;
use crate::endings;
use crate::error::WebError;
use crate::session::{self, Member};

/// Everything of the person as one JSON document.
pub(crate) async fn export(State(app): State<App>, member: Member) -> Result<Response, WebError> {
    let data = app.people.export_person(member.user()).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"cordboard-export.json\""),
    ];
    Ok((headers, format!("{data:#}\n")).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct DeleteForm {
    /// The login, typed again.
    login: String,
}

pub(crate) async fn delete(
    State(app): State<App>,
    member: Member,
    jar: CookieJar,
    Form(form): Form<DeleteForm>,
) -> Result<Response, WebError> {
    if member.account.is_owner {
        let problem = "The owner's account is the server's own and cannot be deleted.";
        return refused(&app, &member, Section::Delete, problem).await;
    }
    if form.login.parse().ok() != member.account.login {
        let problem = "This is not your login. Nothing was deleted.";
        return refused(&app, &member, Section::Delete, problem).await;
    }
    let jar = session::end(&app, jar).await?;
    endings::delete_person(&app, member.user()).await?;
    Ok((jar, Redirect::to("/sign-in")).into_response())
}
