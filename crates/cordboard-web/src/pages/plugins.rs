//! Installed plugins: the list, installing, and what one of them is made of.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::PluginDocuments;
use cordboard_spec::render::typescript;
use cordboard_spec::toolset::Toolset;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::{page, render};

pub(crate) async fn list(State(app): State<App>, _member: Member) -> Result<Html<String>, WebError> {
    Ok(Html(list_page(&app, "", None).await?))
}

async fn list_page(app: &App, address: &str, problem: Option<String>) -> Result<String, WebError> {
    let plugins: Value = app
        .shelf
        .list_plugins()
        .await?
        .into_iter()
        .map(|plugin| {
            context! {
                url => format!("/plugins/{}", plugin.id),
                name => plugin.name_for_human,
                description => plugin.description_for_human,
                origin => plugin.origin,
            }
        })
        .collect();
    Ok(render("plugins.html", &context! { plugins, address, problem })?)
}

#[derive(Deserialize)]
pub(crate) struct InstallForm {
    address: String,
}

pub(crate) async fn install(
    State(app): State<App>,
    _member: Member,
    Form(form): Form<InstallForm>,
) -> Result<Response, WebError> {
    match app.installer.install(&form.address).await {
        Ok(installation) => Ok(Redirect::to(&format!("/plugins/{}", installation.plugin.id)).into_response()),
        Err(problem) => {
            let html = list_page(&app, &form.address, Some(sentence(&problem.to_string()))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
        }
    }
}

/// The text with a capital letter at its beginning.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

pub(crate) async fn show(
    State(app): State<App>,
    _member: Member,
    Path(id): Path<PluginId>,
) -> Result<Html<String>, WebError> {
    let plugin = app.shelf.get_plugin(id).await?;
    let toolset =
        app.engine.library().get(&plugin.current).await.map_err(|problem| {
            WebError::new(StatusCode::CONFLICT, "This plugin cannot be used", problem.to_string())
        })?;
    let documents = app.shelf.get_version(&plugin.current).await?.documents;
    let view = context! {
        name => plugin.name_for_human,
        description => plugin.description_for_human,
        origin => plugin.origin,
        version => plugin.current.as_str(),
        remove => format!("/plugins/{id}/remove"),
        needs_credential => toolset.needs_credential(),
        operations => operations(&toolset),
        refused => refused(&toolset),
        findings => findings(&toolset, &documents),
        model_text => typescript::render(&toolset, &toolset.namespace()),
    };
    Ok(page("plugin.html", &view)?)
}

fn operations(toolset: &Toolset) -> Value {
    toolset
        .operations
        .iter()
        .map(|operation| {
            context! {
                name => operation.name.as_str(),
                method => operation.method.as_str(),
                path => operation.path.as_str(),
                summary => if operation.summary.is_empty() { &operation.description } else { &operation.summary },
                asks => !operation.method.is_safe() || operation.consequential == Some(true),
            }
        })
        .collect()
}

/// What keeps operations from working, then advice.
fn findings(toolset: &Toolset, documents: &PluginDocuments) -> Vec<String> {
    let advice = cordboard_lint::advise(
        (&documents.manifest_url, &documents.manifest_text),
        (&documents.spec_url, &documents.spec_text),
    );
    toolset.all_findings().chain(&advice).map(ToString::to_string).collect()
}

fn refused(toolset: &Toolset) -> Value {
    toolset
        .refused
        .iter()
        .map(|operation| context! { name => operation.name.as_str(), reason => operation.reason.to_string() })
        .collect()
}

pub(crate) async fn remove(
    State(app): State<App>,
    _member: Member,
    Path(id): Path<PluginId>,
) -> Result<Redirect, WebError> {
    app.shelf.uninstall(id).await?;
    Ok(Redirect::to("/plugins"))
}
