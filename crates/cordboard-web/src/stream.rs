//! The live part of a conversation's page, as server-sent events.
//!
//! Each event carries the pieces of HTML that changed and has the position of the last stored event as its id. A browser
//! that reconnects sends that id; the state it has is rebuilt from the journal, and it gets exactly what it lacks.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use async_stream::stream;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use cordboard_domain::branch::Branches;
use cordboard_domain::conversation::title_from;
use cordboard_domain::event::RecordedEvent;
use cordboard_domain::id::{ConversationId, TurnId};
use cordboard_domain::turn::{InvalidEvent, Turn};
use futures::Stream;
use minijinja::Error;
use serde::Deserialize;
use tracing::warn;

use crate::app::App;
use crate::fragments::{self, Among, Fragment};
use crate::mine::Mine;
use crate::session;

/// How long news are gathered, so that a model that writes fast does not have the page drawn for every word.
const GATHERING: Duration = Duration::from_millis(30);

/// Why a stream cannot go on.
#[derive(Debug, thiserror::Error)]
enum StreamError {
    #[error(transparent)]
    Invalid(#[from] InvalidEvent),
    #[error(transparent)]
    Template(#[from] Error),
}

#[derive(Deserialize)]
pub(crate) struct From {
    /// The position that the page was rendered at.
    after: u64,
    /// A turn on the path that the page shows; without it the newest one.
    turn: Option<TurnId>,
}

pub(crate) async fn events(
    State(app): State<App>,
    mine: Mine,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let known = resumed.unwrap_or(from.after);
    Sse::new(changes(app, mine, headers, known, from.turn)).keep_alive(KeepAlive::default())
}

/// Changes after a position, until the browser leaves, its session ends or the server stops.
fn changes(
    app: App,
    mine: Mine,
    headers: HeaderMap,
    known: u64,
    wanted: Option<TurnId>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream! {
        let conversation = mine.id();
        let mut listener = app.engine.signals().listen(conversation);
        let mut page = Page::new(conversation, wanted);
        let mut position = 0;
        loop {
            let news = match app.journal.shown_events(conversation, position).await {
                Ok(news) => news,
                Err(problem) => {
                    warn!(%conversation, %problem, "event stream ends");
                    return;
                }
            };
            match page.catch_up(&news, known) {
                Ok(html) if html.is_empty() => {}
                Ok(html) => {
                    if !still_holds(&app, &headers, &mine).await {
                        return;
                    }
                    let last = news.last().map_or(position, |event| event.position);
                    // Event streams break lines at each character of a pair, HTML at the pair.
                    yield Ok(Event::default().id(last.to_string()).data(html.replace("\r\n", "\n")));
                }
                Err(problem) => {
                    warn!(%conversation, %problem, "event stream ends");
                    return;
                }
            }
            position = news.last().map_or(position, |event| event.position);
            tokio::select! {
                alive = listener.wait() => if !alive { return },
                () = app.shutdown.cancelled() => return,
            }
            tokio::time::sleep(GATHERING).await;
        }
    }
}

/// Whether the session with which the stream was opened is there still, and its person's.
async fn still_holds(app: &App, headers: &HeaderMap, mine: &Mine) -> bool {
    let member = session::lookup(headers, app).await;
    member.is_ok_and(|member| member.is_some_and(|member| member.user() == mine.user()))
}

/// What a browser shows, as far as it was told.
struct Page {
    conversation: ConversationId,
    wanted: Option<TurnId>,
    /// All turns.
    turns: Vec<Turn>,
    /// The places of those that are shown.
    path: Vec<usize>,
    /// Whether the browser has to load the page anew.
    has_left: bool,
    /// The first place on the path whose turn has events that the browser was not told of.
    changed_from: usize,
    /// The pieces of the turn that was last when they were sent, and the composer's button; earlier turns are over.
    sent: HashMap<String, String>,
    /// Which turn that was.
    sent_turn: usize,
}

impl Page {
    fn new(conversation: ConversationId, wanted: Option<TurnId>) -> Self {
        Self {
            conversation,
            wanted,
            turns: Vec::new(),
            path: Vec::new(),
            has_left: false,
            changed_from: usize::MAX,
            sent: HashMap::new(),
            sent_turn: 0,
        }
    }

    /// Takes in news and gives what the browser lacks. Up to `known` it has everything.
    fn catch_up(&mut self, news: &[RecordedEvent], known: u64) -> Result<String, StreamError> {
        let old = news.partition_point(|event| event.position <= known);
        for event in &news[..old] {
            self.apply(event)?;
        }
        if old > 0 {
            self.path = Branches::of(&self.turns).path(self.wanted);
            self.forget_changes()?;
        }
        for event in &news[old..] {
            self.take(event)?;
        }
        if self.has_left {
            return Ok("<template data-reload></template>".to_owned());
        }
        // News beside the path that is shown may still change what goes on and what can be done.
        Ok(if old < news.len() { self.changes()? } else { String::new() })
    }

    /// Takes in an event, and gives the place of its turn.
    fn apply(&mut self, event: &RecordedEvent) -> Result<usize, InvalidEvent> {
        if let Some(place) = self.turns.iter().rposition(|turn| turn.id == event.turn) {
            self.turns[place].apply(event)?;
            return Ok(place);
        }
        self.turns.push(Turn::start(event)?);
        Ok(self.turns.len() - 1)
    }

    /// Takes in an event that the browser does not know, on the path that is shown or beside it.
    fn take(&mut self, event: &RecordedEvent) -> Result<(), InvalidEvent> {
        let (before, place) = (self.turns.len(), self.apply(event)?);
        if place == before {
            let branches = Branches::of(&self.turns);
            if branches.parent_place(place) == self.path.last().copied() {
                self.path.push(place);
            } else if self.wanted.is_none() {
                // The newest path is another one now.
                self.has_left = true;
            }
        }
        if let Some(shown) = self.path.iter().rposition(|each| *each == place) {
            self.changed_from = self.changed_from.min(shown);
        }
        Ok(())
    }

    /// Takes the present state as what the browser shows.
    fn forget_changes(&mut self) -> Result<(), Error> {
        self.remember(self.pieces_from(self.path.len().saturating_sub(1))?);
        Ok(())
    }

    /// The pieces of the turns on the path from this one on, and the composer's button.
    fn pieces_from(&self, first: usize) -> Result<Vec<Fragment>, Error> {
        let mut pieces = Vec::new();
        if let Some(first) = self.turns.first() {
            pieces.push(fragments::rail_entry(self.conversation, &title_from(&first.user_message))?);
        }
        let branches = Branches::of(&self.turns);
        for place in self.path.iter().skip(first) {
            let (alternatives, history) = (branches.alternatives(*place), &self.turns[..=*place]);
            let among = Among { alternatives: &alternatives, history };
            pieces.extend(fragments::turn(self.conversation, &self.turns[*place], among)?);
        }
        pieces.push(fragments::activity(&self.turns)?);
        pieces.push(fragments::composer_action(self.conversation, &self.turns)?);
        Ok(pieces)
    }

    fn remember(&mut self, pieces: Vec<Fragment>) {
        self.sent = pieces.into_iter().map(|piece| (piece.id, piece.html)).collect();
        self.sent_turn = self.path.len().saturating_sub(1);
        self.changed_from = usize::MAX;
    }

    /// The pieces that differ from what was sent, as one HTML text.
    fn changes(&mut self) -> Result<String, Error> {
        let pieces = self.pieces_from(self.changed_from)?;
        let mut html = String::new();
        if self.changed_from <= self.sent_turn {
            for gone in self.sent.keys().filter(|id| !pieces.iter().any(|piece| &piece.id == *id)) {
                let _ = write!(html, "<template data-remove=\"{gone}\"></template>");
            }
        }
        for Fragment { id, parent, html: piece } in &pieces {
            if self.sent.get(id) != Some(piece) {
                html += &fragments::for_scripts(id, parent, piece);
            }
        }
        if self.changed_from == usize::MAX {
            // No turn on the path has changed.
            self.sent.extend(pieces.into_iter().map(|piece| (piece.id, piece.html)));
        } else if self.changed_from == self.path.len().saturating_sub(1) {
            // The usual case: the last turn grew, and its pieces are at hand.
            self.remember(pieces);
        } else {
            self.forget_changes()?;
        }
        Ok(html)
    }
}
