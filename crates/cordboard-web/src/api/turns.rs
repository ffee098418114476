//! Turns: asking, waiting, reading the answer, deciding on calls.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cordboard_agent::engine::EngineError;
use cordboard_domain::branch::Follows;
use cordboard_domain::call::{Call, CallState, Decision};
use cordboard_domain::disclosure::{Disclosure, SecretKind};
use cordboard_domain::event::TurnOutcome;
use cordboard_domain::id::{ConfirmationId, ConversationId, TurnId};
use cordboard_domain::turn::{Round, Turn, TurnState};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Asked, At, Body, unfit};
use super::caller::{Caller, Chat, Read};
use super::problem::{Problem, Refusals, no_route};
use super::view::moment;
use crate::app::App;
use crate::fragments::connect_path;

/// The longest that a request waits for a turn, in seconds.
const LONGEST_WAIT: u8 = 60;

#[derive(Serialize, ToSchema)]
pub(crate) struct TurnView {
    #[schema(format = Uuid)]
    id: String,
    message: String,
    /// The turn after which it was asked, or `beginning`; null where that is the one before it in the list.
    follows: Option<String>,
    /// `running`, `awaiting_confirmation`, `awaiting_consent`, `awaiting_connection`, `answered`, `stopped`, `call_limit` or `failed`.
    state: &'static str,
    /// What the model has written so far, in Markdown.
    answer: String,
    /// Why it failed.
    problem: Option<String>,
    calls: Vec<CallView>,
    started_at: String,
}

/// A call that the model asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct CallView {
    #[schema(format = Uuid)]
    id: String,
    /// As the model named it.
    tool: String,
    /// Where the call stands, such as `answered` or `awaiting confirmation`.
    state: String,
    plugin: Option<String>,
    /// `POST https://hotels.example/bookings`.
    request: Option<String>,
    /// The arguments after validation.
    #[schema(value_type = Object, nullable)]
    arguments: Option<serde_json::Value>,
    /// The HTTP status of the plugin's answer.
    status: Option<u16>,
    /// The answer as the model may see it.
    response: Option<String>,
    /// With which to allow or decline it, while it waits.
    #[schema(format = Uuid)]
    confirmation: Option<String>,
    /// The page on which its person connects, while the call waits for that.
    connect: Option<String>,
    /// Why it asks although it may only read: what it would tell of another plugin's result, and secrets.
    disclosures: Vec<DisclosureView>,
}

/// Something that a call would tell its plugin.
#[derive(Serialize, ToSchema)]
pub(crate) struct DisclosureView {
    /// The argument that has it; empty where several make it up together.
    argument: String,
    /// The plugin whose result had the value; absent where it is a secret.
    from: Option<String>,
    /// The value, decoded and cut; absent where it is a secret.
    value: Option<String>,
    /// `pem`, `jwt`, `api_key`, `github_token`, `slack_token`, `access_token`, `password` or `card_number`.
    #[schema(value_type = Option<String>)]
    secret: Option<SecretKind>,
}

impl From<&Disclosure> for DisclosureView {
    fn from(disclosure: &Disclosure) -> Self {
        let (argument, from, value, secret) = match disclosure.clone() {
            Disclosure::Result { argument, plugin_name, value, .. } => (argument, Some(plugin_name), Some(value), None),
            Disclosure::Secret { argument, secret } => (argument, None, None, Some(secret)),
        };
        Self { argument, from, value, secret }
    }
}

fn call_view(conversation: ConversationId, call: &Call) -> CallView {
    let response = match &call.state {
        CallState::Answered { response } => Some(response),
        _ => None,
    };
    let confirmation = match &call.state {
        CallState::AwaitingConfirmation { confirmation } => Some(confirmation.id.as_uuid().to_string()),
        _ => None,
    };
    let connect = match &call.state {
        CallState::AwaitingConnection { request } => Some(connect_path(conversation, request)),
        _ => None,
    };
    CallView {
        id: call.id.as_uuid().to_string(),
        tool: call.tool.clone(),
        state: call.state.name().to_owned(),
        plugin: call.preview.as_ref().map(|preview| preview.plugin_name.clone()),
        request: call.plan.as_ref().map(|plan| format!("{} {}", plan.method, plan.url)),
        arguments: call.preview.as_ref().map(|preview| preview.arguments.clone()),
        status: response.map(|response| response.status),
        response: response.map(|response| response.body.clone()),
        confirmation,
        connect,
        disclosures: call.preview.iter().flat_map(|preview| &preview.disclosures).map(DisclosureView::from).collect(),
    }
}

impl TurnView {
    pub(crate) fn of(conversation: ConversationId, turn: &Turn) -> Self {
        let (state, problem) = match turn.state() {
            TurnState::Running => ("running", None),
            TurnState::AwaitingConfirmation => ("awaiting_confirmation", None),
            TurnState::AwaitingConsent => ("awaiting_consent", None),
            TurnState::AwaitingConnection => ("awaiting_connection", None),
            TurnState::Finished(TurnOutcome::Answered) => ("answered", None),
            TurnState::Finished(TurnOutcome::Stopped) => ("stopped", None),
            TurnState::Finished(TurnOutcome::CallLimit { .. }) => ("call_limit", None),
            TurnState::Finished(TurnOutcome::Failed { message }) => ("failed", Some(message)),
        };
        let texts: Vec<String> = turn.rounds.iter().map(Round::text).filter(|text| !text.is_empty()).collect();
        Self {
            id: turn.id.as_uuid().to_string(),
            message: turn.user_message.clone(),
            follows: turn.follows.map(|follows| match follows {
                Follows::Beginning => "beginning".to_owned(),
                Follows::Turn(turn) => turn.as_uuid().to_string(),
            }),
            state,
            answer: texts.join("\n\n"),
            problem,
            calls: turn.calls().map(|call| call_view(conversation, call)).collect(),
            started_at: moment(turn.started_at),
        }
    }
}

async fn one(app: &App, conversation: ConversationId, turn: TurnId) -> Result<Turn, Problem> {
    let events = app.journal.turn_events(conversation, turn).await?;
    if events.is_empty() {
        return Err(no_route().await);
    }
    Ok(Turn::from_events(&events).map_err(EngineError::from)?)
}

/// Refuses to wait longer than is allowed, before anything is done.
fn patience(wait: u8) -> Result<Duration, Problem> {
    if wait > LONGEST_WAIT {
        return Err(unfit(format!("`wait` is at most {LONGEST_WAIT} seconds.")));
    }
    Ok(Duration::from_secs(wait.into()))
}

/// The turn once it runs no more, or as it is when the time is over.
async fn settled(app: &App, conversation: ConversationId, turn: TurnId, patience: Duration) -> Result<Turn, Problem> {
    let mut listener = app.engine.signals().listen(conversation);
    let waiting = async {
        loop {
            let found = one(app, conversation, turn).await?;
            if found.state() != TurnState::Running || !listener.wait().await {
                return Ok(found);
            }
        }
    };
    tokio::select! {
        found = waiting => found,
        () = tokio::time::sleep(patience) => one(app, conversation, turn).await,
        () = app.shutdown.cancelled() => one(app, conversation, turn).await,
    }
}

/// All turns of a conversation, the oldest first.
#[utoipa::path(get, path = "/conversations/{conversation}/turns", tag = "conversations", operation_id = "listTurns",
    params(("conversation" = String, Path, format = Uuid)), responses((status = 200, body = [TurnView]), Refusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller<Read>,
    At(conversation): At<ConversationId>,
) -> Result<Json<Vec<TurnView>>, Problem> {
    caller.conversation(&app, conversation).await?;
    let turns = app.engine.turns(conversation).await?;
    Ok(Json(turns.iter().map(|turn| TurnView::of(conversation, turn)).collect()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewMessage {
    #[schema(min_length = 1, max_length = 32000)]
    text: String,
    /// The turn whose question this asks in another way. Both are kept; the model sees what came before that turn.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    instead_of: Option<TurnId>,
    /// How many seconds to wait for the answer, at most 60; without it, the turn is given as it begins.
    #[serde(default)]
    #[schema(maximum = 60)]
    wait: u8,
}

/// Sends a message. The turn goes on in the background; `wait` gives it time.
#[utoipa::path(post, path = "/conversations/{conversation}/messages", tag = "conversations",
    operation_id = "sendMessage", params(("conversation" = String, Path, format = Uuid)), request_body = NewMessage,
    responses((status = 202, body = TurnView), Refusals))]
pub(super) async fn send(
    State(app): State<App>,
    caller: Caller<Chat>,
    At(conversation): At<ConversationId>,
    Body(message): Body<NewMessage>,
) -> Result<(StatusCode, Json<TurnView>), Problem> {
    let patience = patience(message.wait)?;
    caller.conversation(&app, conversation).await?;
    let follows = match message.instead_of {
        Some(turn) => {
            let parent = app.engine.parent(conversation, turn).await?;
            Some(parent.ok_or_else(|| unfit("`instead_of` is no turn of this conversation.".to_owned()))?)
        }
        None => None,
    };
    let turn = app.engine.submit_after(conversation, caller.user(), &message.text, follows).await?;
    let turn = settled(&app, conversation, turn, patience).await?;
    Ok((StatusCode::ACCEPTED, Json(TurnView::of(conversation, &turn))))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Patience {
    /// How many seconds to wait while the turn runs, at most 60.
    #[serde(default)]
    #[param(maximum = 60, minimum = 0)]
    wait: u8,
}

/// One turn: the answer so far, its calls, and what waits for a decision.
#[utoipa::path(get, path = "/conversations/{conversation}/turns/{turn}", tag = "conversations",
    operation_id = "getTurn",
    params(("conversation" = String, Path, format = Uuid), ("turn" = String, Path, format = Uuid), Patience),
    responses((status = 200, body = TurnView), Refusals))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller<Read>,
    At((conversation, turn)): At<(ConversationId, TurnId)>,
    Asked(asked): Asked<Patience>,
) -> Result<Json<TurnView>, Problem> {
    let patience = patience(asked.wait)?;
    caller.conversation(&app, conversation).await?;
    Ok(Json(TurnView::of(conversation, &settled(&app, conversation, turn, patience).await?)))
}

/// Stops a turn: what has not left will not leave.
#[utoipa::path(post, path = "/conversations/{conversation}/turns/{turn}/stop", tag = "conversations",
    operation_id = "stopTurn",
    params(("conversation" = String, Path, format = Uuid), ("turn" = String, Path, format = Uuid)),
    responses((status = 200, body = TurnView), Refusals))]
pub(super) async fn stop(
    State(app): State<App>,
    caller: Caller<Chat>,
    At((conversation, turn)): At<(ConversationId, TurnId)>,
) -> Result<Json<TurnView>, Problem> {
    caller.conversation(&app, conversation).await?;
    app.engine.stop(conversation, turn).await?;
    Ok(Json(TurnView::of(conversation, &one(&app, conversation, turn).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Allow,
    Decline,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct CallDecision {
    decision: Choice,
    /// All arguments as they shall be sent when allowing, where they differ from those of the call.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    arguments: Option<serde_json::Map<String, serde_json::Value>>,
    /// A word to the model when declining.
    #[serde(default)]
    word: String,
    /// How many seconds to wait for what follows, at most 60.
    #[serde(default)]
    #[schema(maximum = 60)]
    wait: u8,
}

/// Allows or declines one call; it holds for this exact request, or the one that `arguments` make, once.
#[utoipa::path(post, path = "/conversations/{conversation}/turns/{turn}/confirmations/{confirmation}",
    tag = "conversations", operation_id = "decideOnCall",
    params(("conversation" = String, Path, format = Uuid), ("turn" = String, Path, format = Uuid),
        ("confirmation" = String, Path, format = Uuid)),
    request_body = CallDecision, responses((status = 200, body = TurnView), Refusals))]
pub(super) async fn decide(
    State(app): State<App>,
    caller: Caller<Chat>,
    At((conversation, turn, confirmation)): At<(ConversationId, TurnId, ConfirmationId)>,
    Body(form): Body<CallDecision>,
) -> Result<Json<TurnView>, Problem> {
    let patience = patience(form.wait)?;
    caller.conversation(&app, conversation).await?;
    let (decision, arguments) = match form.decision {
        Choice::Allow => (Decision::Allowed, form.arguments),
        Choice::Decline => (Decision::Declined(form.word), None),
    };
    let confirmation = match arguments {
        Some(arguments) => app.engine.revise(conversation, turn, caller.user(), confirmation, |_| arguments).await?,
        None => confirmation,
    };
    app.engine.decide(conversation, turn, caller.user(), confirmation, decision).await?;
    Ok(Json(TurnView::of(conversation, &settled(&app, conversation, turn, patience).await?)))
}
