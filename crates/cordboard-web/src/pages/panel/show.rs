//! The panel as a page.

use axum::extract::{Path, State};
use axum::response::Html;
use cordboard_agent::engine::EngineError;
use cordboard_domain::account::Role;
use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{ConversationId, TurnId};
use cordboard_domain::offer::Offer;
use cordboard_domain::turn::Turn;
use minijinja::{Value, context};

use super::{candidates, replay, rounds};
use crate::app::App;
use crate::error::{WebError, not_found};
use crate::mine::Mine;
use crate::templates::page;
use crate::words;

/// A turn with everything that was recorded of it.
pub(super) struct Recorded {
    pub(super) turn: Turn,
    pub(super) events: Vec<RecordedEvent>,
}

impl Recorded {
    /// A turn of a developer's own conversation.
    pub(super) async fn of(app: &App, mine: &Mine, turn: TurnId) -> Result<Self, WebError> {
        let events = app.journal.turn_events(mine.id(), turn).await?;
        if mine.member.account.role < Role::Developer || events.is_empty() {
            return Err(not_found().await);
        }
        let turn = Turn::from_events(&events).map_err(EngineError::from)?;
        Ok(Self { turn, events })
    }

    /// What the model was offered first; absent where it was never asked, or in old records.
    pub(super) fn offer(&self) -> Option<&Offer> {
        self.events.iter().find_map(|recorded| match &recorded.event {
            TurnEvent::ModelAsked { offer, .. } => offer.as_ref(),
            _ => None,
        })
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn)): Path<(ConversationId, TurnId)>,
) -> Result<Html<String>, WebError> {
    let recorded = Recorded::of(&app, &mine, turn).await?;
    let form = replay::form(&app, &recorded, &replay::ReplayForm::default()).await?;
    whole(&app, &mine, &recorded, form, Value::from(())).await
}

/// The page, with what a replay came to.
pub(super) async fn whole(
    app: &App,
    mine: &Mine,
    recorded: &Recorded,
    form: Value,
    replayed: Value,
) -> Result<Html<String>, WebError> {
    let view = context! {
        shell => words::shell(&mine.member.account, "chats"),
        back => format!("/conversations/{}#turn-{}", mine.id(), recorded.turn.id),
        question => recorded.turn.user_message.as_str(),
        model => recorded.turn.model.0.as_str(),
        candidates => candidates::of(app, mine, recorded).await?,
        limit => recorded.offer().map(|offer| offer.limit),
        rounds => rounds::of(recorded),
        form,
        replayed,
    };
    Ok(page("panel.html", &view)?)
}
