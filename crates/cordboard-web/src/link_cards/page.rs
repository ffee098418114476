//! Cards in the page of a conversation.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use minijinja::{Error, context};
use serde::Deserialize;
use url::Url;

use super::cache::Found;
use super::links::{self, Link};
use crate::app::App;
use crate::error::WebError;
use crate::fragments::Fragment;
use crate::images;
use crate::mine::Mine;
use crate::rate_limit::Errand;
use crate::templates::{page, render};
use crate::words::in_query;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    url: String,
}

/// What fills the place of a card. There is nothing (204) where the page cannot be had or says nothing of itself.
pub(crate) async fn serve(
    State(app): State<App>,
    mine: Mine,
    Query(Wanted { url }): Query<Wanted>,
) -> Result<Response, WebError> {
    app.doors.send_out(Errand::Page, mine.user())?;
    let turns = app.engine.turns(mine.id()).await?;
    let Some(link) = links::find(&turns, &images::personal(&app, mine.user()).await?, &url) else {
        let message = "No answer of this conversation has this link from a result.";
        return Err(WebError::new(StatusCode::NOT_FOUND, "No card", message));
    };
    match app.link_cards.find(&link).await {
        Some(found) => Ok(card(mine.id(), &link, &found)?.into_response()),
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

fn card(conversation: ConversationId, link: &Link, found: &Found) -> Result<axum::response::Html<String>, Error> {
    let card = &found.card;
    let picture = || format!("/conversations/{conversation}/images?card={}", in_query(&link.url));
    let view = context! {
        picture => card.image.as_ref().map(|_| picture()),
        site_name => card.site_name.as_deref(),
        title => card.title.as_str(),
        description => card.description.as_deref(),
        address => address(&link.url, card.url.as_ref()),
    };
    page("link_card.html", &view)
}

/// The places of a turn's cards: links that stay as they are where no script or no page fills them.
/// `history` ends with the turn.
pub(crate) fn places(
    conversation: ConversationId,
    turn: &Turn,
    history: &[Turn],
    parent: &str,
) -> Result<Vec<Fragment>, Error> {
    let place = |(number, url): (usize, &String)| {
        let id = format!("card-{}-{number}", turn.id);
        let source = format!("/conversations/{conversation}/cards?url={}", in_query(url));
        let html = render("link_card_place.html", &context! { id => id.as_str(), source, url, host => host(url) })?;
        Ok(Fragment { id, parent: parent.to_owned(), html })
    };
    links::of(turn, history).iter().enumerate().map(place).collect()
}

/// The host to which a link leads, with the path by which the page calls itself if it is a page of that host.
fn address(link: &str, own: Option<&Url>) -> String {
    let host = host(link);
    let path = own.filter(|own| self::host(own.as_str()) == host).map_or("", Url::path).trim_end_matches('/');
    format!("{host}{path}")
}

fn host(url: &str) -> String {
    let url = Url::parse(url).ok();
    url.as_ref().and_then(Url::host_str).map(|host| host.trim_start_matches("www.").to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_shows_where_its_link_leads_whatever_the_page_says() {
        let link = "https://www.news.example/story?from=chat";
        for (own, expected) in [
            ("https://news.example/2026/story/", "news.example/2026/story"),
            ("https://news.example/", "news.example"),
            ("https://bank.example/story", "news.example"),
        ] {
            assert_eq!(address(link, Url::parse(own).ok().as_ref()), expected, "{own}");
        }
        assert_eq!(address(link, None), "news.example");
    }
}
