//! The answer of a plugin's server, through the browser of the person who went there.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_domain::id::PluginId;
use cordboard_domain::ports::Callback;
use minijinja::context;
use serde::Deserialize;

use super::connect::on;
use crate::app::App;
use crate::error::{WebError, not_found};
use crate::rate_limit::{self, RateLimit};
use crate::session::Member;
use crate::templates::page;
use crate::words;

#[derive(Deserialize)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

pub(crate) async fn take(
    State(app): State<App>,
    member: Member,
    _: RateLimit<rate_limit::Connection>,
    Path(plugin): Path<PluginId>,
    Query(answer): Query<Answer>,
) -> Result<Response, WebError> {
    let Answer { code, state, iss, error, error_description } = answer;
    let callback = Callback { code, state, iss, error, error_description };
    let installation = app.catalogue.ports.installations.lookup_installation(member.user(), plugin).await?;
    let Some(installation) = installation else { return Err(not_found().await) };
    let (user, version) = (member.user(), &installation.version);
    let done = app.credentials.complete_authorization(user, &member.session, plugin, version, callback).await;
    match done.map_err(WebError::from) {
        Ok(connected) => {
            app.engine.connected(user, plugin).await?;
            let onward = match connected.conversation {
                None if connected.is_rehearsed => format!("/develop/{plugin}#doctor"),
                conversation => on(conversation),
            };
            Ok(Redirect::to(&onward).into_response())
        }
        Err(error) => {
            let (status, problem) = error.correctable()?;
            let view = context! {
                shell => words::shell(&member.account, "plugins"),
                name => installation.facts.name_for_human.as_str(),
                problem,
                again => format!("/connect/{plugin}"),
                doctor => (installation.plugin.developer == user).then(|| format!("/develop/{plugin}#doctor")),
            };
            Ok((status, page("not_connected.html", &view)?).into_response())
        }
    }
}
