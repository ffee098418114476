//! Installed plugins: the list, installing, and what one of them is made of.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_domain::id::PluginId;
use cordboard_spec::render::{index, typescript};
use cordboard_spec::toolset::Toolset;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::{page, render};

/// Above this, the page shows the index of an API instead of everything a model could be told.
const MAX_SHOWN_TOKENS: usize = 12_000;

pub(crate) async fn list(State(app): State<App>, _member: Member) -> Result<Html<String>, WebError> {
    Ok(Html(list_page(&app, &InstallForm::default(), None).await?))
}

async fn list_page(app: &App, form: &InstallForm, problem: Option<String>) -> Result<String, WebError> {
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
    Ok(render(
        "plugins.html",
        &context! { plugins, address => form.address.as_str(), text => form.text.as_str(), problem },
    )?)
}

#[derive(Deserialize, Default)]
pub(crate) struct InstallForm {
    #[serde(default)]
    address: String,
    /// A manifest or an API description, pasted.
    #[serde(default)]
    text: String,
}

pub(crate) async fn install(
    State(app): State<App>,
    _member: Member,
    Form(form): Form<InstallForm>,
) -> Result<Response, WebError> {
    let installed = if form.text.trim().is_empty() {
        app.installer.install(&form.address).await
    } else {
        app.installer.install_text(&form.text, &form.address).await
    };
    match installed {
        Ok(installation) => Ok(Redirect::to(&format!("/plugins/{}", installation.plugin.id)).into_response()),
        Err(problem) => {
            let html = list_page(&app, &form, Some(sentence(&problem.to_string()))).await?;
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
    let report = cordboard_lint::inspect(&toolset, &documents);
    let view = context! {
        name => plugin.name_for_human,
        description => plugin.description_for_human,
        origin => plugin.origin,
        version => plugin.current.as_str(),
        remove => format!("/plugins/{id}/remove"),
        needs_credential => toolset.needs_credential(),
        report => Value::from(Serde(&report)),
        large => report.tokens.typescript > MAX_SHOWN_TOKENS,
        model_text => model_text(&toolset, report.tokens.typescript),
    };
    Ok(page("plugin.html", &view)?)
}

/// What the model is told, or of a large API only the index that it starts from.
fn model_text(toolset: &Toolset, tokens: usize) -> String {
    if tokens > MAX_SHOWN_TOKENS {
        index::render(toolset, &toolset.namespace())
    } else {
        typescript::render(toolset, &toolset.namespace())
    }
}

pub(crate) async fn remove(
    State(app): State<App>,
    _member: Member,
    Path(id): Path<PluginId>,
) -> Result<Redirect, WebError> {
    app.shelf.uninstall(id).await?;
    Ok(Redirect::to("/plugins"))
}
