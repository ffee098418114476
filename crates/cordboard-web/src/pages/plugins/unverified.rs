//! Installing what nobody reviewed: first a look at what is behind an address, then the decision.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::catalogue::access::Developer;
use cordboard_agent::gathering::Candidate;
use minijinja::context;
use serde::Deserialize;

use super::detail::look_alikes;
use super::installed::shared;
use crate::app::App;
use crate::error::WebError;
use crate::rate_limit::Errand;
use crate::session::Member;
use crate::templates::page;
use crate::words;

#[derive(Deserialize, Default)]
pub(crate) struct AddressForm {
    #[serde(default)]
    address: String,
    /// The version that the person looked at; absent on the first look.
    #[serde(default)]
    version: String,
}

pub(crate) async fn show(State(app): State<App>, member: Member) -> Result<Html<String>, WebError> {
    form(&app, &member, "", None).await
}

async fn form(app: &App, member: &Member, address: &str, problem: Option<String>) -> Result<Html<String>, WebError> {
    let installed = app.catalogue.ports.installations.list_installations(member.user()).await?;
    let view = context! {
        shell => words::shell(&member.account, "plugins"),
        shared => shared(app, member, &installed).await?,
        address,
        problem,
    };
    Ok(page("unverified.html", &view)?)
}

pub(crate) async fn look(
    State(app): State<App>,
    member: Member,
    Form(wanted): Form<AddressForm>,
) -> Result<Response, WebError> {
    let developer = Developer::of(&member.account)?;
    app.doors.send_out(Errand::Plugin, member.user())?;
    let candidate = match app.catalogue.gatherer.fetch(&wanted.address).await {
        Ok(candidate) => candidate,
        Err(problem) => {
            let (status, message) = WebError::from(CatalogueError::from(problem)).correctable()?;
            return Ok((status, form(&app, &member, &wanted.address, Some(message)).await?).into_response());
        }
    };
    if candidate.digest.as_str() == wanted.version {
        let registered = app.catalogue.keep(developer, candidate).await?;
        return Ok(Redirect::to(&format!("/plugins/{}", registered.plugin.id)).into_response());
    }
    Ok((StatusCode::OK, found(&app, &member, &wanted, &candidate).await?).into_response())
}

/// What is behind the address, with the warning.
async fn found(
    app: &App,
    member: &Member,
    wanted: &AddressForm,
    candidate: &Candidate,
) -> Result<Html<String>, WebError> {
    let facts = &candidate.facts;
    let operations = candidate.toolset.operations.iter().map(|operation| {
        context! {
            name => operation.name.as_str(),
            summary => operation.headline(),
            asks => operation.asks(),
        }
    });
    let view = context! {
        shell => words::shell(&member.account, "plugins"),
        plugin => context! { logo => (), ..words::words_of(&candidate.origin, &[], facts) },
        served_by => candidate.documents.manifest_url.as_str(),
        look_alikes => look_alikes(app, facts, &candidate.origin, Some(member.user())).await?,
        operations => operations.take(50).collect::<minijinja::Value>(),
        operation_count => candidate.toolset.operations.len(),
        address => wanted.address.as_str(),
        version => candidate.digest.as_str(),
        has_changed => !wanted.version.is_empty(),
    };
    Ok(page("unverified_found.html", &view)?)
}
