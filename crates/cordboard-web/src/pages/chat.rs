//! The conversation page and the forms on it.

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_domain::call::Decision;
use cordboard_domain::conversation::{Activation, Conversation};
use cordboard_domain::id::{ConfirmationId, ConversationId, ModelId, PluginId, TurnId};
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::fragments;
use crate::session::Member;
use crate::templates::{page, render};

/// A new chat: the newest conversation if it is still empty, or a fresh one.
pub(crate) async fn start(State(app): State<App>, _member: Member) -> Result<Redirect, WebError> {
    let newest = app.conversations.list_conversations().await?.into_iter().next();
    let conversation = match newest.filter(|conversation| conversation.title.is_empty()) {
        Some(empty) => empty.id,
        None => new_conversation(&app).await?,
    };
    Ok(Redirect::to(&format!("/conversations/{conversation}")))
}

pub(crate) async fn create(State(app): State<App>, member: Member) -> Result<Redirect, WebError> {
    start(State(app), member).await
}

async fn new_conversation(app: &App) -> Result<ConversationId, WebError> {
    let Some(model) = app.engine.models().default_id().cloned() else {
        let message = "No chat model is configured. Add one to cordboard.toml and start again.";
        return Err(WebError::new(StatusCode::SERVICE_UNAVAILABLE, "No model", message));
    };
    let now = app.clock.now();
    let id = ConversationId::generate(&*app.clock, &*app.entropy);
    let conversation = Conversation { id, title: String::new(), model, created_at: now, updated_at: now };
    app.conversations.create_conversation(&conversation).await?;
    Ok(id)
}

pub(crate) async fn show(
    State(app): State<App>,
    _member: Member,
    Path(id): Path<ConversationId>,
) -> Result<Html<String>, WebError> {
    let conversation = app.conversations.get_conversation(id).await?;
    let events = app.journal.conversation_events(id, 0).await?;
    let position = events.last().map_or(0, |event| event.position);
    let turns = cordboard_agent::engine::turns_from(&events).map_err(cordboard_agent::engine::EngineError::from)?;
    let shown = turns.iter().map(|turn| fragments::nested_turn(id, turn)).collect::<Result<String, _>>()?;
    let view = context! {
        title => if conversation.title.is_empty() { "New chat" } else { &conversation.title },
        conversations => conversation_list(&app, id).await?,
        id => id.to_string(),
        base => format!("/conversations/{id}"),
        models => models(&app, &conversation.model),
        menu => plugins_menu(&app, id).await?,
        turns => shown,
        is_empty => turns.is_empty(),
        suggestions => app.suggestions.clone(),
        composer_action => fragments::composer_action(id, &turns)?.html,
        position,
    };
    Ok(page("chat.html", &view)?)
}

async fn conversation_list(app: &App, current: ConversationId) -> Result<Value, WebError> {
    let all = app.conversations.list_conversations().await?;
    let mut rows = Vec::new();
    for each in all.into_iter().filter(|each| !each.title.is_empty() || each.id == current) {
        let title = if each.title.is_empty() { "New chat".to_owned() } else { each.title };
        let own = if each.id == current { Some(fragments::rail_entry(current, &title)?.html) } else { None };
        rows.push(context! { url => format!("/conversations/{}", each.id), title, current => own });
    }
    Ok(rows.into())
}

fn models(app: &App, chosen: &ModelId) -> Value {
    app.engine
        .models()
        .list()
        .map(|model| context! { id => model.id.0.as_str(), name => model.name.as_str(), chosen => &model.id == chosen })
        .collect()
}

/// The menu of plugins with their switches, and the chips of those that are on.
async fn plugins_menu(app: &App, conversation: ConversationId) -> Result<String, WebError> {
    let active = app.conversations.list_activations(conversation).await?;
    let plugins = app.shelf.list_plugins().await?.into_iter().map(|plugin| {
        let is_active = active.iter().any(|activation| activation.plugin == plugin.id);
        context! {
            action => format!("/conversations/{conversation}/plugins/{}", plugin.id),
            name => plugin.name_for_human,
            description => plugin.description_for_human,
            origin => plugin.origin,
            active => is_active,
        }
    });
    Ok(render("plugins_menu.html", &context! { plugins => plugins.collect::<Value>() })?)
}

/// The answer to a form: scripts get `fragment`, others are sent back to the page.
fn answer(headers: &HeaderMap, conversation: ConversationId, fragment: String) -> Response {
    if headers.contains_key("x-cordboard-fragment") {
        return Html(fragment).into_response();
    }
    Redirect::to(&format!("/conversations/{conversation}")).into_response()
}

#[derive(Deserialize)]
pub(crate) struct MessageForm {
    message: String,
}

pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(id): Path<ConversationId>,
    headers: HeaderMap,
    Form(form): Form<MessageForm>,
) -> Result<Response, WebError> {
    app.engine.submit(id, member.user, &form.message).await?;
    Ok(answer(&headers, id, String::new()))
}

#[derive(Deserialize)]
pub(crate) struct ModelForm {
    model: String,
}

pub(crate) async fn choose_model(
    State(app): State<App>,
    _member: Member,
    Path(id): Path<ConversationId>,
    headers: HeaderMap,
    Form(form): Form<ModelForm>,
) -> Result<Response, WebError> {
    let model = ModelId(form.model);
    if app.engine.models().lookup(&model).is_none() {
        let message = format!("The model `{model}` is not configured here.");
        return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Unknown model", message));
    }
    app.conversations.get_conversation(id).await?;
    app.conversations.set_model(id, &model).await?;
    Ok(answer(&headers, id, String::new()))
}

#[derive(Deserialize)]
pub(crate) struct SwitchForm {
    active: bool,
}

pub(crate) async fn switch_plugin(
    State(app): State<App>,
    _member: Member,
    Path((id, plugin)): Path<(ConversationId, PluginId)>,
    headers: HeaderMap,
    Form(form): Form<SwitchForm>,
) -> Result<Response, WebError> {
    app.conversations.get_conversation(id).await?;
    if form.active {
        let plugin = app.shelf.get_plugin(plugin).await?;
        app.conversations.activate(id, &Activation { plugin: plugin.id, version: plugin.current }).await?;
        app.engine.prepare(id).await?;
    } else {
        app.conversations.deactivate(id, plugin).await?;
    }
    let menu = plugins_menu(&app, id).await?;
    Ok(answer(&headers, id, format!("<template data-id=\"plugins-menu\" data-parent=\"bar\">{menu}</template>")))
}

pub(crate) async fn stop(
    State(app): State<App>,
    _member: Member,
    Path((id, turn)): Path<(ConversationId, TurnId)>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    app.engine.stop(id, turn).await?;
    Ok(answer(&headers, id, String::new()))
}

#[derive(Deserialize)]
pub(crate) struct DecisionForm {
    decision: Choice,
    #[serde(default)]
    word: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Allow,
    Decline,
}

pub(crate) async fn decide(
    State(app): State<App>,
    member: Member,
    Path((id, turn, confirmation)): Path<(ConversationId, TurnId, ConfirmationId)>,
    headers: HeaderMap,
    Form(form): Form<DecisionForm>,
) -> Result<Response, WebError> {
    let decision = match form.decision {
        Choice::Allow => Decision::Allowed,
        Choice::Decline => Decision::Declined(form.word),
    };
    app.engine.decide(id, turn, member.user, confirmation, decision).await?;
    Ok(answer(&headers, id, String::new()))
}
