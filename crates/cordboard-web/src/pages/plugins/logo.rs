//! Logos, fetched by the host for those who may see the plugin, so that browsers contact nobody else.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_domain::id::PluginId;
use cordboard_domain::origin::{is_private, is_same_origin};
use url::Url;

use crate::app::App;
use crate::error::WebError;
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
    if let Some(url) = url.filter(|url| may_name(origin, url)) {
        match app.images.fetch_image(url).await {
            Ok(image) => {
                let kept = "private, max-age=86400";
                let headers = [(header::CONTENT_TYPE, image.content_type), (header::CACHE_CONTROL, kept)];
                return (headers, image.bytes).into_response();
            }
            Err(problem) => tracing::debug!(%problem, "no logo"),
        }
    }
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, "private, max-age=600")]).into_response()
}

/// A private address is a plugin's to name only where it is its own.
fn may_name(origin: &str, url: &str) -> bool {
    let (Ok(origin), Ok(url)) = (Url::parse(origin), Url::parse(url)) else { return false };
    !is_private(&url) || is_same_origin(&origin, &url)
}

#[cfg(test)]
mod tests {
    use super::may_name;

    #[test]
    fn a_logo_at_a_private_address_is_the_plugins_own() {
        assert!(may_name("http://localhost:5003", "http://localhost:5003/logo.png"));
        assert!(may_name("https://a.example", "https://cdn.example/logo.png"));
        assert!(!may_name("http://localhost:5003", "http://localhost:5004/logo.png"));
        assert!(!may_name("https://a.example", "http://10.0.0.1/logo.png"));
    }
}
