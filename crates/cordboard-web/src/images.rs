//! Pictures from plugins' results, fetched by the host.
//!
//! Only an address that occurs in a recorded result of the conversation is fetched. What a model composed is not.

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cordboard_domain::call::CallState;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use serde::Deserialize;
use url::form_urlencoded;

use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::rate_limit::Errand;

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
    let missing = |problem: String| WebError::new(StatusCode::NOT_FOUND, "No picture", problem);
    if !turns.iter().any(|turn| occurs(turn, &url)) {
        return Err(missing("No result of this conversation has this picture.".to_owned()));
    }
    let image = app.images.fetch_image(&url).await.map_err(|problem| missing(problem.to_string()))?;
    let headers = [(header::CONTENT_TYPE, image.content_type), (header::CACHE_CONTROL, "private, max-age=86400")];
    Ok((headers, image.bytes).into_response())
}

/// Where the page gets a picture, if the turn's results have it.
pub(crate) fn source(conversation: ConversationId, turn: &Turn, url: &str) -> Option<String> {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("url", url).finish();
    occurs(turn, url).then(|| format!("/conversations/{conversation}/images?{query}"))
}

fn occurs(turn: &Turn, url: &str) -> bool {
    // JSON may write a slash with a backslash before it.
    let escaped = url.replace('/', "\\/");
    turn.calls().any(|call| match &call.state {
        CallState::Answered { response } => response.body.contains(url) || response.body.contains(&escaped),
        CallState::AnsweredByHost { answer } => answer.content.contains(url) || answer.content.contains(&escaped),
        _ => false,
    })
}
