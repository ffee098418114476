//! Registering a plugin, bringing it up to date, and taking it away.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_agent::catalogue::access::Developer;
use serde::Deserialize;

use super::list;
use super::show::{self, Extra, Place};
use crate::app::App;
use crate::endings;
use crate::error::WebError;
use crate::own::Own;
use crate::rate_limit::Errand;
use crate::session::Member;

#[derive(Deserialize, Default)]
pub(crate) struct RegisterForm {
    #[serde(default)]
    pub(super) address: String,
    /// A manifest or an API description, pasted.
    #[serde(default)]
    pub(super) text: String,
}

pub(crate) async fn register(
    State(app): State<App>,
    member: Member,
    Form(form): Form<RegisterForm>,
) -> Result<Response, WebError> {
    let developer = Developer::of(&member.account)?;
    app.doors.send_out(Errand::Plugin, member.user())?;
    let registered = if form.text.trim().is_empty() {
        app.catalogue.register(developer, &form.address).await
    } else {
        app.catalogue.register_text(developer, &form.text, &form.address).await
    };
    match registered {
        Ok(registered) => Ok(Redirect::to(&format!("/develop/{}", registered.plugin.id)).into_response()),
        Err(error) => {
            let (status, message) = WebError::from(error).correctable()?;
            Ok((status, list::show(&app, &member, &form, Some(message)).await?).into_response())
        }
    }
}

pub(crate) async fn refresh(State(app): State<App>, own: Own) -> Result<Response, WebError> {
    app.doors.send_out(Errand::Plugin, own.member.user())?;
    match app.catalogue.refresh(&own.plugin).await {
        Ok(_) => Ok(Redirect::to(&own.page()).into_response()),
        Err(error) => show::trouble(&app, &own, Place::Documents, error.into(), Extra::default()).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct RemoveForm {
    /// The plugin's name for models, typed.
    #[serde(default)]
    name: String,
}

pub(crate) async fn remove(
    State(app): State<App>,
    own: Own,
    Form(form): Form<RemoveForm>,
) -> Result<Response, WebError> {
    let name = &own.plugin.plugin().facts.name_for_model;
    if form.name.trim() != name {
        let message = format!("Nothing was removed. Type {name} to confirm.");
        let error = WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not removed", message);
        return show::trouble(&app, &own, Place::Removal, error, Extra::default()).await;
    }
    endings::unregister(&app, &own.plugin).await?;
    Ok(Redirect::to("/develop").into_response())
}
