//! A conversation as a list of small pieces of HTML with stable ids.
//!
//! The page is these pieces nested into each other; the event stream sends the pieces that changed. Both come from the
//! same stored events, so a page that was streamed and a page that was loaded are the same.

use axum::http::HeaderMap;
use cordboard_domain::call::{Call, CallState, Decision, PlannedCall, SentRequest};
use cordboard_domain::connection::ConnectionRequest;
use cordboard_domain::deceptive_text::visible;
use cordboard_domain::disclosure::Disclosure;
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::{ConversationId, TurnId};
use cordboard_domain::personal::ConsentRequest;
use cordboard_domain::turn::{Step, Turn, TurnState};
use minijinja::{Error, HtmlEscape, Value, context};

use crate::citations::Sources;
use crate::templates::render;
use crate::{arguments, claims, curl, images, link_cards, markdown, words};

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

/// How a turn stands among the others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Among<'turns> {
    /// The ways in which its question was asked, with itself among them.
    pub(crate) alternatives: &'turns [TurnId],
    /// The turns that began before, and itself; what their results have may be shown.
    pub(crate) history: &'turns [Turn],
}

/// The pieces of a turn: first the empty container, then what is in it, in order, then cards of its links, at last its
/// status.
pub(crate) fn turn(conversation: ConversationId, turn: &Turn, among: Among<'_>) -> Result<Vec<Fragment>, Error> {
    let Among { alternatives, history } = among;
    let id = format!("turn-{}", turn.id);
    let body = format!("{id}-body");
    let html = container(
        conversation,
        turn,
        alternatives,
        "",
        &format!("<div id=\"{id}-status\" class=\"status\" data-state=\"\" data-piece></div>"),
    )?;
    let mut fragments = vec![Fragment { id: id.clone(), parent: "turns".to_owned(), html }];
    fragments.extend(answer(conversation, turn, history, &body)?);
    fragments.extend(link_cards::places(conversation, turn, history, &body)?);
    fragments.push(status(conversation, turn, &id)?);
    // Blanks around pieces would differ between a page that grew and one that was loaded.
    for piece in &mut fragments {
        piece.html = piece.html.trim().to_owned();
    }
    Ok(fragments)
}

/// The turn with everything in it, for a whole page.
pub(crate) fn nested_turn(conversation: ConversationId, turn: &Turn, among: Among<'_>) -> Result<String, Error> {
    let mut fragments = self::turn(conversation, turn, among)?;
    let status = fragments.pop().map(|fragment| fragment.html).unwrap_or_default();
    let body: String = fragments.into_iter().skip(1).map(|fragment| fragment.html).collect();
    container(conversation, turn, among.alternatives, &body, &status)
}

fn container(
    conversation: ConversationId,
    turn: &Turn,
    alternatives: &[TurnId],
    body: &str,
    status: &str,
) -> Result<String, Error> {
    let place = alternatives.iter().position(|each| *each == turn.id).unwrap_or_default();
    let path = |place: usize| {
        alternatives.get(place).map(|turn| format!("/conversations/{conversation}?turn={turn}#turn-{turn}"))
    };
    let others = (alternatives.len() > 1).then(|| {
        let (before, after) = (place.checked_sub(1).and_then(path), path(place + 1));
        context! { number => place + 1, count => alternatives.len(), before, after }
    });
    let id = format!("turn-{}", turn.id);
    let html = render("turn.html", &context! { id, message => turn.user_message.as_str(), body, status, others })?;
    Ok(html.trim().to_owned())
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

/// The pieces of what the model said and did, in order.
fn answer(conversation: ConversationId, turn: &Turn, history: &[Turn], parent: &str) -> Result<Vec<Fragment>, Error> {
    let mut fragments = Vec::new();
    let sources = Sources::of(turn);
    let image = |url: &str| images::source(conversation, history, url);
    let mut calls_before = 0;
    for (number, round) in turn.rounds.iter().enumerate() {
        let is_open = number + 1 == turn.rounds.len() && !round.is_complete && turn.outcome.is_none();
        for (place, step) in round.steps.iter().enumerate() {
            let mut push = |id: String, html: String| fragments.push(Fragment { id, parent: parent.to_owned(), html });
            match step {
                Step::Text(text) => {
                    let is_growing = is_open && place + 1 == round.steps.len();
                    let blocks = markdown::blocks(text, is_growing, &image);
                    // Below a block that still grows, a mark would be pushed down.
                    let whole = blocks.len().saturating_sub(usize::from(is_growing));
                    for (block, html) in blocks.into_iter().enumerate() {
                        let id = format!("text-{}-{number}-{place}-{block}", turn.id);
                        let cited = if block < whole { cited(&sources, &html, calls_before) } else { String::new() };
                        let html = format!("<div id=\"{id}\" class=\"prose\">{html}{cited}</div>");
                        push(id, html);
                    }
                }
                Step::Call(call) => {
                    calls_before += 1;
                    let id = format!("call-{}", call.id);
                    let html = call_html(conversation, turn, &id, call)?;
                    push(id, html);
                }
            }
        }
    }
    Ok(fragments)
}

/// Links to the calls that a block of an answer rests on.
fn cited(sources: &Sources<'_>, html: &str, calls_before: usize) -> String {
    if sources.is_empty() {
        return String::new();
    }
    let text = markdown::text_of(html);
    let mark = |call: &Call| {
        let name = call.preview.as_ref().map_or(call.tool.as_str(), |preview| &preview.plugin_name);
        let operation = call.plan.as_ref().map_or(call.tool.as_str(), |plan| &plan.operation);
        let (name, operation) = (visible(name), visible(operation));
        let (id, name, operation) = (call.id, HtmlEscape(&name), HtmlEscape(&operation));
        format!("<a href=\"#call-{id}\"><span class=\"hidden\">Rests on </span>{name} · {operation}</a> ")
    };
    let marks: String = sources.behind(&text, calls_before).into_iter().map(mark).collect();
    if marks.is_empty() { marks } else { format!("<p class=\"cited\">{marks}</p>") }
}

fn call_html(conversation: ConversationId, turn: &Turn, id: &str, call: &Call) -> Result<String, Error> {
    if let CallState::AwaitingConfirmation { confirmation } = &call.state {
        let action = format!("/conversations/{conversation}/turns/{}/confirmations/{}", turn.id, confirmation.id);
        let (expires, check) = (words::moment(confirmation.expires_at), format!("check-{}", confirmation.id));
        return render("confirmation.html", &context! { id, action, expires, check, call => view(call) });
    }
    if let CallState::AwaitingConsent { request } = &call.state {
        let action = format!("/conversations/{conversation}/turns/{}/consents/{}", turn.id, call.id);
        return render("consent.html", &context! { id, action, request => consent(request) });
    }
    if let CallState::AwaitingConnection { request } = &call.state {
        return connection_html(conversation, turn, id, call, request);
    }
    let again = may_be_repeated(turn, call).then(|| again(conversation, turn));
    render("call.html", &context! { id, call => view(call), again })
}

/// What the form that asks a turn's question anew sends.
fn again(conversation: ConversationId, turn: &Turn) -> Value {
    let action = format!("/conversations/{conversation}/messages");
    context! { action, message => turn.user_message.as_str(), turn => turn.id.to_string() }
}

/// Whether asking anew for what did not work changes nothing twice.
fn may_be_repeated(turn: &Turn, call: &Call) -> bool {
    let only_reads = turn.calls().all(|each| each.plan.as_ref().is_none_or(PlannedCall::is_read));
    let has_failed = match &call.state {
        CallState::Failed { .. } => true,
        CallState::Answered { response } => !response.is_success(),
        _ => false,
    };
    turn.outcome.is_some() && has_failed && only_reads
}

fn consent(request: &ConsentRequest) -> Value {
    let asked = request.asked.iter().map(|asked| {
        let (field, words, value) = (asked.field.as_str(), asked.field.words(), asked.known.as_str());
        let is_seen = arguments::fits_one_line(value);
        context! { field, words, reason => asked.reason.as_str(), required => asked.required, value, is_seen }
    });
    context! {
        plugin_name => request.plugin_name.as_str(),
        host => request.host.as_str(),
        asked => asked.collect::<Vec<_>>(),
    }
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
    let response = match &call.state {
        CallState::Answered { response } => Some(context! {
            status => response.status,
            content_type => response.content_type.as_str(),
            headers => headers(&response.headers).trim_start(),
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
    context! {
        plugin, operation, response, host_answer,
        in_full => call.preview.as_ref().map(arguments::in_full).unwrap_or_default(),
        bounded => call.preview.as_ref().map(arguments::bounded).unwrap_or_default(),
        arguments => call.preview.as_ref().map(arguments::view).unwrap_or_default(),
        accounts => call.preview.as_ref().map(|preview| preview.accounts.clone()).unwrap_or_default(),
        needs_account => call.plan.as_ref().is_some_and(needs_account),
        personal => call.preview.iter().flat_map(|preview| &preview.personal).map(|field| field.words()).collect::<Vec<_>>(),
        changed => call.preview.as_ref().map(|preview| preview.changed.clone()).unwrap_or_default(),
        only_reads => call.plan.as_ref().is_some_and(PlannedCall::is_read)
            && call.preview.as_ref().is_some_and(|preview| !preview.disclosures.is_empty()),
        disclosures => call.preview.iter().flat_map(|preview| &preview.disclosures).map(disclosure).collect::<Vec<_>>(),
        may_be_standing => call.preview.as_ref().is_some_and(|preview| preview.may_be_standing),
        is_granted => call.preview.as_ref().is_some_and(|preview| preview.grant.is_some()),
        raw_arguments => pretty(&call.raw_arguments),
        repairs => call.preview.as_ref().map(|preview| preview.repairs.clone()).unwrap_or_default(),
        state => call.state.name(),
        problem => problem(&call.state),
        summary => call.preview.as_ref().map(|preview| preview.summary.clone()),
        host => call.preview.as_ref().map(|preview| preview.host.clone()),
        request => call.plan.as_ref().map(|plan| request(plan, sent(call))),
        method => call.plan.as_ref().map(|plan| plan.method.as_str()),
        curl => call.plan.as_ref().and_then(curl::command),
        decided_at => call.decided_at.map(words::moment),
    }
}

/// What a call would tell of another plugin's result, or a secret.
fn disclosure(disclosure: &Disclosure) -> Value {
    match disclosure {
        Disclosure::Result { argument, plugin_name, value, .. } => {
            // Templates refuse names that are not there at all.
            let secret = None::<&str>;
            context! { argument => arguments::label(argument), from => plugin_name, value => value, secret }
        }
        Disclosure::Secret { argument, secret } => {
            context! { argument => arguments::label(argument), secret => secret.words() }
        }
    }
}

fn sent(call: &Call) -> Option<&SentRequest> {
    match &call.state {
        CallState::Answered { response } => response.sent.as_ref(),
        _ => None,
    }
}

/// The exact request: as it was sent, where that is known, or without what the host adds.
pub(crate) fn request(plan: &PlannedCall, sent: Option<&SentRequest>) -> Value {
    context! {
        method => plan.method.as_str(),
        url => sent.map_or(plan.url.as_str(), |sent| &sent.url),
        headers => headers(sent.map_or(&plan.headers, |sent| &sent.headers)),
        body => plan.body.as_ref().map(|body| pretty(&body.content.describe())),
    }
}

/// Whether a call needs to say who is calling.
fn needs_account(plan: &PlannedCall) -> bool {
    !plan.credentials.is_empty() && plan.credentials.iter().all(|slots| !slots.is_empty())
}

/// `0.3 s`, or `under 0.1 s`.
#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn duration(millis: u64) -> String {
    if millis < 100 { "under 0.1 s".to_owned() } else { format!("{:.1} s", millis as f64 / 1000.0) }
}

/// Headers, each on a line that begins behind the one before.
pub(crate) fn headers(headers: &[(String, String)]) -> String {
    headers.iter().fold(String::new(), |text, (name, value)| text + "\n" + name + ": " + value)
}

fn problem(state: &CallState) -> Option<String> {
    match state {
        CallState::Rejected { problem } => Some(problem.clone()),
        CallState::Failed { failure } => Some(failure.message.clone()),
        CallState::Answered { response } if !response.is_success() => {
            Some(format!("The plugin answered with status {}.", response.status))
        }
        CallState::Declined { decision: Decision::Expired } => Some(
            "Nobody decided in time, so the question expired. Nothing was sent; ask again if you still want it."
                .to_owned(),
        ),
        CallState::Unknown => Some(
            "It was sent, but Cordboard stopped before the answer came. Whether it had an effect is not known; check \
             with the plugin before you ask again."
                .to_owned(),
        ),
        _ => None,
    }
}

/// JSON with line breaks; any other text as it is.
pub(crate) fn pretty(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// How a turn stands, and what can be done with it once it is over.
fn status(conversation: ConversationId, turn: &Turn, container: &str) -> Result<Fragment, Error> {
    let (state, message) = match turn.state() {
        TurnState::Running => ("running", String::new()),
        TurnState::AwaitingConfirmation | TurnState::AwaitingConsent | TurnState::AwaitingConnection => {
            ("waiting", String::new())
        }
        TurnState::Finished(TurnOutcome::Answered) => ("answered", String::new()),
        TurnState::Finished(TurnOutcome::Stopped) => ("stopped", "Stopped".to_owned()),
        TurnState::Finished(TurnOutcome::CallLimit { limit }) => {
            ("failed", format!("Stopped after {limit} calls, the most that one message may make. Ask again to go on."))
        }
        TurnState::Finished(TurnOutcome::Failed { message }) => ("failed", message),
    };
    let id = format!("{container}-status");
    let waiting: Vec<String> = turn
        .calls()
        .filter_map(|call| match &call.state {
            CallState::AwaitingConfirmation { confirmation } => Some(confirmation.id.to_string()),
            _ => None,
        })
        .collect();
    let together =
        (waiting.len() > 1).then(|| format!("/conversations/{conversation}/turns/{}/confirmations", turn.id));
    let unfounded = turn.outcome.as_ref().and_then(|_| claims::unfounded(turn));
    let panel = format!("/conversations/{conversation}/turns/{}/panel", turn.id);
    let again = turn.outcome.is_some().then(|| again(conversation, turn));
    let html = render(
        "turn_status.html",
        &context! { id => id.as_str(), state, message, again, waiting, together, panel, unfounded },
    )?;
    Ok(Fragment { id, parent: container.to_owned(), html })
}

/// What goes on, beside the message field, where it moves nothing that is read.
pub(crate) fn activity(turns: &[Turn]) -> Result<Fragment, Error> {
    let open = turns.iter().rev().find(|turn| turn.outcome.is_none());
    let (state, message) = match open.map(|turn| (turn, turn.state())) {
        Some((turn, TurnState::Running)) => ("running", progress(turn)),
        Some((_, TurnState::AwaitingConnection)) => ("waiting", "Waiting until you connect".to_owned()),
        Some((_, TurnState::AwaitingConfirmation | TurnState::AwaitingConsent)) => {
            ("waiting", "Waiting for your decision".to_owned())
        }
        Some((_, TurnState::Finished(_))) | None => ("idle", String::new()),
    };
    let html = render("activity.html", &context! { state, message })?;
    Ok(Fragment { id: "activity".to_owned(), parent: "dock".to_owned(), html })
}

fn progress(turn: &Turn) -> String {
    let sending = turn.calls().find(|call| matches!(call.state, CallState::Sent { .. }));
    match sending.and_then(|call| call.preview.as_ref()) {
        Some(preview) => format!("Using {}…", preview.plugin_name),
        None if turn.progress.is_empty() => "Thinking…".to_owned(),
        None => format!("{}…", turn.progress),
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::disclosure::SecretKind;

    use super::*;

    #[test]
    fn every_disclosure_is_shown() {
        let (argument, plugin_name, value) = ("q".to_owned(), "Vault".to_owned(), "a value".to_owned());
        let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
        let table = [
            (Disclosure::Result { argument: argument.clone(), plugin, plugin_name, value }, "a value"),
            (Disclosure::Secret { argument, secret: SecretKind::Password }, "a password"),
        ];
        for (each, shown) in table {
            let call = context! { plugin => "Echo", host => "echo.example", disclosures => [disclosure(&each)] };
            let html = render("disclosures.html", &context! { call }).unwrap();
            assert!(html.contains(shown) && html.contains("Echo"), "{html}");
        }
    }
}
