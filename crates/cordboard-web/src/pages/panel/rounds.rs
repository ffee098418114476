//! Each round: what the model saw and what it costs, what it said, what became of its calls.

use cordboard_agent::prompt_parts::Part;
use cordboard_domain::call::{Call, CallState};
use cordboard_domain::consideration::{Candidate, Consideration, decimal, percent};
use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::CallId;
use cordboard_domain::policy::Verdict;
use cordboard_domain::turn::{Round, Step};
use minijinja::{Value, context};

use super::show::Recorded;
use crate::fragments::{headers, pretty, request};

/// What a model was asked in a round, how it weighed the operations, and what it wrote where calls stood in its text.
#[derive(Default)]
struct Exchange<'recorded> {
    input: &'recorded str,
    considerations: Vec<&'recorded Consideration>,
    raw: &'recorded str,
}

/// The rounds of a turn. A round that broke off and was asked again is listed as it was asked last.
pub(super) fn of(recorded: &Recorded) -> Vec<Value> {
    let mut exchanges: Vec<Exchange<'_>> = Vec::new();
    for each in &recorded.events {
        match &each.event {
            TurnEvent::ModelAsked { round, input, .. } => {
                exchanges.truncate((*round as usize).saturating_sub(1));
                exchanges.push(Exchange { input, ..Exchange::default() });
            }
            TurnEvent::ModelWrote { text } => {
                if let Some(exchange) = exchanges.last_mut() {
                    exchange.raw = text;
                }
            }
            TurnEvent::ModelConsidered { consideration } => {
                if let Some(exchange) = exchanges.last_mut() {
                    exchange.considerations.push(consideration);
                }
            }
            _ => {}
        }
    }
    let rounds = recorded.turn.rounds.iter().enumerate();
    rounds.map(|(place, round)| one(recorded, place, round, &exchanges)).collect()
}

fn one(recorded: &Recorded, place: usize, round: &Round, exchanges: &[Exchange<'_>]) -> Value {
    let none = Exchange::default();
    let &Exchange { input, ref considerations, raw } = exchanges.get(place).unwrap_or(&none);
    let parts = cordboard_agent::prompt_parts::of(input);
    let next = exchanges.get(place + 1).map_or("", |exchange| exchange.input);
    context! {
        number => place + 1,
        total => parts.iter().map(|part| part.tokens).sum::<usize>(),
        parts => parts.iter().map(|Part { name, tokens }| context! { name, tokens }).collect::<Vec<_>>(),
        bytes => input.len(),
        input,
        considerations => considerations.iter().map(|each| considered(each)).collect::<Vec<_>>(),
        output => round.steps.iter().map(step).collect::<Vec<_>>(),
        raw,
        is_complete => round.is_complete,
        calls => round.calls().map(|call| call_view(recorded, call, next)).collect::<Vec<_>>(),
    }
}

/// How the model weighed the operations.
fn considered(consideration: &Consideration) -> Value {
    let Consideration { candidates, any, threshold, outcome } = consideration;
    let candidates = candidates.iter().map(|Candidate { tool, share, margin, reasons }| {
        context! { tool, share => percent(*share), margin => decimal(*margin), reasons }
    });
    context! {
        candidates => candidates.collect::<Vec<_>>(),
        any => percent(*any),
        threshold => percent(*threshold),
        outcome,
    }
}

fn step(step: &Step) -> Value {
    match step {
        Step::Text(text) => context! { text => text.as_str() },
        Step::Call(call) => context! { tool => call.tool.as_str(), arguments => call.raw_arguments.as_str() },
    }
}

fn call_view(recorded: &Recorded, call: &Call, next: &str) -> Value {
    let verdict = recorded.events.iter().find_map(|each| match &each.event {
        TurnEvent::CallPlanned { call: planned, verdict, .. } if *planned == call.id => Some(policy(*verdict)),
        _ => None,
    });
    let response = match &call.state {
        CallState::Answered { response } => Some(response),
        _ => None,
    };
    context! {
        tool => call.tool.as_str(),
        operation => call.plan.as_ref().map(|plan| plan.operation.as_str()),
        state => call.state.name(),
        problem => match &call.state {
            CallState::Rejected { problem } => Some(problem.as_str()),
            CallState::Failed { failure } => Some(failure.message.as_str()),
            _ => None,
        },
        repairs => call.preview.as_ref().map(|preview| preview.repairs.clone()).unwrap_or_default(),
        verdict,
        request => call.plan.as_ref().map(|plan| request(plan, response.and_then(|response| response.sent.as_ref()))),
        response => response.map(|response| context! {
            status => response.status,
            headers => headers(&response.headers).trim_start(),
            body => pretty(&response.body),
            bytes => response.bytes,
            remarks => [&response.notes[..], &response.findings[..]].concat(),
        }),
        times => times(&recorded.events, call.id),
        given => cordboard_agent::prompt_parts::told_of(next, &call.model_call_id),
    }
}

fn policy(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allow => "Allowed: it only reads, or a standing permission covers it.",
        Verdict::Confirm => "A person had to confirm it.",
        Verdict::Deny => "Refused: the operator does not allow calls that change something.",
    }
}

/// What happened to a call and how many milliseconds after the step before.
fn times(events: &[RecordedEvent], call: CallId) -> Vec<Value> {
    let mut before = None;
    let mut times = Vec::new();
    for each in events {
        let Some(what) = happened(&each.event, call) else { continue };
        let after = before.map(|before| each.at.duration_since(before).as_millis());
        before = Some(each.at);
        times.push(context! { what, after => after.and_then(|after| i64::try_from(after).ok()) });
    }
    times
}

fn happened(event: &TurnEvent, wanted: CallId) -> Option<&'static str> {
    let (call, what) = match event {
        TurnEvent::CallProposed { call, .. } => (call, "asked for by the model"),
        TurnEvent::CallRejected { call, .. } => (call, "did not fit"),
        TurnEvent::CallPlanned { call, .. } => (call, "checked and planned"),
        TurnEvent::ConfirmationRequested { call, .. } => (call, "put before its person"),
        TurnEvent::CallRevised { call, .. } => (call, "changed by its person"),
        TurnEvent::CallDecided { call, .. } => (call, "decided"),
        TurnEvent::ConsentRequested { call, .. } => (call, "consent asked for"),
        TurnEvent::ConsentDecided { call } => (call, "consent decided"),
        TurnEvent::ConnectionRequested { call, .. } => (call, "waits for an account"),
        TurnEvent::CallConnected { call } => (call, "account connected"),
        TurnEvent::CallSent { call, .. } => (call, "sent"),
        TurnEvent::CallAnswered { call, .. } => (call, "answered"),
        TurnEvent::CallAnsweredByHost { call, .. } => (call, "answered by the host"),
        TurnEvent::CallFailed { call, .. } => (call, "failed"),
        TurnEvent::CallLost { call } => (call, "lost"),
        TurnEvent::CallCancelled { call } => (call, "cancelled"),
        TurnEvent::Started { .. }
        | TurnEvent::ModelAsked { .. }
        | TurnEvent::ModelWrote { .. }
        | TurnEvent::ModelConsidered { .. }
        | TurnEvent::Progress { .. }
        | TurnEvent::Text { .. }
        | TurnEvent::ModelAnswered
        | TurnEvent::Finished { .. } => return None,
    };
    (*call == wanted).then_some(what)
}
