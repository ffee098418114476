//! The person behind the token, and the models they may choose from.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::{Caller, Read};
use super::problem::Refusals;
use super::view::PersonView;
use crate::app::App;

/// Who the token belongs to.
#[utoipa::path(get, path = "/me", tag = "me", operation_id = "getMe",
    responses((status = 200, body = PersonView), Refusals))]
pub(super) async fn show(caller: Caller<Read>) -> Json<PersonView> {
    Json((&caller.account).into())
}

#[derive(Serialize, ToSchema)]
pub(super) struct ModelView {
    id: String,
    name: String,
    context_tokens: u32,
}

/// The chat models that conversations may use; the first is the default.
#[utoipa::path(get, path = "/models", tag = "conversations", operation_id = "listModels",
    responses((status = 200, body = [ModelView]), Refusals))]
pub(super) async fn models(State(app): State<App>, _caller: Caller<Read>) -> Json<Vec<ModelView>> {
    let models = app.engine.models().list().map(|model| ModelView {
        id: model.id.0.clone(),
        name: model.name.clone(),
        context_tokens: model.context_tokens,
    });
    Json(models.collect())
}
