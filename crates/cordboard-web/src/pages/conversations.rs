//! All chats of a person, with those that are put away, and a search through them.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Html;
use cordboard_domain::conversation::Conversation;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::fragments;
use crate::search;
use crate::session::Member;
use crate::templates::{page, render};
use crate::words;

#[derive(Deserialize, Default)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

pub(crate) async fn list(
    State(app): State<App>,
    member: Member,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, WebError> {
    let q = search::text(&wanted.q);
    let found = match q.as_str() {
        "" => app.conversations.list_conversations(member.user()).await?,
        text => app.conversations.find_conversations(member.user(), text).await?,
    };
    let results = render("conversation_results.html", &results(&q, found))?;
    if fragments::are_wanted(&headers) {
        return Ok(Html(fragments::for_scripts("results", "main", &results)));
    }
    Ok(page("conversations.html", &context! { shell => words::shell(&member.account, "chats"), results, q })?)
}

fn results(q: &str, found: Vec<Conversation>) -> Value {
    let found = found.into_iter().filter(|each| !each.title.is_empty());
    let (archived, open): (Vec<Conversation>, Vec<Conversation>) = found.partition(|each| each.archived_at.is_some());
    let number = u32::try_from(archived.len() + open.len()).unwrap_or(u32::MAX);
    context! {
        count => search::count(number, "chat", q),
        q,
        open => open.iter().map(row).collect::<Value>(),
        archived => archived.iter().map(row).collect::<Value>(),
    }
}

fn row(conversation: &Conversation) -> Value {
    let url = format!("/conversations/{}", conversation.id);
    context! {
        title => conversation.title.as_str(),
        day => words::day(conversation.updated_at),
        archive => format!("{url}/archive"),
        is_archived => conversation.archived_at.is_some(),
        url,
    }
}
