//! Joining the people with whom a developer shares a plugin.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, Redirect};
use minijinja::context;

use super::detail::look_alikes;
use crate::app::App;
use crate::error::WebError;
use crate::rate_limit::{RateLimit, ShareLink};
use crate::session::Member;
use crate::templates::page;
use crate::words;

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    _: RateLimit<ShareLink>,
    Path(secret): Path<String>,
) -> Result<Html<String>, WebError> {
    let plugin = app.catalogue.behind_share_link(&secret).await?.ok_or_else(gone)?;
    let view = context! {
        shell => words::shell(&member.account, "plugins"),
        plugin => words::plugin(&plugin, &plugin.facts, &plugin.current),
        by => words::name_of(&app.catalogue, plugin.developer).await,
        look_alikes => look_alikes(&app, &plugin.facts, &plugin.origin, Some(member.user())).await?,
        is_own => plugin.developer == member.user(),
        action => format!("/join/{secret}"),
    };
    Ok(page("join.html", &view)?)
}

pub(crate) async fn join(
    State(app): State<App>,
    member: Member,
    _: RateLimit<ShareLink>,
    Path(secret): Path<String>,
) -> Result<Redirect, WebError> {
    app.catalogue.behind_share_link(&secret).await?.ok_or_else(gone)?;
    let installation = app.catalogue.join(&member.account, &secret).await?;
    Ok(Redirect::to(&format!("/plugins/{}", installation.plugin.id)))
}

fn gone() -> WebError {
    let message = "It was revoked, or it is older than a week. Ask the developer who sent it for a new one.";
    WebError::new(StatusCode::GONE, "This link no longer works", message)
}
