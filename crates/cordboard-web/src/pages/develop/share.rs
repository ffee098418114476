//! With whom a plugin is shared: by name, or by a link that is shown once.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_domain::id::{PluginId, ShareLinkId, UserId};
use minijinja::{Value, context};
use serde::Deserialize;

use super::show::{self, Extra, Place};
use crate::app::App;
use crate::error::WebError;
use crate::own::Own;
use crate::words;

/// For `share_section.html`.
pub(super) async fn view(app: &App, own: &Own, extra: &Extra) -> Result<Value, WebError> {
    let (ports, page, id) = (&app.catalogue.ports, own.page(), own.id());
    let shares = ports.sharing.list_shares(id).await?;
    let links = ports.sharing.list_share_links(id, app.clock.now()).await?;
    let people = shares.iter().map(|share| {
        let (name, at) = (share.name.as_str(), words::day(share.shared_at));
        context! { name, at, revoke => format!("{page}/shares/{}/revoke", share.user) }
    });
    let links = links.iter().map(|link| {
        let until = words::day(link.expires_at);
        context! { until, made => words::moment(link.created_at), revoke => format!("{page}/links/{}/revoke", link.id) }
    });
    Ok(context! {
        people => people.collect::<Value>(),
        links => links.collect::<Value>(),
        count => shares.len(),
        limit => app.catalogue.config.share_limit,
        new_link => extra.new_link.as_deref(),
        login => extra.login.as_str(),
    })
}

#[derive(Deserialize)]
pub(crate) struct ShareForm {
    login: String,
}

pub(crate) async fn add(State(app): State<App>, own: Own, Form(form): Form<ShareForm>) -> Result<Response, WebError> {
    match app.catalogue.share(&own.plugin, &form.login).await {
        Ok(_) => Ok(back(&own)),
        Err(error) => {
            let extra = Extra { login: form.login, ..Extra::default() };
            show::trouble(&app, &own, Place::Sharing, error.into(), extra).await
        }
    }
}

pub(crate) async fn revoke(
    State(app): State<App>,
    own: Own,
    Path((_, user)): Path<(PluginId, UserId)>,
) -> Result<Response, WebError> {
    app.catalogue.revoke_share(&own.plugin, user).await?;
    Ok(back(&own))
}

/// Makes a link and shows it, once: only its digest is kept.
pub(crate) async fn make_link(State(app): State<App>, own: Own) -> Result<Response, WebError> {
    let (_, secret) = app.catalogue.make_share_link(&own.plugin).await?;
    let extra = Extra { new_link: Some(format!("{}/join/{secret}", own.address.0)), ..Extra::default() };
    Ok((StatusCode::CREATED, show::render(&app, &own, &extra).await?).into_response())
}

pub(crate) async fn revoke_link(
    State(app): State<App>,
    own: Own,
    Path((_, link)): Path<(PluginId, ShareLinkId)>,
) -> Result<Response, WebError> {
    app.catalogue.ports.sharing.revoke_share_link(own.id(), link).await?;
    Ok(back(&own))
}

fn back(own: &Own) -> Response {
    Redirect::to(&format!("{}#sharing", own.page())).into_response()
}
