//! Pictures from plugins' results, fetched by the host.
//!
//! Only an address that occurs in a recorded result of the conversation is fetched. What a model composed is not.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::rate_limit::Errand;
use crate::{pictures, recorded, words};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    url: String,
}

pub(crate) async fn serve(
    State(app): State<App>,
    mine: Mine,
    Query(Wanted { url }): Query<Wanted>,
) -> Result<Response, WebError> {
    app.doors.send_out(Errand::Picture, mine.user())?;
    let turns = app.engine.turns(mine.id()).await?;
    let named_by = recorded::named_by(&turns, &url)
        .ok_or_else(|| missing("No result of this conversation has this picture.".to_owned()))?;
    pictures::show(&app, &url, &named_by).await.map_err(|problem| missing(problem.to_string()))
}

fn missing(problem: String) -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "No picture", problem)
}

/// Where the page gets a picture, if the turn's results have it.
pub(crate) fn source(conversation: ConversationId, turn: &Turn, url: &str) -> Option<String> {
    recorded::occurs(turn, url).then(|| format!("/conversations/{conversation}/images?url={}", words::in_query(url)))
}
