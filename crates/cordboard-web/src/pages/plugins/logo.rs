//! Logos, fetched by the host for those who may see the plugin, so that browsers contact nobody else.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::PluginVersion;

use crate::app::App;
use crate::error::WebError;
use crate::pictures;
use crate::rate_limit::Errand;
use crate::session::Member;

pub(crate) async fn serve(
    State(app): State<App>,
    member: Member,
    Path(plugin): Path<PluginId>,
) -> Result<Response, WebError> {
    app.doors.send_out(Errand::Picture, member.user())?;
    let visible = app.catalogue.visible(&member.account, plugin).await?;
    let version = app.catalogue.ports.shelf.get_version(visible.version()).await?;
    Ok(picture(&app, &version).await)
}

/// The logo that a version names. Where there is none, pages show a letter.
pub(crate) async fn picture(app: &App, version: &PluginVersion) -> Response {
    if let Some(url) = &version.facts.logo_url {
        match pictures::show(app, url, &version.documents.named_by()).await {
            Ok(picture) => return picture,
            Err(problem) => tracing::debug!(%problem, "no logo"),
        }
    }
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "private, max-age=600")]).into_response()
}
