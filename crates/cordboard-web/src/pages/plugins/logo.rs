//! Logos, fetched by the host for those who may see the plugin, so that browsers contact nobody else.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_domain::id::PluginId;
use url::Url;

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
    Ok(picture(&app, &visible.plugin().origin, visible.facts().logo_url.as_deref()).await)
}

/// The picture at an address that a plugin of this origin named. Where there is none, pages show a letter.
pub(crate) async fn picture(app: &App, origin: &str, url: Option<&str>) -> Response {
    if let (Some(url), Ok(origin)) = (url, Url::parse(origin)) {
        match pictures::show(app, url, &origin).await {
            Ok(picture) => return picture,
            Err(problem) => tracing::debug!(%problem, "no logo"),
        }
    }
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "private, max-age=600")]).into_response()
}
