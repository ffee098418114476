//! One submission: evidence, not promises.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, Response};
use cordboard_agent::catalogue::access::{Examined, Reviewer};
use cordboard_domain::id::{PluginId, SubmissionId};
use cordboard_domain::review::{ReviewEntry, Ruling, SubmissionState};
use minijinja::{Value, context};

use super::evidence;
use super::list::state;
use crate::app::App;
use crate::error::{WebError, capitalized};
use crate::inspection::Inspection;
use crate::pages::plugins::detail::look_alikes;
use crate::pages::plugins::logo::picture;
use crate::rate_limit::Errand;
use crate::session::Member;
use crate::templates::page;
use crate::words;

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(submission): Path<SubmissionId>,
) -> Result<Html<String>, WebError> {
    let examined = app.catalogue.examine(Reviewer::of(&member.account)?, submission).await?;
    render(&app, &member, &examined, None).await
}

pub(super) async fn render(
    app: &App,
    member: &Member,
    examined: &Examined,
    problem: Option<&str>,
) -> Result<Html<String>, WebError> {
    let Examined { submission, plugin, may_decide } = examined;
    let version = app.catalogue.ports.shelf.get_version(&submission.version).await?;
    let inspection = Inspection::of(app, plugin.id, &submission.version).await?;
    let base = format!("/reviews/{}", submission.id);
    let logo = version.facts.logo_url.is_some().then(|| format!("{base}/logo"));
    let view = context! {
        shell => words::shell(&member.account, "reviews"),
        base,
        plugin => context! { logo, ..words::words_of(&plugin.origin, &plugin.verified_origins, &version.facts) },
        standing => words::standing(plugin.standing),
        category => words::category(submission.category),
        by => words::name_of(&app.catalogue, submission.submitted_by).await,
        at => words::moment(submission.submitted_at),
        state => state(&submission.state),
        is_pending => submission.state == SubmissionState::Pending,
        may_decide,
        ruling => ruling(app, &submission.state).await,
        verified_at => plugin.verified_at.map(words::moment),
        cosmetic_changes_pass => plugin.cosmetic_changes_pass,
        ban => format!("/reviews/plugins/{}/ban", plugin.id),
        changes => app.catalogue.changes_since_approval(examined).await?.map(|changes| words::changes(&changes)),
        look_alikes => look_alikes(app, &version.facts, &plugin.origin, None).await?,
        evidence => evidence::piece(app, examined)?,
        history => history(app, plugin.id).await?,
        inspection => inspection.view(),
        problem,
    };
    Ok(page("review.html", &view)?)
}

/// Who decided, when and why.
async fn ruling(app: &App, state: &SubmissionState) -> Option<Value> {
    let Ruling { by, at, reason } = match state {
        SubmissionState::Approved(ruling) | SubmissionState::Rejected(ruling) => ruling,
        SubmissionState::Pending | SubmissionState::Withdrawn => return None,
    };
    Some(context! { by => words::name_of(&app.catalogue, *by).await, at => words::moment(*at), reason })
}

/// What happened to a plugin between its developer and reviewers, for `history.html`.
pub(crate) async fn history(app: &App, plugin: PluginId) -> Result<Value, WebError> {
    let row = |(entry, by): (ReviewEntry, Option<String>)| {
        let version = entry.version.as_str().get(..12).unwrap_or_default().to_owned();
        let what = capitalized(entry.action.as_str());
        let by = by.unwrap_or_else(|| "Cordboard".to_owned());
        context! { at => words::moment(entry.at), by, what, reason => entry.reason, version }
    };
    Ok(words::history(&app.catalogue, plugin).await?.into_iter().rev().map(row).collect())
}

pub(crate) async fn logo(
    State(app): State<App>,
    member: Member,
    Path(submission): Path<SubmissionId>,
) -> Result<Response, WebError> {
    app.doors.send_out(Errand::Picture, member.user())?;
    let examined = app.catalogue.examine(Reviewer::of(&member.account)?, submission).await?;
    let version = app.catalogue.ports.shelf.get_version(&examined.submission.version).await?;
    Ok(picture(&app, &version).await)
}

/// The page again with what was wrong with a form.
pub(super) async fn trouble(
    app: &App,
    member: &Member,
    submission: SubmissionId,
    error: WebError,
) -> Result<(StatusCode, Html<String>), WebError> {
    let (status, message) = error.correctable()?;
    let examined = app.catalogue.examine(Reviewer::of(&member.account)?, submission).await?;
    Ok((status, render(app, member, &examined, Some(&message)).await?))
}
