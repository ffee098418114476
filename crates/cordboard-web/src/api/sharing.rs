//! With whom a developer shares a plugin.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_domain::id::{PluginId, ShareLinkId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Caller, Develop, Plugins};
use super::problem::{Problem, Refusals};
use super::view::{InstallationView, moment};
use crate::app::App;
use crate::client_address::ClientAddress;
use crate::error::WebError;
use crate::rate_limit::Door;

/// A person who has the plugin.
#[derive(Serialize, ToSchema)]
pub(super) struct ShareView {
    #[schema(format = Uuid)]
    user: String,
    name: String,
    shared_at: String,
}

/// A link with which people join.
#[derive(Serialize, ToSchema)]
pub(super) struct ShareLinkView {
    #[schema(format = Uuid)]
    id: String,
    /// The link's path; told once, when it is made.
    path: Option<String>,
    expires_at: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SharingView {
    /// With how many people it may be shared.
    limit: u32,
    people: Vec<ShareView>,
    links: Vec<ShareLinkView>,
}

/// With whom one of the person's plugins is shared.
#[utoipa::path(get, path = "/registrations/{plugin}/shares", tag = "develop", operation_id = "listShares",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = SharingView), Refusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<Json<SharingView>, Problem> {
    app.catalogue.own(&caller.account, plugin).await?;
    let sharing = &app.catalogue.ports.sharing;
    let people = sharing.list_shares(plugin).await?.into_iter().map(|share| ShareView {
        user: share.user.as_uuid().to_string(),
        name: share.name,
        shared_at: moment(share.shared_at),
    });
    let links = sharing.list_share_links(plugin, app.clock.now()).await?.into_iter().map(|link| ShareLinkView {
        id: link.id.as_uuid().to_string(),
        path: None,
        expires_at: moment(link.expires_at),
    });
    let limit = app.catalogue.config.share_limit;
    Ok(Json(SharingView { limit, people: people.collect(), links: links.collect() }))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewShare {
    /// Of a person on this server.
    login: String,
}

/// Shares a plugin with one more person.
#[utoipa::path(post, path = "/registrations/{plugin}/shares", tag = "develop", operation_id = "sharePlugin",
    params(("plugin" = String, Path, format = Uuid)), request_body = NewShare,
    responses((status = 204, description = "Shared"), Refusals))]
pub(super) async fn share(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
    Body(wanted): Body<NewShare>,
) -> Result<StatusCode, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    app.catalogue.share(&own, &wanted.login).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a shared plugin from a person again.
#[utoipa::path(delete, path = "/registrations/{plugin}/shares/{user}", tag = "develop", operation_id = "revokeShare",
    params(("plugin" = String, Path, format = Uuid), ("user" = String, Path, format = Uuid)),
    responses((status = 204, description = "Revoked"), Refusals))]
pub(super) async fn revoke(
    State(app): State<App>,
    caller: Caller<Develop>,
    At((plugin, user)): At<(PluginId, UserId)>,
) -> Result<StatusCode, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    app.catalogue.revoke_share(&own, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a link with which people join, for seven days.
#[utoipa::path(post, path = "/registrations/{plugin}/share-links", tag = "develop", operation_id = "makeShareLink",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 201, body = ShareLinkView), Refusals))]
pub(super) async fn make_link(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<(StatusCode, Json<ShareLinkView>), Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    let (link, secret) = app.catalogue.make_share_link(&own).await?;
    let view = ShareLinkView {
        id: link.id.as_uuid().to_string(),
        path: Some(format!("/join/{secret}")),
        expires_at: moment(link.expires_at),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Makes a link useless. People who joined by it stay.
#[utoipa::path(delete, path = "/registrations/{plugin}/share-links/{link}", tag = "develop",
    operation_id = "revokeShareLink",
    params(("plugin" = String, Path, format = Uuid), ("link" = String, Path, format = Uuid)),
    responses((status = 204, description = "Revoked"), Refusals))]
pub(super) async fn revoke_link(
    State(app): State<App>,
    caller: Caller<Develop>,
    At((plugin, link)): At<(PluginId, ShareLinkId)>,
) -> Result<StatusCode, Problem> {
    app.catalogue.own(&caller.account, plugin).await?;
    app.catalogue.ports.sharing.revoke_share_link(plugin, link).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Joining {
    /// The part of a share link behind `/join/`.
    secret: String,
}

/// Joins those a plugin is shared with, and installs it.
#[utoipa::path(post, path = "/join", tag = "plugins", operation_id = "joinByLink", request_body = Joining,
    responses((status = 200, body = InstallationView), Refusals))]
pub(super) async fn join(
    State(app): State<App>,
    caller: Caller<Plugins>,
    address: ClientAddress,
    Body(joining): Body<Joining>,
) -> Result<Json<InstallationView>, Problem> {
    app.doors.knock(Door::ShareLink, address).map_err(WebError::from)?;
    Ok(Json((&app.catalogue.join(&caller.account, &joining.secret).await?).into()))
}
