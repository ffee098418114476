//! A turn as the sum of its events: what was said, which calls were made, whether it is over.

use serde::{Deserialize, Serialize};

use crate::branch::Follows;
use crate::call::{Call, CallState, CallStep, Confirmation, InvalidStep};
use crate::event::{RecordedEvent, TurnEvent, TurnOutcome};
use crate::id::{CallId, ConfirmationId, ModelId, TurnId};
use crate::time::Timestamp;

/// What a model wrote or asked for, in the order in which it happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Text(String),
    Call(Box<Call>),
}

/// One answer of the model: text and calls that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Round {
    pub steps: Vec<Step>,
    /// Whether the model had said all; a round that broke off is asked again and its calls are never placed.
    pub is_complete: bool,
}

impl Round {
    /// The calls of this round.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.steps.iter().filter_map(|step| match step {
            Step::Call(call) => Some(call.as_ref()),
            Step::Text(_) => None,
        })
    }

    /// The text of this round, joined.
    pub fn text(&self) -> String {
        self.steps
            .iter()
            .filter_map(|step| match step {
                Step::Text(text) => Some(text.as_str()),
                Step::Call(_) => None,
            })
            .collect()
    }
}

/// Whether a turn goes on, waits for a person or is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnState {
    Running,
    AwaitingConfirmation,
    AwaitingConsent,
    AwaitingConnection,
    Finished(TurnOutcome),
}

impl TurnState {
    /// The word under which the state is stored.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::AwaitingConfirmation => "awaiting_confirmation",
            Self::AwaitingConsent => "awaiting_consent",
            Self::AwaitingConnection => "awaiting_connection",
            Self::Finished(_) => "finished",
        }
    }
}

/// One user message and all that follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub id: TurnId,
    pub user_message: String,
    pub model: ModelId,
    /// What it comes after, where it says so.
    pub follows: Option<Follows>,
    pub started_at: Timestamp,
    pub rounds: Vec<Round>,
    /// What the model is busy with; empty when it writes or waits.
    pub progress: String,
    pub outcome: Option<TurnOutcome>,
    /// The sequence number of the last event.
    pub sequence: u32,
}

/// An event that does not fit the turn it is applied to.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEvent {
    #[error("event {found} does not follow event {last}")]
    OutOfOrder { last: u32, found: u32 },
    #[error("a turn begins with its start")]
    NotAStart,
    #[error("the turn has already started")]
    StartedTwice,
    #[error("the turn is over")]
    Over,
    #[error("call {0} is not part of the turn")]
    UnknownCall(CallId),
    #[error("the model said something before it was asked")]
    NoRound,
    #[error(transparent)]
    Step(#[from] InvalidStep),
}

impl Turn {
    /// The turn that a stored history describes.
    pub fn from_events<'events>(
        events: impl IntoIterator<Item = &'events RecordedEvent>,
    ) -> Result<Self, InvalidEvent> {
        let mut events = events.into_iter();
        let mut turn = Self::start(events.next().ok_or(InvalidEvent::NotAStart)?)?;
        for event in events {
            turn.apply(event)?;
        }
        Ok(turn)
    }

    /// The turn after its first event.
    pub fn start(first: &RecordedEvent) -> Result<Self, InvalidEvent> {
        let TurnEvent::Started { user_message, model, follows } = &first.event else {
            return Err(InvalidEvent::NotAStart);
        };
        Ok(Self {
            id: first.turn,
            user_message: user_message.clone(),
            model: model.clone(),
            follows: *follows,
            started_at: first.at,
            rounds: Vec::new(),
            progress: String::new(),
            outcome: None,
            sequence: first.sequence,
        })
    }

    /// Takes in one more event; on an error the turn must be loaded again.
    pub fn apply(&mut self, recorded: &RecordedEvent) -> Result<(), InvalidEvent> {
        if recorded.sequence != self.sequence + 1 {
            return Err(InvalidEvent::OutOfOrder { last: self.sequence, found: recorded.sequence });
        }
        if self.outcome.is_some() {
            return Err(InvalidEvent::Over);
        }
        self.take_in(recorded)?;
        self.sequence = recorded.sequence;
        Ok(())
    }

    /// Whether `events` could follow now.
    pub fn check(&self, at: Timestamp, events: &[TurnEvent]) -> Result<(), InvalidEvent> {
        let mut turn = self.clone();
        for event in events {
            let sequence = turn.sequence + 1;
            turn.apply(&RecordedEvent { turn: self.id, sequence, position: 0, at, event: event.clone() })?;
        }
        Ok(())
    }

    fn take_in(&mut self, recorded: &RecordedEvent) -> Result<(), InvalidEvent> {
        match recorded.event.clone() {
            TurnEvent::Started { .. } => return Err(InvalidEvent::StartedTwice),
            TurnEvent::ModelAsked { .. } => self.open_round(),
            TurnEvent::ModelAnswered => self.rounds.last_mut().ok_or(InvalidEvent::NoRound)?.is_complete = true,
            TurnEvent::ModelWrote { .. } | TurnEvent::ModelConsidered { .. } => {}
            TurnEvent::Progress { label } => self.progress = label,
            TurnEvent::Text { text } => self.add_text(&text)?,
            TurnEvent::CallProposed { call, model_call_id, tool, arguments } => {
                self.add_call(call, model_call_id, tool, arguments)?;
            }
            TurnEvent::CallRejected { call, problem } => self.step(call, CallStep::Reject { problem })?,
            TurnEvent::CallPlanned { call, plan, preview, verdict } => {
                self.step(call, CallStep::Plan { verdict })?;
                self.call_mut(call)?.replan(plan, preview);
            }
            TurnEvent::ConfirmationRequested { call, confirmation } => {
                self.step(call, CallStep::Ask { confirmation })?;
            }
            TurnEvent::CallRevised { call, plan, preview, confirmation } => {
                self.step(call, CallStep::Revise { confirmation })?;
                self.call_mut(call)?.replan(plan, preview);
            }
            TurnEvent::CallDecided { call, decision } => {
                self.step(call, CallStep::Decide { decision })?;
                self.call_mut(call)?.decided_at = Some(recorded.at);
            }
            TurnEvent::ConsentRequested { call, request } => self.step(call, CallStep::AskForConsent { request })?,
            TurnEvent::ConsentDecided { call } => self.step(call, CallStep::Consent)?,
            TurnEvent::ConnectionRequested { call, request } => self.step(call, CallStep::AskToConnect { request })?,
            TurnEvent::CallConnected { call } => self.step(call, CallStep::Connect)?,
            TurnEvent::CallSent { call, .. } => self.step(call, CallStep::Send { at: recorded.at })?,
            TurnEvent::CallAnswered { call, response } => self.step(call, CallStep::Answer { response })?,
            TurnEvent::CallAnsweredByHost { call, answer } => self.step(call, CallStep::AnswerByHost { answer })?,
            TurnEvent::CallFailed { call, failure } => self.step(call, CallStep::Fail { failure })?,
            TurnEvent::CallLost { call } => self.step(call, CallStep::LoseTrack)?,
            TurnEvent::CallCancelled { call } => self.step(call, CallStep::Cancel)?,
            TurnEvent::Finished { outcome } => {
                self.progress.clear();
                self.outcome = Some(outcome);
            }
        }
        Ok(())
    }

    fn open_round(&mut self) {
        if self.rounds.last().is_some_and(|round| !round.is_complete) {
            self.rounds.pop();
        }
        self.rounds.push(Round::default());
    }

    fn add_text(&mut self, text: &str) -> Result<(), InvalidEvent> {
        self.progress.clear();
        let round = self.rounds.last_mut().ok_or(InvalidEvent::NoRound)?;
        if let Some(Step::Text(existing)) = round.steps.last_mut() {
            existing.push_str(text);
        } else {
            round.steps.push(Step::Text(text.to_owned()));
        }
        Ok(())
    }

    fn add_call(
        &mut self,
        id: CallId,
        model_call_id: String,
        tool: String,
        raw_arguments: String,
    ) -> Result<(), InvalidEvent> {
        self.progress.clear();
        let round = self.rounds.last_mut().ok_or(InvalidEvent::NoRound)?;
        let state = CallState::Proposed;
        let call = Call { id, model_call_id, tool, raw_arguments, plan: None, preview: None, decided_at: None, state };
        round.steps.push(Step::Call(Box::new(call)));
        Ok(())
    }

    fn step(&mut self, id: CallId, step: CallStep) -> Result<(), InvalidEvent> {
        let call = self.call_mut(id)?;
        call.state = call.state.clone().step(step)?;
        Ok(())
    }

    fn call_mut(&mut self, id: CallId) -> Result<&mut Call, InvalidEvent> {
        self.rounds
            .iter_mut()
            .flat_map(|round| &mut round.steps)
            .find_map(|step| match step {
                Step::Call(call) if call.id == id => Some(call.as_mut()),
                Step::Call(_) | Step::Text(_) => None,
            })
            .ok_or(InvalidEvent::UnknownCall(id))
    }

    /// All calls of the turn in order.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.rounds.iter().flat_map(Round::calls)
    }

    /// The call with this id.
    pub fn call(&self, id: CallId) -> Option<&Call> {
        self.calls().find(|call| call.id == id)
    }

    /// The call that waits for this confirmation.
    pub fn awaiting(&self, id: ConfirmationId) -> Option<(&Call, &Confirmation)> {
        self.calls().find_map(|call| match &call.state {
            CallState::AwaitingConfirmation { confirmation } if confirmation.id == id => Some((call, confirmation)),
            _ => None,
        })
    }

    /// Whether the turn goes on, waits or is over.
    pub fn state(&self) -> TurnState {
        if let Some(outcome) = &self.outcome {
            return TurnState::Finished(outcome.clone());
        }
        let confirms = |call: &Call| matches!(call.state, CallState::AwaitingConfirmation { .. });
        let connects = |call: &Call| matches!(call.state, CallState::AwaitingConnection { .. });
        let consents = |call: &Call| matches!(call.state, CallState::AwaitingConsent { .. });
        let busy = |call: &Call| !confirms(call) && !consents(call) && !connects(call) && !call.state.is_settled();
        if self.calls().any(busy) {
            TurnState::Running
        } else if self.calls().any(confirms) {
            TurnState::AwaitingConfirmation
        } else if self.calls().any(consents) {
            TurnState::AwaitingConsent
        } else if self.calls().any(connects) {
            TurnState::AwaitingConnection
        } else {
            TurnState::Running
        }
    }
}
