//! Example requests of a plugin's operations.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_agent::catalogue::CatalogueError;
use cordboard_agent::catalogue::examples::ExampleSource;
use cordboard_domain::example_requests::ExampleRequests;
use cordboard_domain::id::PluginId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{At, Body};
use super::caller::{Caller, Develop};
use super::problem::{Problem, Refusals};
use super::view::example_source;
use crate::app::App;

/// The example requests of an operation.
#[derive(Serialize, ToSchema)]
pub(super) struct ExamplesView {
    operation: String,
    #[schema(schema_with = example_source)]
    source: &'static str,
    examples: Vec<String>,
}

/// The example requests of each operation of one of the person's plugins.
#[utoipa::path(get, path = "/registrations/{plugin}/examples", tag = "develop", operation_id = "listExamples",
    params(("plugin" = String, Path, format = Uuid)), responses((status = 200, body = [ExamplesView]), Refusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller<Develop>,
    At(plugin): At<PluginId>,
) -> Result<Json<Vec<ExamplesView>>, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    let edited = app.catalogue.edited_examples(&own).await?;
    let toolset = app.engine.library().get(&own.plugin().current).await.map_err(CatalogueError::from)?;
    let views = toolset.operations.iter().map(|operation| {
        let (source, examples) = ExampleSource::of(operation, &edited);
        ExamplesView { operation: operation.name.clone(), source: source.as_str(), examples: examples.to_vec() }
    });
    Ok(Json(views.collect()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewExamples {
    /// Requests in people's words, each of at most 200 characters.
    #[schema(min_items = 1, max_items = 8)]
    examples: Vec<String>,
}

/// Replaces the example requests of an operation, for everybody who has the plugin.
#[utoipa::path(put, path = "/registrations/{plugin}/examples/{operation}", tag = "develop",
    operation_id = "editExamples", request_body = NewExamples,
    params(("plugin" = String, Path, format = Uuid), ("operation" = String, Path)),
    responses((status = 204, description = "Replaced"), Refusals))]
pub(super) async fn edit(
    State(app): State<App>,
    caller: Caller<Develop>,
    At((plugin, operation)): At<(PluginId, String)>,
    Body(wanted): Body<NewExamples>,
) -> Result<StatusCode, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    let examples = ExampleRequests::check(wanted.examples.iter().map(String::as_str)).map_err(CatalogueError::from)?;
    app.catalogue.edit_examples(&own, &operation, &examples).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Uses the published or made example requests of an operation again.
#[utoipa::path(delete, path = "/registrations/{plugin}/examples/{operation}", tag = "develop",
    operation_id = "resetExamples",
    params(("plugin" = String, Path, format = Uuid), ("operation" = String, Path)),
    responses((status = 204, description = "Reset"), Refusals))]
pub(super) async fn reset(
    State(app): State<App>,
    caller: Caller<Develop>,
    At((plugin, operation)): At<(PluginId, String)>,
) -> Result<StatusCode, Problem> {
    let own = app.catalogue.own(&caller.account, plugin).await?;
    app.catalogue.reset_examples(&own, &operation).await?;
    Ok(StatusCode::NO_CONTENT)
}
