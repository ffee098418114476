//! Submissions, and what reviewers decide.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::catalogue::access::{Examined, Reviewer};
use cordboard_domain::id::{PluginId, SubmissionId};
use cordboard_domain::review::{Evidence, ReviewEntry, Submission, SubmissionState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Caller, Review};
use super::problem::{Problem, Refusals};
use super::view::{ChangesView, PluginView, moment};
use crate::app::App;
use crate::inspection::Inspection;
use crate::words;

#[derive(Serialize, ToSchema)]
pub(super) struct SubmissionView {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    plugin: String,
    version: String,
    category: &'static str,
    must_call: Vec<String>,
    must_not_call: Vec<String>,
    submitted_at: String,
    /// `pending`, `approved`, `rejected` or `withdrawn`.
    state: &'static str,
    /// Why it was decided so.
    reason: Option<String>,
    evidence: Option<EvidenceView>,
}

/// What a model did with the requests; nothing was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct EvidenceView {
    model: String,
    requests: Vec<RequestView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RequestView {
    text: String,
    must_call: bool,
    /// The calls that the model asked for, as `operation {arguments}`.
    calls: Vec<String>,
    /// Whether the model did what the developer said it must.
    is_right: bool,
    problem: Option<String>,
}

impl From<&Evidence> for EvidenceView {
    fn from(evidence: &Evidence) -> Self {
        let requests = evidence.requests.iter().map(|request| RequestView {
            text: request.text.clone(),
            must_call: request.must_call,
            calls: request.calls.clone(),
            is_right: request.is_right(),
            problem: request.problem.clone(),
        });
        Self { model: evidence.model.0.clone(), requests: requests.collect() }
    }
}

impl From<&Submission> for SubmissionView {
    fn from(submission: &Submission) -> Self {
        let reason = match &submission.state {
            SubmissionState::Approved(ruling) | SubmissionState::Rejected(ruling) => Some(ruling.reason.clone()),
            SubmissionState::Pending | SubmissionState::Withdrawn => None,
        };
        Self {
            id: submission.id.as_uuid().to_string(),
            plugin: submission.plugin.as_uuid().to_string(),
            version: submission.version.to_string(),
            category: submission.category.as_str(),
            must_call: submission.requests.must_call.clone(),
            must_not_call: submission.requests.must_not_call.clone(),
            submitted_at: moment(submission.submitted_at),
            state: submission.state.name(),
            reason,
            evidence: submission.evidence.as_ref().map(EvidenceView::from),
        }
    }
}

/// What waits for a decision, the oldest first.
#[utoipa::path(get, path = "/reviews", tag = "reviews", operation_id = "listSubmissions",
    responses((status = 200, body = [SubmissionView]), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Review>) -> Result<Json<Vec<SubmissionView>>, Problem> {
    Reviewer::of(&caller.account)?;
    let pending = app.catalogue.ports.reviews.list_pending().await?;
    Ok(Json(pending.iter().map(SubmissionView::from).collect()))
}

/// One line of a plugin's history with reviewers.
#[derive(Serialize, ToSchema)]
pub(super) struct HistoryView {
    /// `submitted`, `withdrawn`, `approved`, `rejected`, `delisted`, `passed`, `banned` or `unbanned`.
    action: &'static str,
    /// The name of who did it; absent where the host acted by itself.
    by: Option<String>,
    reason: String,
    version: String,
    at: String,
}

/// What happened to a plugin between its developer and reviewers, the oldest first.
pub(super) async fn history(app: &App, plugin: PluginId) -> Result<Vec<HistoryView>, Problem> {
    let line = |(entry, by): (ReviewEntry, Option<String>)| HistoryView {
        action: entry.action.as_str(),
        by,
        reason: entry.reason,
        version: entry.version.to_string(),
        at: moment(entry.at),
    };
    Ok(words::history(&app.catalogue, plugin).await?.into_iter().map(line).collect())
}

/// A submission with what is known of it, and the plugin as it is now.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewView {
    submission: SubmissionView,
    plugin: PluginView,
    /// Whether the person may decide: not on a plugin of their own, unless they run the server.
    may_decide: bool,
    /// When the domain was last found to be the developer's.
    verified_at: Option<String>,
    /// What is different from the version that was approved last; `null` where there was none, or where it is this one.
    changes: Option<ChangesView>,
    history: Vec<HistoryView>,
    /// What `cordboard inspect` says of the submitted version (docs/inspect.md).
    #[schema(value_type = Object)]
    report: serde_json::Value,
}

/// One submission.
#[utoipa::path(get, path = "/reviews/{submission}", tag = "reviews", operation_id = "getSubmission",
    params(("submission" = String, Path, format = Uuid)), responses((status = 200, body = ReviewView), Refusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller<Review>,
    At(submission): At<SubmissionId>,
) -> Result<Json<ReviewView>, Problem> {
    let examined = app.catalogue.examine(Reviewer::of(&caller.account)?, submission).await?;
    let inspection = Inspection::of(&app, examined.plugin.id, &examined.submission.version).await?;
    let changes = app.catalogue.changes_since_approval(&examined).await?;
    let Examined { submission, plugin, may_decide } = examined;
    Ok(Json(ReviewView {
        submission: (&submission).into(),
        may_decide,
        verified_at: plugin.verified_at.map(moment),
        changes: changes.as_deref().map(ChangesView::from),
        history: history(&app, plugin.id).await?,
        report: serde_json::to_value(&inspection.report).unwrap_or_default(),
        plugin: (&plugin).into(),
    }))
}

/// Runs the requests of a submission that waits; the evidence grows in the background.
#[utoipa::path(post, path = "/reviews/{submission}/evidence", tag = "reviews", operation_id = "runEvidence",
    params(("submission" = String, Path, format = Uuid)),
    responses((status = 202, description = "They are being run"), Refusals))]
pub(super) async fn run_evidence(
    State(app): State<App>,
    caller: Caller<Review>,
    At(submission): At<SubmissionId>,
) -> Result<StatusCode, Problem> {
    let Examined { submission, .. } = app.catalogue.examine(Reviewer::of(&caller.account)?, submission).await?;
    if submission.state != SubmissionState::Pending {
        return Err(CatalogueError::Outdated.into());
    }
    app.catalogue.start_evidence(submission).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Approval {
    #[serde(default)]
    reason: String,
    /// Whether later changes that only touch what people read need no review.
    #[serde(default)]
    cosmetic_changes_pass: bool,
}

/// Lets a version into the store.
#[utoipa::path(post, path = "/reviews/{submission}/approve", tag = "reviews", operation_id = "approveSubmission",
    params(("submission" = String, Path, format = Uuid)), request_body = Approval,
    responses((status = 204, description = "In the store"), Refusals))]
pub(super) async fn approve(
    State(app): State<App>,
    caller: Caller<Review>,
    At(submission): At<SubmissionId>,
    Body(approval): Body<Approval>,
) -> Result<StatusCode, Problem> {
    let reviewer = Reviewer::of(&caller.account)?;
    app.catalogue.approve(reviewer, submission, &approval.reason, approval.cosmetic_changes_pass).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Reason {
    #[schema(min_length = 1)]
    reason: String,
}

/// Sends a version back to its developer.
#[utoipa::path(post, path = "/reviews/{submission}/reject", tag = "reviews", operation_id = "rejectSubmission",
    params(("submission" = String, Path, format = Uuid)), request_body = Reason,
    responses((status = 204, description = "Rejected"), Refusals))]
pub(super) async fn reject(
    State(app): State<App>,
    caller: Caller<Review>,
    At(submission): At<SubmissionId>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<StatusCode, Problem> {
    app.catalogue.reject(Reviewer::of(&caller.account)?, submission, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a plugin from everybody.
#[utoipa::path(post, path = "/reviews/plugins/{plugin}/ban", tag = "reviews", operation_id = "banPlugin",
    params(("plugin" = String, Path, format = Uuid)), request_body = Reason,
    responses((status = 204, description = "Banned"), Refusals))]
pub(super) async fn ban(
    State(app): State<App>,
    caller: Caller<Review>,
    At(plugin): At<PluginId>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<StatusCode, Problem> {
    app.catalogue.ban(Reviewer::of(&caller.account)?, plugin, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a banned plugin back to its developer.
#[utoipa::path(post, path = "/reviews/plugins/{plugin}/unban", tag = "reviews", operation_id = "unbanPlugin",
    params(("plugin" = String, Path, format = Uuid)), request_body = Reason,
    responses((status = 204, description = "Not banned any more"), Refusals))]
pub(super) async fn unban(
    State(app): State<App>,
    caller: Caller<Review>,
    At(plugin): At<PluginId>,
    Body(Reason { reason }): Body<Reason>,
) -> Result<StatusCode, Problem> {
    app.catalogue.unban(Reviewer::of(&caller.account)?, plugin, &reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
