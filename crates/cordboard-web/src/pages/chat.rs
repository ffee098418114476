//! The conversation page and the forms on it.

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_domain::branch::{Branches, Follows};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::id::{ConversationId, ModelId, PluginId, TurnId, UserId};
use cordboard_domain::installation::Installation;
use cordboard_domain::plugin::{Risk, Standing};
use cordboard_domain::storefront::{StoreEntry, StoreQuery, StoreSort};
use minijinja::{Value, context};
use serde::Deserialize;

use crate::activation;
use crate::app::App;
use crate::error::WebError;
use crate::fragments::{self, Among};
use crate::mine::Mine;
use crate::session::Member;
use crate::templates::{page, render};
use crate::{places, words};

/// How many plugins are recommended to somebody who has none.
const MOST_RECOMMENDED: u32 = 3;

/// A new chat: the newest conversation if it is still empty, or a fresh one.
pub(crate) async fn start(State(app): State<App>, member: Member) -> Result<Redirect, WebError> {
    let newest = app.conversations.list_conversations(member.user()).await?.into_iter().next();
    let conversation = match newest.filter(|conversation| conversation.title.is_empty()) {
        Some(empty) => empty.id,
        None => new_conversation(&app, member.user()).await?,
    };
    Ok(Redirect::to(&format!("/conversations/{conversation}")))
}

pub(crate) async fn create(State(app): State<App>, member: Member) -> Result<Redirect, WebError> {
    start(State(app), member).await
}

async fn new_conversation(app: &App, user: UserId) -> Result<ConversationId, WebError> {
    let Some(model) = app.engine.models().default_id().cloned() else {
        let message = "No chat model is configured. Add one to cordboard.toml and start again.";
        return Err(WebError::new(StatusCode::SERVICE_UNAVAILABLE, "No model", message));
    };
    let now = app.clock.now();
    let id = ConversationId::generate(&*app.clock, &*app.entropy);
    let conversation = Conversation::empty(id, user, model, now);
    app.conversations.create_conversation(&conversation).await?;
    Ok(id)
}

#[derive(Deserialize)]
pub(crate) struct Shown {
    /// The path that this turn is on; without it the newest one.
    turn: Option<TurnId>,
}

pub(crate) async fn show(
    State(app): State<App>,
    mine: Mine,
    Query(wanted): Query<Shown>,
) -> Result<Html<String>, WebError> {
    let (id, conversation) = (mine.id(), &mine.conversation);
    let events = app.journal.shown_events(id, 0).await?;
    let position = events.last().map_or(0, |event| event.position);
    let turns = cordboard_agent::engine::turns_from(&events).map_err(cordboard_agent::engine::EngineError::from)?;
    let branches = Branches::of(&turns);
    let path = branches.path(wanted.turn);
    let nested = |place: &usize| {
        let (alternatives, history) = (branches.alternatives(*place), &turns[..=*place]);
        fragments::nested_turn(id, &turns[*place], Among { alternatives: &alternatives, history })
    };
    let shown = path.iter().map(nested).collect::<Result<String, _>>()?;
    let newest = branches.path(None);
    let tip = path.last().map(|place| turns[*place].id.to_string());
    let view = context! {
        title => words::title(conversation),
        is_archived => conversation.archived_at.is_some(),
        conversations => conversation_list(&app, &mine).await?,
        id => id.to_string(),
        base => format!("/conversations/{id}"),
        models => models(&app, &conversation.model),
        menu => plugins_menu(&app, &mine).await?,
        turns => shown,
        is_empty => turns.is_empty(),
        // Elsewhere than on the newest path, messages say what they follow.
        tip => if path == newest { None } else { tip },
        path => wanted.turn.map(|turn| turn.to_string()),
        recommended => if turns.is_empty() { recommended(&app, &mine).await? } else { Value::from(()) },
        suggestions => app.settings.suggestions.clone(),
        role => mine.member.account.role.as_str(),
        name => mine.member.account.name.as_str(),
        activity => fragments::activity(&turns)?.html,
        composer_action => fragments::composer_action(id, &turns)?.html,
        position,
    };
    Ok(page("chat.html", &view)?)
}

async fn conversation_list(app: &App, mine: &Mine) -> Result<Value, WebError> {
    let (all, current) = (app.conversations.list_conversations(mine.user()).await?, mine.id());
    let mut rows = Vec::new();
    let listed = |each: &&Conversation| !each.title.is_empty() && each.archived_at.is_none() || each.id == current;
    for each in all.iter().filter(listed) {
        let title = words::title(each);
        let own = if each.id == current { Some(fragments::rail_entry(current, title)?.html) } else { None };
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
async fn plugins_menu(app: &App, mine: &Mine) -> Result<String, WebError> {
    let id = mine.id();
    let active = app.conversations.list_activations(id).await?;
    let installed = app.catalogue.ports.installations.list_installations(mine.user()).await?;
    let wants_accounts = installed.iter().any(|each| matches!(each.facts.auth.as_str(), "user_http" | "oauth"));
    let usable = installed.into_iter().filter(|installation| installation.plugin.standing != Standing::Banned);
    let mut plugins = Vec::new();
    for installation in usable {
        let is_active = active.iter().any(|activation| activation.plugin == installation.plugin.id);
        plugins.push(menu_entry(app, id, &installation, is_active).await);
    }
    let budget = app.engine.budget(id).await?.map(|budget| {
        context! { used => budget.used(), limit => budget.limit, percent => (budget.used() * 100 / budget.limit).min(100) }
    });
    let most = app.settings.most_active;
    let connections = wants_accounts.then(|| format!("/connections?conversation={id}"));
    let is_full = active.len() >= most;
    Ok(render("plugins_menu.html", &context! { plugins, budget, most, is_full, connections })?)
}

async fn menu_entry(app: &App, id: ConversationId, installation: &Installation, is_active: bool) -> Value {
    let Installation { plugin, facts, version, .. } = installation;
    // What cannot be compared is not trusted, as in the engine.
    let changes = app.catalogue.pending_changes(installation).await;
    let asks = changes.map_or(true, |changes| changes.is_some_and(|changes| changes.risk == Risk::Raised));
    context! {
        action => format!("/conversations/{id}/plugins/{}", plugin.id),
        page => format!("/plugins/{}", plugin.id),
        logo => words::logo(plugin.id, facts, version),
        name => facts.name_for_human.as_str(),
        description => facts.description_for_human.as_str(),
        tokens => words::number(facts.tokens),
        active => is_active,
        has_update => installation.has_update(),
        asks,
    }
}

/// The most useful plugins of the store, for somebody who has none yet.
async fn recommended(app: &App, mine: &Mine) -> Result<Value, WebError> {
    let user = mine.user();
    if !app.catalogue.ports.installations.list_installations(user).await?.is_empty() {
        return Ok(Value::from(()));
    }
    let (text, sort) = (String::new(), StoreSort::Popular);
    let query = StoreQuery { viewer: user, text, category: None, sort, offset: 0, limit: MOST_RECOMMENDED };
    let found = app.catalogue.ports.storefront.search_store(&query).await?;
    let card = |entry: &StoreEntry| {
        let plugin = &entry.plugin;
        words::plugin(plugin, &plugin.facts, &plugin.current)
    };
    Ok(found.entries.iter().map(card).collect())
}

/// The answer to a form: scripts get `fragment`, others are sent back to the page.
pub(crate) fn answer(headers: &HeaderMap, conversation: ConversationId, fragment: String) -> Response {
    if fragments::are_wanted(headers) {
        return Html(fragment).into_response();
    }
    Redirect::to(&format!("/conversations/{conversation}")).into_response()
}

#[derive(Deserialize)]
pub(crate) struct MessageForm {
    message: String,
    /// The turn that it comes after, where that is not the newest.
    #[serde(default)]
    follows: String,
    /// The turn whose question it asks anew.
    #[serde(default)]
    instead_of: String,
}

pub(crate) async fn send(
    State(app): State<App>,
    mine: Mine,
    headers: HeaderMap,
    Form(form): Form<MessageForm>,
) -> Result<Response, WebError> {
    see_place(&app, &mine, &headers).await?;
    let follows = match (form.instead_of.parse(), form.follows.parse()) {
        (Ok(turn), _) => app.engine.parent(mine.id(), turn).await?,
        (_, Ok(turn)) => Some(Follows::Turn(turn)),
        _ => None,
    };
    app.engine.submit_after(mine.id(), mine.user(), &form.message, follows).await?;
    Ok(answer(&headers, mine.id(), String::new()))
}

/// Keeps where the operator's proxy sees a person, if it says so.
async fn see_place(app: &App, mine: &Mine, headers: &HeaderMap) -> Result<(), WebError> {
    let named = app.settings.place_header.as_ref().and_then(|name| headers.get(name));
    let Some(code) = named.and_then(|code| code.to_str().ok()).and_then(places::known) else { return Ok(()) };
    if app.privacy.place(mine.user()).await?.seen.as_ref() != Some(&code) {
        app.privacy.set_seen_place(mine.user(), &code).await?;
    }
    Ok(())
}

#[derive(Deserialize)]
pub(crate) struct ModelForm {
    model: String,
}

pub(crate) async fn choose_model(
    State(app): State<App>,
    mine: Mine,
    headers: HeaderMap,
    Form(form): Form<ModelForm>,
) -> Result<Response, WebError> {
    let model = ModelId(form.model);
    if app.engine.models().lookup(&model).is_none() {
        let message = format!("The model `{model}` is not configured here.");
        return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Unknown model", message));
    }
    app.conversations.set_model(mine.id(), &model).await?;
    changed_menu(&app, &mine, &headers).await
}

#[derive(Deserialize)]
pub(crate) struct SwitchForm {
    active: bool,
}

pub(crate) async fn switch_plugin(
    State(app): State<App>,
    mine: Mine,
    Path((_, plugin)): Path<(ConversationId, PluginId)>,
    headers: HeaderMap,
    Form(form): Form<SwitchForm>,
) -> Result<Response, WebError> {
    if form.active {
        activation::switch_on(&app, &mine.member.account, &mine.conversation, plugin).await?;
    } else {
        app.conversations.deactivate(mine.id(), plugin).await?;
    }
    changed_menu(&app, &mine, &headers).await
}

async fn changed_menu(app: &App, mine: &Mine, headers: &HeaderMap) -> Result<Response, WebError> {
    let menu = plugins_menu(app, mine).await?;
    Ok(answer(headers, mine.id(), fragments::for_scripts("plugins-menu", "bar", &menu)))
}

pub(crate) async fn stop(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn)): Path<(ConversationId, TurnId)>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    app.engine.stop(mine.id(), turn).await?;
    Ok(answer(&headers, mine.id(), String::new()))
}
