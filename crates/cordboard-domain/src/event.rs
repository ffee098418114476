//! What happens in a turn, as stored facts. Every face of the program renders these.

use serde::{Deserialize, Serialize};

use crate::branch::Follows;
use crate::call::{CallFailure, CallPreview, CallResponse, Confirmation, Decision, HostAnswer, PlannedCall};
use crate::connection::ConnectionRequest;
use crate::consideration::Consideration;
use crate::id::{CallId, ModelId, TurnId};
use crate::offer::Offer;
use crate::personal::ConsentRequest;
use crate::policy::Verdict;
use crate::time::Timestamp;

/// One fact about a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum TurnEvent {
    Started {
        user_message: String,
        model: ModelId,
        /// What it comes after; absent where that is the turn that began before it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follows: Option<Follows>,
    },
    /// The model is asked; `input` is what it sees, byte for byte.
    ModelAsked {
        round: u32,
        input: String,
        /// What of the active plugins is in it; absent in old records.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer: Option<Offer>,
    },
    /// What the model is busy with, in a word or two.
    Progress {
        label: String,
    },
    /// How the model weighed the operations, where it chooses by score.
    ModelConsidered {
        consideration: Consideration,
    },
    /// More of the model's answer.
    Text {
        text: String,
    },
    /// All that the model wrote in this round, byte for byte, where calls stood in its text.
    ModelWrote {
        text: String,
    },
    /// The model has said all it wants to say in this round.
    ModelAnswered,
    CallProposed {
        call: CallId,
        model_call_id: String,
        tool: String,
        arguments: String,
    },
    CallRejected {
        call: CallId,
        problem: String,
    },
    CallPlanned {
        call: CallId,
        plan: PlannedCall,
        preview: CallPreview,
        verdict: Verdict,
    },
    ConfirmationRequested {
        call: CallId,
        confirmation: Confirmation,
    },
    /// Its person changed the arguments; the question is now about this request.
    CallRevised {
        call: CallId,
        plan: PlannedCall,
        preview: CallPreview,
        confirmation: Confirmation,
    },
    CallDecided {
        call: CallId,
        decision: Decision,
    },
    /// The plugin asks for something about its person.
    ConsentRequested {
        call: CallId,
        request: ConsentRequest,
    },
    /// The person has decided on that, and the call is looked at again.
    ConsentDecided {
        call: CallId,
    },
    /// Everything else is settled, but nobody knows at the plugin who is calling.
    ConnectionRequested {
        call: CallId,
        request: ConnectionRequest,
    },
    CallConnected {
        call: CallId,
    },
    /// Written before the request leaves.
    CallSent {
        call: CallId,
        /// The place that is told with it, such as `US-CA`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<String>,
    },
    CallAnswered {
        call: CallId,
        response: CallResponse,
    },
    /// A tool of the host itself was called; nothing left the machine.
    CallAnsweredByHost {
        call: CallId,
        answer: HostAnswer,
    },
    CallFailed {
        call: CallId,
        failure: CallFailure,
    },
    /// The host stopped between sending and hearing back.
    CallLost {
        call: CallId,
    },
    CallCancelled {
        call: CallId,
    },
    Finished {
        outcome: TurnOutcome,
    },
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum TurnOutcome {
    Answered,
    /// A person pressed stop.
    Stopped,
    /// The turn used up the calls that one turn may make.
    CallLimit {
        limit: u32,
    },
    /// The model could not go on; `message` says why and what to do.
    Failed {
        message: String,
    },
}

/// An event with its place in the stored order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedEvent {
    pub turn: TurnId,
    /// Counts from 1 within the turn.
    pub sequence: u32,
    /// Counts from 1 within the conversation; streams resume after it.
    pub position: u64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub event: TurnEvent,
}
