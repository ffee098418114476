//! What a turn needs next, decided from its state alone, so that it can go on after a restart or on another server.

use cordboard_domain::call::{Call, CallState, PlannedCall};
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::CallId;
use cordboard_domain::turn::Turn;

/// The next thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    AskModel,
    /// Check arguments and policy of these calls.
    Plan(Vec<CallId>),
    /// These may leave: all at once.
    SendTogether(Vec<CallId>),
    /// This one changes something and goes alone.
    SendAlone(CallId),
    /// These were under way when the host stopped.
    Reconcile(Vec<CallId>),
    /// A person must decide; nothing runs meanwhile.
    Wait,
    Finish(TurnOutcome),
    Nothing,
}

/// Decides. `call_limit` is how many calls one turn may make.
pub(crate) fn next(turn: &Turn, call_limit: u32) -> Next {
    if turn.outcome.is_some() {
        return Next::Nothing;
    }
    let Some(round) = turn.rounds.last().filter(|round| round.is_complete) else {
        return Next::AskModel;
    };
    let with = |wanted: fn(&Call) -> bool| -> Vec<CallId> {
        round.calls().filter(|call| wanted(call)).map(|call| call.id).collect()
    };
    let lost = with(|call| matches!(call.state, CallState::Sent { .. }));
    if !lost.is_empty() {
        return Next::Reconcile(lost);
    }
    let proposed = with(|call| matches!(call.state, CallState::Proposed));
    if !proposed.is_empty() {
        return Next::Plan(proposed);
    }
    let reads = with(|call| matches!(call.state, CallState::Ready) && reads_only(call));
    if !reads.is_empty() {
        return Next::SendTogether(reads);
    }
    let writes = with(|call| matches!(call.state, CallState::Ready));
    if let Some(first) = writes.first() {
        return Next::SendAlone(*first);
    }
    if round.calls().any(|call| !call.state.is_settled()) {
        return Next::Wait;
    }
    if round.calls().next().is_none() {
        return Next::Finish(TurnOutcome::Answered);
    }
    let made = u32::try_from(turn.calls().count()).unwrap_or(u32::MAX);
    if made > call_limit { Next::Finish(TurnOutcome::CallLimit { limit: call_limit }) } else { Next::AskModel }
}

fn reads_only(call: &Call) -> bool {
    call.plan.as_ref().is_some_and(PlannedCall::is_read)
}
