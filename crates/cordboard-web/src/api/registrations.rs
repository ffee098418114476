//! Plugins that a developer publishes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_agent::catalogue::access::Developer;
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::Category;
use cordboard_domain::review::SampleRequests;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Caller, Develop};
use super::problem::{Problem, Refusals};
use super::reviews::{HistoryView, SubmissionView, history};
use super::view::{PluginView, category, moment};
use crate::app::App;
use crate::endings;
use crate::error::WebError;
use crate::inspection::Inspection;
use crate::rate_limit::Errand;

/// A plugin as its developer sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct RegistrationView {
    plugin: PluginView,
    /// To be served by the plugin's host: in `/.well-known/ai-plugin.json` as `auth.verification_tokens.cordboard`, or alone
    /// in `/.well-known/cordboard-verification.txt`.
    verification_token: String,
    /// When the token was last found there.
    verified_at: Option<String>,
    /// What was submitted last, and what became of it.
    submission: Option<SubmissionView>,
    history: Vec<HistoryView>,
    /// What `cordboard inspect` says of the current version (docs/inspect.md).
    #[schema(value_type = Object)]
    report: serde_json::Value,
}

async fn view(app: &App, plugin: &cordboard_domain::plugin::Plugin) -> Result<RegistrationView, Problem> {
    let report = Inspection::of(app, plugin.id, &plugin.current).await?.report;
    let submission = app.catalogue.ports.reviews.lookup_last_submission(plugin.id).await?;
    Ok(RegistrationView {
        plugin: plugin.into(),
        verification_token: plugin.verification_token.clone(),
        verified_at: plugin.verified_at.map(moment),
        submission: submission.as_ref().map(SubmissionView::from),
        history: history(app, plugin.id).await?,
        report: serde_json::to_value(report).unwrap_or_default(),
    })
}

/// The plugins that the person registered, by name.
#[utoipa::path(get, path = "/registrations", tag = "develop", operation_id = "listRegistrations",
    responses((status = 200, body = [PluginView]), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Develop>) -> Result<Json<Vec<PluginView>>, Problem> {
    Developer::of(&caller.account)?;
    let own = app.catalogue.ports.shelf.list_registrations(caller.user()).await?;
    Ok(Json(own.iter().map(PluginView::from).collect()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewRegistration {
    /// A domain, `localhost:PORT`, or the URL of an ai-plugin.json or OpenAPI document. With `text`, where the API is
    /// served, if the text does not say.
    #[serde(default)]
    address: String,
    /// A manifest or an OpenAPI document itself, JSON or YAML.
    #[serde(default)]
    text: String,
}

/// Registers a plugin, or brings the one that is registered up to date.
#[utoipa::path(post, path = "/registrations", tag = "develop", operation_id = "registerPlugin",
    request_body = NewRegistration, responses((status = 201, body = RegistrationView), Refusals))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller<Develop>,
    Body(wanted): Body<NewRegistration>,
) -> Result<(StatusCode, Json<RegistrationView>), Problem> {
    let developer = Developer::of(&caller.account)?;
    app.doors.send_out(Errand::Plugin, caller.user()).map_err(WebError::from)?;
    let registered = if wanted.text.trim().is_empty() {
        app.catalogue.register(developer, &wanted.address).await?
    } else {
        app.catalogue.register_text(developer, &wanted.text, &wanted.address).await?
    };
    Ok((StatusCode::CREATED, Json(view(&app, &registered.plugin).await?)))
}

/// One of the person's plugins, with its report.
#[utoipa::path(get, path = "/registrations/{plugin}", tag = "develop", operation_id = "getRegistration",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = RegistrationView), Refusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<Json<RegistrationView>, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    Ok(Json(view(&app, own.plugin()).await?))
}

/// Takes a plugin away from everybody.
#[utoipa::path(delete, path = "/registrations/{plugin}", tag = "develop", operation_id = "deleteRegistration",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 204, description = "Gone"), Refusals))]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<StatusCode, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    endings::unregister(&app, &own).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetches the plugin's documents again.
#[utoipa::path(post, path = "/registrations/{plugin}/refresh", tag = "develop", operation_id = "refreshRegistration",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = RegistrationView), Refusals))]
pub(super) async fn refresh(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<Json<RegistrationView>, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    app.doors.send_out(Errand::Plugin, caller.user()).map_err(WebError::from)?;
    let registered = app.catalogue.refresh(&own).await?;
    Ok(Json(view(&app, &registered.plugin).await?))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewSubmission {
    #[schema(schema_with = category)]
    category: Category,
    /// At least 5 requests that must call the plugin.
    #[schema(min_items = 5, max_items = 20)]
    must_call: Vec<String>,
    /// At least 3 that must not.
    #[schema(min_items = 3, max_items = 20)]
    must_not_call: Vec<String>,
}

/// Puts the current version before reviewers. The domain has to be verified.
#[utoipa::path(put, path = "/registrations/{plugin}/submission", tag = "develop", operation_id = "submitPlugin",
    params(("plugin" = String, Path, format = Uuid)), request_body = NewSubmission,
    responses((status = 200, body = SubmissionView), Refusals))]
pub(super) async fn submit(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
    Body(wanted): Body<NewSubmission>,
) -> Result<Json<SubmissionView>, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    let requests = SampleRequests { must_call: wanted.must_call, must_not_call: wanted.must_not_call };
    Ok(Json((&app.catalogue.submit(&own, wanted.category, requests).await?).into()))
}

/// Takes the submission back.
#[utoipa::path(delete, path = "/registrations/{plugin}/submission", tag = "develop",
    operation_id = "withdrawSubmission", params(("plugin" = String, Path, format = Uuid)),
    responses((status = 204, description = "Withdrawn"), Refusals))]
pub(super) async fn withdraw(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<StatusCode, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    app.catalogue.withdraw(&own).await?;
    Ok(StatusCode::NO_CONTENT)
}
