//! Going on without a call whose person does not want to connect.

use axum::extract::{Form, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use cordboard_domain::id::{CallId, ConversationId, TurnId};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::pages::chat::answer;

#[derive(Deserialize)]
pub(crate) struct DeclineForm {
    #[serde(default)]
    word: String,
}

pub(crate) async fn decline(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn, call)): Path<(ConversationId, TurnId, CallId)>,
    headers: HeaderMap,
    Form(form): Form<DeclineForm>,
) -> Result<Response, WebError> {
    app.engine.decline_connection(mine.id(), turn, mine.user(), call, form.word).await?;
    Ok(answer(&headers, mine.id(), String::new()))
}
