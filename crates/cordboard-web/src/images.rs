//! Pictures from plugins' results and of link cards, fetched by the host.
//!
//! Only an address that occurs in a recorded result of the conversation is fetched. What a model composed is not.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use serde::Deserialize;
use url::Url;

use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::rate_limit::Errand;
use crate::{link_cards, pictures, recorded, words};

/// A picture of a result, or the one on the card of a link.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Wanted {
    OfResult { url: String },
    OfCard { card: String },
}

pub(crate) async fn serve(
    State(app): State<App>,
    mine: Mine,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    app.doors.send_out(Errand::Picture, mine.user())?;
    let turns = app.engine.turns(mine.id()).await?;
    let picture = match wanted {
        Wanted::OfResult { url } => recorded::named_by(&turns, &url).map(|named_by| (url, named_by)),
        Wanted::OfCard { card } => of_card(&app, &turns, &card).await,
    };
    let (url, named_by) =
        picture.ok_or_else(|| missing("No result of this conversation has this picture.".to_owned()))?;
    pictures::show(&app, &url, &named_by).await.map_err(|problem| missing(problem.to_string()))
}

/// The address of a card's picture, and of the page that names it.
async fn of_card(app: &App, turns: &[Turn], link: &str) -> Option<(String, Url)> {
    let found = app.link_cards.find(&link_cards::find(turns, link)?).await?;
    Some((found.card.image.as_ref()?.to_string(), found.page.clone()))
}

fn missing(problem: String) -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "No picture", problem)
}

/// Where the page gets a picture, if the results of these turns have it.
pub(crate) fn source(conversation: ConversationId, turns: &[Turn], url: &str) -> Option<String> {
    recorded::occurs(turns, url).then(|| format!("/conversations/{conversation}/images?url={}", words::in_query(url)))
}
