//! Installed plugins: the list, installing, and what one of them is made of.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::catalogue::access::Developer;
use cordboard_domain::id::PluginId;
use cordboard_spec::render::{index, typescript};
use cordboard_spec::toolset::Toolset;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::{WebError, sentence};
use crate::session::Member;
use crate::templates::{page, render};

/// Above this, the page shows the index of an API instead of everything a model could be told.
const MAX_SHOWN_TOKENS: usize = 12_000;

pub(crate) async fn list(State(app): State<App>, member: Member) -> Result<Html<String>, WebError> {
    Ok(Html(list_page(&app, &member, &InstallForm::default(), None).await?))
}

async fn list_page(
    app: &App,
    member: &Member,
    form: &InstallForm,
    problem: Option<String>,
) -> Result<String, WebError> {
    let installed = app.catalogue.ports.installations.list_installations(member.user()).await?;
    let plugins: Value = installed
        .into_iter()
        .map(|installation| {
            context! {
                url => format!("/plugins/{}", installation.plugin.id),
                name => installation.facts.name_for_human,
                description => installation.facts.description_for_human,
                origin => installation.plugin.origin,
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
    member: Member,
    Form(form): Form<InstallForm>,
) -> Result<Response, WebError> {
    let developer = Developer::of(&member.account)?;
    let registered = if form.text.trim().is_empty() {
        app.catalogue.register(developer, &form.address).await
    } else {
        app.catalogue.register_text(developer, &form.text, &form.address).await
    };
    match registered {
        Ok(registered) => Ok(Redirect::to(&format!("/plugins/{}", registered.plugin.id)).into_response()),
        Err(CatalogueError::Gather(problem)) => {
            let html = list_page(&app, &member, &form, Some(sentence(&problem.to_string()))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<PluginId>,
) -> Result<Html<String>, WebError> {
    let visible = app.catalogue.visible(&member.account, id).await?;
    let plugin = visible.plugin();
    let toolset =
        app.engine.library().get(&plugin.current).await.map_err(|problem| {
            WebError::new(StatusCode::CONFLICT, "This plugin cannot be used", problem.to_string())
        })?;
    let documents = app.catalogue.ports.shelf.get_version(&plugin.current).await?.documents;
    let report = cordboard_lint::inspect(&toolset, &documents);
    let view = context! {
        name => plugin.facts.name_for_human.as_str(),
        description => plugin.facts.description_for_human.as_str(),
        origin => plugin.origin.as_str(),
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
    member: Member,
    Path(id): Path<PluginId>,
) -> Result<Redirect, WebError> {
    app.catalogue.uninstall(&member.account, id).await?;
    Ok(Redirect::to("/plugins"))
}
