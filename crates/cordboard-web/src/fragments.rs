//! A conversation as a list of small pieces of HTML with stable ids.
//!
//! The page is these pieces nested into each other; the event stream sends the pieces that changed. Both come from the
//! same stored events, so a page that was streamed and a page that was loaded are the same.

use axum::http::HeaderMap;
use cordboard_domain::call::{Call, CallState};
use cordboard_domain::connection::ConnectionRequest;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::ConversationId;
use cordboard_domain::turn::{Round, Step, Turn, TurnState};
use minijinja::{Error, Value, context};

use crate::templates::render;
use crate::{images, link_cards, markdown, words};

/// One piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub(crate) id: String,
    /// The id of the element at whose end the piece first appears.
    pub(crate) parent: String,
    pub(crate) html: String,
}

/// Whether a script asks, which puts pieces into the page that is open.
pub(crate) fn are_wanted(headers: &HeaderMap) -> bool {
    headers.contains_key("x-cordboard-fragment")
}

/// A piece of HTML as scripts take it.
pub(crate) fn for_scripts(id: &str, parent: &str, html: &str) -> String {
    format!("<template data-id=\"{id}\" data-parent=\"{parent}\">{html}</template>")
}

/// The pieces of a turn: first the empty container, then what is in it, in order, then cards of its links,
/// at last its status.
/// `history` ends with the turn; what its results have may be shown.
pub(crate) fn turn(conversation: ConversationId, turn: &Turn, history: &[Turn]) -> Result<Vec<Fragment>, Error> {
    let id = format!("turn-{}", turn.id);
    let body = format!("{id}-body");
    let html = container(turn, &id, "", &format!("<div id=\"{id}-status\"></div>"))?;
    let mut fragments = vec![Fragment { id: id.clone(), parent: "turns".to_owned(), html }];
    for (number, round) in turn.rounds.iter().enumerate() {
        round_fragments(conversation, turn, history, (number, round), &body, &mut fragments)?;
    }
    fragments.extend(link_cards::places(conversation, turn, history, &body)?);
    fragments.push(status(conversation, turn, &id)?);
    Ok(fragments)
}

/// The turn with everything in it, for a whole page.
pub(crate) fn nested_turn(conversation: ConversationId, turn: &Turn, history: &[Turn]) -> Result<String, Error> {
    let mut fragments = self::turn(conversation, turn, history)?;
    let status = fragments.pop().map(|fragment| fragment.html).unwrap_or_default();
    let body: String = fragments.into_iter().skip(1).map(|fragment| fragment.html).collect();
    container(turn, &format!("turn-{}", turn.id), &body, &status)
}

fn container(turn: &Turn, id: &str, body: &str, status: &str) -> Result<String, Error> {
    render("turn.html", &context! { id, message => turn.user_message.clone(), body, status })
}

/// The button beside the message field: send, or stop while a turn is open.
pub(crate) fn composer_action(conversation: ConversationId, turns: &[Turn]) -> Result<Fragment, Error> {
    let open = turns.iter().rev().find(|turn| turn.outcome.is_none());
    let stop = open.map(|turn| format!("/conversations/{conversation}/turns/{}/stop", turn.id));
    Ok(Fragment {
        id: "composer-action".to_owned(),
        parent: "composer".to_owned(),
        html: render("composer_action.html", &context! { stop })?,
    })
}

/// The conversation's entry in the list, once it has a title.
pub(crate) fn rail_entry(conversation: ConversationId, title: &str) -> Result<Fragment, Error> {
    let id = "rail-current".to_owned();
    let url = format!("/conversations/{conversation}");
    let html = render("rail_entry.html", &context! { id => id.as_str(), url, title })?;
    Ok(Fragment { id, parent: "rail-list".to_owned(), html })
}

fn round_fragments(
    conversation: ConversationId,
    turn: &Turn,
    history: &[Turn],
    (number, round): (usize, &Round),
    parent: &str,
    fragments: &mut Vec<Fragment>,
) -> Result<(), Error> {
    for (place, step) in round.steps.iter().enumerate() {
        match step {
            Step::Text(text) => {
                let image = |url: &str| images::source(conversation, history, url);
                for (block, html) in markdown::blocks(text, &image).into_iter().enumerate() {
                    let id = format!("text-{}-{number}-{place}-{block}", turn.id);
                    let html = format!("<div id=\"{id}\" class=\"prose\">{html}</div>\n");
                    fragments.push(Fragment { id, parent: parent.to_owned(), html });
                }
            }
            Step::Call(call) => {
                let id = format!("call-{}", call.id);
                let html = call_html(conversation, turn, &id, call)?;
                fragments.push(Fragment { id, parent: parent.to_owned(), html });
            }
        }
    }
    Ok(())
}

fn call_html(conversation: ConversationId, turn: &Turn, id: &str, call: &Call) -> Result<String, Error> {
    if let CallState::AwaitingConfirmation { confirmation } = &call.state {
        let action = format!("/conversations/{conversation}/turns/{}/confirmations/{}", turn.id, confirmation.id);
        return render("confirmation.html", &context! { id, action, call => view(call) });
    }
    if let CallState::AwaitingConnection { request } = &call.state {
        return connection_html(conversation, turn, id, call, request);
    }
    render("call.html", &context! { id, call => view(call) })
}

fn connection_html(
    conversation: ConversationId,
    turn: &Turn,
    id: &str,
    call: &Call,
    request: &ConnectionRequest,
) -> Result<String, Error> {
    let view = context! {
        id,
        call => view(call),
        account_host => words::domain(&request.host),
        connect => connect_path(conversation, request),
        decline => format!("/conversations/{conversation}/turns/{}/connections/{}/decline", turn.id, call.id),
    };
    render("connection.html", &view)
}

/// The page on which a person connects what a call waits for.
pub(crate) fn connect_path(conversation: ConversationId, request: &ConnectionRequest) -> String {
    let ConnectionRequest { plugin, scheme, scopes, renews, .. } = request;
    let (scheme, scope) = (words::in_query(scheme), words::in_query(&scopes.join(" ")));
    let renew = renews.map(|id| format!("&renew={id}")).unwrap_or_default();
    format!("/connect/{plugin}?scheme={scheme}&conversation={conversation}&scope={scope}{renew}")
}

/// What the templates show of a call.
fn view(call: &Call) -> Value {
    let (plugin, operation) = match (&call.preview, &call.plan) {
        (Some(preview), Some(plan)) => (preview.plugin_name.clone(), plan.operation.clone()),
        _ => (String::new(), call.tool.clone()),
    };
    let arguments: Vec<(String, String)> = call
        .preview
        .iter()
        .filter_map(|preview| preview.arguments.as_object())
        .flatten()
        .map(|(name, value)| (name.replace('_', " "), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    let response = match &call.state {
        CallState::Answered { response } => Some(context! {
            status => response.status,
            content_type => response.content_type.as_str(),
            body => pretty(&response.body),
            truncated => !response.left_out.is_empty() || response.truncated,
            remarks => [&response.notes[..], &response.findings[..]].concat(),
            seconds => duration(response.elapsed_ms),
            success => response.is_success(),
        }),
        _ => None,
    };
    let host_answer = match &call.state {
        CallState::AnsweredByHost { answer } => Some(context! {
            title => answer.title.as_str(),
            content => pretty(&answer.content),
            note => answer.note.as_str(),
        }),
        _ => None,
    };
    let bounded: Vec<Value> = call
        .preview
        .iter()
        .filter_map(|preview| preview.arguments.as_object())
        .flatten()
        .filter(|(_, value)| !value.is_object() && !value.is_array())
        .map(|(name, value)| {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            context! { name, label => name.replace('_', " "), value => shown, is_number => value.is_number() }
        })
        .collect();
    context! {
        plugin, operation, arguments, response, host_answer, bounded,
        may_be_standing => call.preview.as_ref().is_some_and(|preview| preview.may_be_standing),
        is_granted => call.preview.as_ref().is_some_and(|preview| preview.grant.is_some()),
        raw_arguments => pretty(&call.raw_arguments),
        repairs => call.preview.as_ref().map(|preview| preview.repairs.clone()).unwrap_or_default(),
        state => call.state.name(),
        problem => problem(&call.state),
        summary => call.preview.as_ref().map(|preview| preview.summary.clone()),
        host => call.preview.as_ref().map(|preview| preview.host.clone()),
        method => call.plan.as_ref().map(|plan| plan.method.as_str()),
        url => call.plan.as_ref().map(|plan| plan.url.clone()),
        headers => headers(call),
        body => call.plan.as_ref().and_then(|plan| plan.body.as_ref()).map(|body| pretty(&body.content.describe())),
    }
}

/// `0.3 s`, or `under 0.1 s`.
#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn duration(millis: u64) -> String {
    if millis < 100 { "under 0.1 s".to_owned() } else { format!("{:.1} s", millis as f64 / 1000.0) }
}

/// The headers that the arguments make, one per line.
fn headers(call: &Call) -> String {
    let headers = call.plan.iter().flat_map(|plan| &plan.headers);
    headers.fold(String::new(), |text, (name, value)| text + "\n" + name + ": " + value)
}

fn problem(state: &CallState) -> Option<String> {
    match state {
        CallState::Rejected { problem } => Some(problem.clone()),
        CallState::Failed { failure } => Some(failure.message.clone()),
        CallState::Answered { response } if !response.is_success() => {
            Some(format!("The plugin answered with status {}.", response.status))
        }
        CallState::Unknown => Some(
            "It was sent, but Cordboard stopped before the answer came. Whether it had an effect is not known; check \
             with the plugin before you ask again."
                .to_owned(),
        ),
        _ => None,
    }
}

/// JSON with line breaks; any other text as it is.
fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// How a turn stands, and what can be done with it once it is over.
fn status(conversation: ConversationId, turn: &Turn, container: &str) -> Result<Fragment, Error> {
    let (state, message) = match turn.state() {
        TurnState::Running => ("running", progress(turn)),
        TurnState::AwaitingConfirmation => ("waiting", "Waiting for your decision".to_owned()),
        TurnState::AwaitingConnection => ("waiting", "Waiting until you connect".to_owned()),
        TurnState::Finished(TurnOutcome::Answered) => ("answered", String::new()),
        TurnState::Finished(TurnOutcome::Stopped) => ("stopped", "Stopped".to_owned()),
        TurnState::Finished(TurnOutcome::CallLimit { limit }) => {
            ("failed", format!("Stopped after {limit} calls, the most that one message may make. Ask again to go on."))
        }
        TurnState::Finished(TurnOutcome::Failed { message }) => ("failed", message),
    };
    let id = format!("{container}-status");
    let again = turn.outcome.is_some().then(|| format!("/conversations/{conversation}/messages"));
    let asked = turn.user_message.as_str();
    let html = render("turn_status.html", &context! { id => id.as_str(), state, message, again, asked })?;
    Ok(Fragment { id, parent: container.to_owned(), html })
}

fn progress(turn: &Turn) -> String {
    let sending = turn.calls().find(|call| matches!(call.state, CallState::Sent { .. }));
    match sending.and_then(|call| call.preview.as_ref()) {
        Some(preview) => format!("Using {}…", preview.plugin_name),
        None if turn.progress.is_empty() => "Thinking…".to_owned(),
        None => format!("{}…", turn.progress),
    }
}
