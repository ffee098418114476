//! The live part of a conversation's page, as server-sent events.
//!
//! Each event carries the pieces of HTML that changed and has the position of the last stored event as its id. A browser
//! that reconnects sends that id; the state it has is rebuilt from the journal, and it gets exactly what it lacks.

use std::collections::HashMap;
use std::convert::Infallible;

use async_stream::stream;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use cordboard_domain::event::RecordedEvent;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::Turn;
use futures::Stream;
use minijinja::Error;
use serde::Deserialize;
use tracing::warn;

use crate::app::App;
use crate::error::WebError;
use crate::fragments::{self, Fragment};
use crate::session::Member;

#[derive(Deserialize)]
pub(crate) struct From {
    /// The position that the page was rendered at.
    after: u64,
}

pub(crate) async fn events(
    State(app): State<App>,
    _member: Member,
    Path(conversation): Path<ConversationId>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, WebError> {
    app.conversations.get_conversation(conversation).await?;
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let known = resumed.unwrap_or(from.after);
    Ok(Sse::new(changes(app, conversation, known)).keep_alive(KeepAlive::default()))
}

/// Changes after a position, until the browser leaves or the server stops.
fn changes(app: App, conversation: ConversationId, known: u64) -> impl Stream<Item = Result<Event, Infallible>> {
    stream! {
        let mut listener = app.engine.signals().listen(conversation);
        let mut page = Page::new(conversation);
        let mut position = 0;
        loop {
            let news = match app.journal.conversation_events(conversation, position).await {
                Ok(news) => news,
                Err(problem) => {
                    warn!(%conversation, %problem, "event stream ends");
                    return;
                }
            };
            for event in &news {
                if let Err(problem) = page.take(event) {
                    warn!(%conversation, %problem, "event stream ends");
                    return;
                }
                position = event.position;
                // What the browser has already is taken in silently, up to exactly its position.
                if position <= known {
                    page.forget_changes();
                }
            }
            if position >= known && let Ok(html) = page.changes() && !html.is_empty() {
                yield Ok(Event::default().id(position.to_string()).data(html));
            }
            tokio::select! {
                alive = listener.wait() => if !alive { return },
                () = app.shutdown.cancelled() => return,
            }
        }
    }
}

/// What a browser shows, as far as it was told.
struct Page {
    conversation: ConversationId,
    turns: Vec<Turn>,
    /// The open turns' pieces as last sent; finished turns do not change.
    sent: HashMap<String, String>,
}

impl Page {
    fn new(conversation: ConversationId) -> Self {
        Self { conversation, turns: Vec::new(), sent: HashMap::new() }
    }

    fn take(&mut self, event: &RecordedEvent) -> Result<(), cordboard_domain::turn::InvalidEvent> {
        match self.turns.iter_mut().find(|turn| turn.id == event.turn) {
            Some(turn) => turn.apply(event),
            None => {
                self.turns.push(Turn::start(event)?);
                Ok(())
            }
        }
    }

    /// Takes the present state as what the browser shows.
    fn forget_changes(&mut self) {
        self.sent.clear();
        if let Ok(fragments) = self.fragments() {
            self.sent = fragments.into_iter().map(|fragment| (fragment.id, fragment.html)).collect();
        }
    }

    /// The last turn and the composer's button; earlier turns are over.
    fn fragments(&self) -> Result<Vec<Fragment>, Error> {
        let mut fragments = match self.turns.last() {
            Some(turn) => fragments::turn(self.conversation, turn)?,
            None => Vec::new(),
        };
        fragments.push(fragments::composer_action(self.conversation, &self.turns)?);
        Ok(fragments)
    }

    /// The pieces that differ from what was sent, as one HTML text.
    fn changes(&mut self) -> Result<String, Error> {
        let fragments = self.fragments()?;
        let mut html = String::new();
        let prefix = self.turns.last().map(|turn| turn.id.to_string());
        for gone in self.sent.keys().filter(|id| {
            prefix.as_ref().is_some_and(|prefix| id.contains(prefix.as_str()))
                && !fragments.iter().any(|fragment| &fragment.id == *id)
        }) {
            html.push_str(&format!("<template data-remove=\"{gone}\"></template>"));
        }
        for fragment in &fragments {
            if self.sent.get(&fragment.id) != Some(&fragment.html) {
                html.push_str(&format!(
                    "<template data-id=\"{}\" data-parent=\"{}\">{}</template>",
                    fragment.id, fragment.parent, fragment.html
                ));
            }
        }
        self.sent = fragments.into_iter().map(|fragment| (fragment.id, fragment.html)).collect();
        Ok(html)
    }
}
