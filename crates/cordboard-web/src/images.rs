//! Pictures from plugins' results and of link cards, fetched by the host.
//!
//! Only an address that occurs in a plugin's response is fetched, and only if nothing in it came by way of the
//! conversation (`cordboard_agent::data_flow`).

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cordboard_agent::data_flow::may_fetch;
use cordboard_domain::id::{ConversationId, UserId};
use cordboard_domain::origin::NamedBy;
use cordboard_domain::turn::Turn;
use serde::Deserialize;
use url::Url;

use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::rate_limit::Errand;
use crate::{link_cards, pictures, words};

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
    let personal = personal(&app, mine.user()).await?;
    let picture = match wanted {
        Wanted::OfResult { url } => may_fetch(&turns, &personal, &url).map(|fetch| (url, fetch.named_by)),
        Wanted::OfCard { card } => of_card(&app, &turns, &personal, &card).await,
    };
    let (url, named_by) =
        picture.ok_or_else(|| missing("No result of this conversation has this picture.".to_owned()))?;
    pictures::show(&app, &url, &NamedBy::Source(named_by)).await.map_err(|problem| missing(problem.to_string()))
}

/// The address of a card's picture, and of the page that names it.
async fn of_card(app: &App, turns: &[Turn], personal: &[String], link: &str) -> Option<(String, Url)> {
    let found = app.link_cards.find(&link_cards::find(turns, personal, link)?).await?;
    Some((found.card.image.as_ref()?.to_string(), found.page.clone()))
}

/// What a person's profile says, which no address may tell.
pub(crate) async fn personal(app: &App, user: UserId) -> Result<Vec<String>, WebError> {
    Ok(app.privacy.profile(user).await?.into_values().collect())
}

fn missing(problem: String) -> WebError {
    WebError::new(StatusCode::NOT_FOUND, "No picture", problem)
}

/// Where the page gets a picture, if the results of these turns have it.
pub(crate) fn source(conversation: ConversationId, turns: &[Turn], url: &str) -> Option<String> {
    may_fetch(turns, &[], url).map(|_| format!("/conversations/{conversation}/images?url={}", words::in_query(url)))
}
