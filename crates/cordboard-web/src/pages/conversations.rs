//! All chats of a person, with those that are put away, and a search through them.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Html;
use cordboard_domain::conversation::Conversation;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::{page, render};
use crate::words;

/// The longest search that is looked for, in characters.
const LONGEST_SEARCH: usize = 200;

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
    let q: String = wanted.q.trim().chars().take(LONGEST_SEARCH).collect();
    let found = match q.as_str() {
        "" => app.conversations.list_conversations(member.user()).await?,
        text => app.conversations.find_conversations(member.user(), text).await?,
    };
    let results = render("conversation_results.html", &results(&q, found))?;
    if headers.contains_key("x-cordboard-fragment") {
        return Ok(Html(format!("<template data-id=\"results\" data-parent=\"main\">{results}</template>")));
    }
    Ok(page("conversations.html", &context! { shell => words::shell(&member.account, "chats"), results, q })?)
}

fn results(q: &str, found: Vec<Conversation>) -> Value {
    let found = found.into_iter().filter(|each| !each.title.is_empty());
    let (archived, open): (Vec<Conversation>, Vec<Conversation>) = found.partition(|each| each.archived_at.is_some());
    context! {
        count => count(q, archived.len() + open.len()),
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

/// What was found, as it is read out.
fn count(q: &str, number: usize) -> String {
    let number = match number {
        0 => "No chats".to_owned(),
        1 => "1 chat".to_owned(),
        many => format!("{many} chats"),
    };
    if q.is_empty() { number } else { format!("{number} for “{q}”") }
}
