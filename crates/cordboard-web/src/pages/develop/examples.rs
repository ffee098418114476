//! Example requests of a plugin's operations: published, made, or edited here.

use std::cmp::Reverse;

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::catalogue::examples::ExampleSource;
use cordboard_domain::example_requests::{EditedExamples, ExampleRequests, MAX_EXAMPLE_CHARACTERS, MAX_EXAMPLES};
use cordboard_spec::toolset::operation::Operation;
use minijinja::{Value, context};
use serde::Deserialize;

use super::show::{self, Extra, Place};
use crate::app::App;
use crate::error::WebError;
use crate::own::Own;

/// The most operations that the page lists, the edited ones first.
const MAX_LISTED: usize = 300;

#[derive(Deserialize, Clone)]
pub(crate) struct ExamplesForm {
    operation: String,
    /// One request per line.
    #[serde(default)]
    examples: String,
}

/// For `examples_section.html`.
pub(super) async fn view(app: &App, own: &Own, extra: &Extra) -> Result<Value, WebError> {
    let edited = app.catalogue.edited_examples(&own.plugin).await?;
    let library = app.engine.library();
    let toolset = library.get(&own.plugin.plugin().current).await.map_err(CatalogueError::from)?;
    let typed = extra.examples.as_ref();
    let mut operations: Vec<&Operation> = toolset.operations.iter().collect();
    let is_first = |operation: &Operation| {
        edited.contains_key(&operation.name) || typed.is_some_and(|typed| typed.operation == operation.name)
    };
    operations.sort_by_key(|operation| Reverse(is_first(operation)));
    let count = |wanted: ExampleSource| {
        toolset.operations.iter().filter(|operation| ExampleSource::of(operation, &edited).0 == wanted).count()
    };
    Ok(context! {
        published => count(ExampleSource::Published),
        made => count(ExampleSource::Made),
        edited => count(ExampleSource::Edited),
        total => operations.len(),
        operations => operations.iter().take(MAX_LISTED).map(|each| row(each, &edited, typed)).collect::<Value>(),
        most => MAX_EXAMPLES,
        longest => MAX_EXAMPLE_CHARACTERS,
    })
}

fn row(operation: &Operation, edited: &EditedExamples, typed: Option<&ExamplesForm>) -> Value {
    let (source, examples) = ExampleSource::of(operation, edited);
    let typed = typed.filter(|typed| typed.operation == operation.name);
    let is_edited = source == ExampleSource::Edited;
    context! {
        name => operation.name.as_str(),
        headline => operation.headline(),
        source => source.as_str(),
        is_edited,
        // What a reset leads to.
        others => is_edited.then(|| ExampleSource::of(operation, &EditedExamples::new()).0.as_str()),
        lines => typed.map_or_else(|| examples.join("\n"), |typed| typed.examples.clone()),
        is_refused => typed.is_some(),
    }
}

pub(crate) async fn save(
    State(app): State<App>,
    own: Own,
    Form(form): Form<ExamplesForm>,
) -> Result<Response, WebError> {
    let saved = async {
        let examples = ExampleRequests::from_lines(&form.examples)?;
        app.catalogue.edit_examples(&own.plugin, &form.operation, &examples).await
    };
    match saved.await {
        Ok(()) => Ok(back(&own, &form.operation)),
        Err(error) => {
            let extra = Extra { examples: Some(form), ..Extra::default() };
            show::trouble(&app, &own, Place::Examples, error.into(), extra).await
        }
    }
}

pub(crate) async fn reset(
    State(app): State<App>,
    own: Own,
    Form(form): Form<ExamplesForm>,
) -> Result<Response, WebError> {
    app.catalogue.reset_examples(&own.plugin, &form.operation).await?;
    Ok(back(&own, &form.operation))
}

/// To the operation on the page. A name that is none of an operation's must not shape the address.
fn back(own: &Own, operation: &str) -> Response {
    let is_name = operation.chars().all(|each| each.is_ascii_alphanumeric() || each == '_');
    let place = if is_name { format!("examples-{operation}") } else { "examples".to_owned() };
    Redirect::to(&format!("{}#{place}", own.page())).into_response()
}
