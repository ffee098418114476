//! What a person has installed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::VersionDigest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Caller, Plugins, Read};
use super::problem::{Problem, Refusals};
use super::view::{ChangesView, InstallationView};
use crate::app::App;

/// The person's installed plugins, by name.
#[utoipa::path(get, path = "/plugins", tag = "plugins", operation_id = "listInstalledPlugins",
    responses((status = 200, body = [InstallationView]), Refusals))]
pub(super) async fn list(State(app): State<App>, caller: Caller<Read>) -> Result<Json<Vec<InstallationView>>, Problem> {
    let installed = app.catalogue.ports.installations.list_installations(caller.user()).await?;
    Ok(Json(installed.iter().map(InstallationView::from).collect()))
}

/// One installed plugin.
#[utoipa::path(get, path = "/plugins/{plugin}", tag = "plugins", operation_id = "getInstalledPlugin",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = InstallationView), Refusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller<Read>,
    At(plugin): At<PluginId>,
) -> Result<Json<InstallationView>, Problem> {
    Ok(Json((&app.catalogue.installed(&caller.account, plugin).await?).into()))
}

/// Installs a plugin from the store, or one that is shared with the person. It is not on anywhere yet.
#[utoipa::path(put, path = "/plugins/{plugin}", tag = "plugins", operation_id = "installPlugin",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = InstallationView), Refusals))]
pub(super) async fn install(
    State(app): State<App>,
    caller: Caller<Plugins>,
    At(plugin): At<PluginId>,
) -> Result<Json<InstallationView>, Problem> {
    Ok(Json((&app.catalogue.install(&caller.account, plugin).await?).into()))
}

/// Removes a plugin, also from the conversations it is on in.
#[utoipa::path(delete, path = "/plugins/{plugin}", tag = "plugins", operation_id = "removePlugin",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 204, description = "Removed"), Refusals))]
pub(super) async fn uninstall(
    State(app): State<App>,
    caller: Caller<Plugins>,
    At(plugin): At<PluginId>,
) -> Result<StatusCode, Problem> {
    app.catalogue.uninstall(&caller.account, plugin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is different in the version that the person may go over to; `null` where there is none.
#[utoipa::path(get, path = "/plugins/{plugin}/changes", tag = "plugins", operation_id = "getPluginChanges",
    params(("plugin" = String, Path, format = Uuid)),
    responses((status = 200, body = Option<ChangesView>), Refusals))]
pub(super) async fn changes(
    State(app): State<App>,
    caller: Caller<Read>,
    At(plugin): At<PluginId>,
) -> Result<Json<Option<ChangesView>>, Problem> {
    let installation = app.catalogue.installed(&caller.account, plugin).await?;
    let changes = app.catalogue.pending_changes(&installation).await?;
    Ok(Json(changes.as_deref().map(ChangesView::from)))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct AcceptedVersion {
    /// The `update` of the installation.
    version: String,
}

/// Goes over to another version, provided that it is still the one that is offered.
#[utoipa::path(post, path = "/plugins/{plugin}/accept", tag = "plugins", operation_id = "acceptPluginVersion",
    params(("plugin" = String, Path, format = Uuid)), request_body = AcceptedVersion,
    responses((status = 200, body = InstallationView), Refusals))]
pub(super) async fn accept(
    State(app): State<App>,
    caller: Caller<Plugins>,
    At(plugin): At<PluginId>,
    Body(accepted): Body<AcceptedVersion>,
) -> Result<Json<InstallationView>, Problem> {
    let version = VersionDigest::from_stored(accepted.version);
    Ok(Json((&app.catalogue.accept(&caller.account, plugin, &version).await?).into()))
}
