//! Decisions: the only way into the store, and out of it.

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::catalogue::access::Reviewer;
use cordboard_domain::id::{PluginId, SubmissionId};
use serde::Deserialize;

use super::show::trouble;
use crate::app::App;
use crate::error::WebError;
use crate::session::Member;

#[derive(Deserialize)]
pub(crate) struct Decision {
    #[serde(default)]
    reason: String,
    /// Present when the box is ticked.
    cosmetic_changes_pass: Option<String>,
}

pub(crate) async fn approve(
    State(app): State<App>,
    member: Member,
    Path(submission): Path<SubmissionId>,
    Form(form): Form<Decision>,
) -> Result<Response, WebError> {
    let reviewer = Reviewer::of(&member.account)?;
    let passes = form.cosmetic_changes_pass.is_some();
    let decided = app.catalogue.approve(reviewer, submission, &form.reason, passes).await;
    answer(&app, &member, submission, decided).await
}

pub(crate) async fn reject(
    State(app): State<App>,
    member: Member,
    Path(submission): Path<SubmissionId>,
    Form(form): Form<Decision>,
) -> Result<Response, WebError> {
    let reviewer = Reviewer::of(&member.account)?;
    let decided = app.catalogue.reject(reviewer, submission, &form.reason).await;
    answer(&app, &member, submission, decided).await
}

async fn answer(
    app: &App,
    member: &Member,
    submission: SubmissionId,
    decided: Result<(), CatalogueError>,
) -> Result<Response, WebError> {
    match decided {
        Ok(()) => Ok(Redirect::to(&format!("/reviews/{submission}")).into_response()),
        Err(error) => Ok(trouble(app, member, submission, error.into()).await?.into_response()),
    }
}

pub(crate) async fn ban(
    State(app): State<App>,
    member: Member,
    Path(plugin): Path<PluginId>,
    Form(form): Form<Decision>,
) -> Result<Redirect, WebError> {
    app.catalogue.ban(Reviewer::of(&member.account)?, plugin, &form.reason).await?;
    Ok(Redirect::to("/reviews"))
}

pub(crate) async fn unban(
    State(app): State<App>,
    member: Member,
    Path(plugin): Path<PluginId>,
    Form(form): Form<Decision>,
) -> Result<Redirect, WebError> {
    app.catalogue.unban(Reviewer::of(&member.account)?, plugin, &form.reason).await?;
    Ok(Redirect::to("/reviews"))
}
