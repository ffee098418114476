//! What plugins learn of a person: where they are, what they agreed to, and everything that has left.

use std::collections::{BTreeMap, HashSet};

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Redirect, Response};
use cordboard_domain::call::CallState;
use cordboard_domain::id::{CallId, ConversationId, PluginId, TurnId};
use cordboard_domain::personal::{Departure, PersonalField, PlaceSetting, PlaceShare, Profile};
use minijinja::{Value, context};
use serde::Deserialize;

use super::chat::answer;
use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::places;
use crate::session::Member;
use crate::templates::page;
use crate::words;

/// How many departures a page lists.
const PAGE: u32 = 50;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    plugin: Option<PluginId>,
    #[serde(default)]
    offset: u32,
}

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, WebError> {
    let user = member.user();
    let place = app.privacy.place(user).await?;
    let profile = app.privacy.profile(user).await?;
    let installed = app.catalogue.ports.installations.list_installations(user).await?;
    let consents: Vec<Value> = app
        .privacy
        .list_consents(user)
        .await?
        .iter()
        .map(|consent| {
            let plugin = installed.iter().find(|each| each.plugin.id == consent.plugin);
            context! {
                plugin => plugin.map(|each| each.facts.name_for_human.clone()),
                what => consent.field.words(),
                reason => consent.reason.as_str(),
                is_given => consent.is_given,
                since => words::day(consent.decided_at),
                revoke => format!("/privacy/consents/{}/{}/revoke", consent.plugin, consent.field),
            }
        })
        .collect();
    let chats: HashSet<ConversationId> =
        app.conversations.list_conversations(user).await?.iter().map(|each| each.id).collect();
    let departures = app.privacy.list_departures(user, wanted.plugin, wanted.offset, PAGE + 1).await?;
    let has_more = departures.len() > PAGE as usize;
    let shown = departures.iter().take(PAGE as usize);
    let filter = wanted.plugin.map(|plugin| format!("plugin={plugin}&")).unwrap_or_default();
    let view = context! {
        shell => words::shell(&member.account, "privacy"),
        place => place_view(&place, app.settings.place.as_deref()),
        profile => PersonalField::ALL.map(|field| profile_field(field, &profile)).to_vec(),
        consents,
        departures => shown.map(|each| departure_view(each, &chats)).collect::<Vec<_>>(),
        only => wanted.plugin.and_then(|_| departures.first()).map(|each| each.plugin_name.clone()),
        is_filtered => wanted.plugin.is_some(),
        older => has_more.then(|| format!("/privacy?{filter}offset={}#left", wanted.offset + PAGE)),
        is_older => wanted.offset > 0,
    };
    Ok(page("privacy.html", &view)?)
}

fn place_view(setting: &PlaceSetting, of_operator: Option<&str>) -> Value {
    let own = setting.own.as_deref();
    let country = own.and_then(|code| code.split('-').next()).unwrap_or_default();
    let option = |chosen: &str| {
        let chosen = chosen.to_owned();
        move |(code, name): (&str, &str)| context! { code, name, chosen => code == chosen }
    };
    context! {
        share => setting.share.as_str(),
        told => setting.told(of_operator).map(|code| context! { code => code.as_str(), name => places::name(&code) }),
        seen => setting.seen.as_deref().or(of_operator).map(places::name),
        countries => places::countries().into_iter().map(option(country)).collect::<Vec<_>>(),
        subdivisions => places::subdivisions(country).into_iter().map(option(own.unwrap_or_default())).collect::<Vec<_>>(),
        country,
    }
}

fn profile_field(field: PersonalField, profile: &Profile) -> Value {
    context! { name => field.as_str(), label => field.words(), value => profile.get(&field).cloned().unwrap_or_default() }
}

fn departure_view(departure: &Departure, chats: &HashSet<ConversationId>) -> Value {
    let Departure { conversation, call, .. } = departure;
    context! {
        plugin => departure.plugin_name.as_str(),
        only => format!("/privacy?plugin={}#left", departure.plugin),
        host => departure.host.as_str(),
        method => departure.method.as_str(),
        operation => departure.operation.as_str(),
        arguments => departure.arguments.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>(),
        place => departure.place.as_deref(),
        personal => departure.personal.iter().map(|field| field.words()).collect::<Vec<_>>(),
        accounts => departure.accounts.clone(),
        at => words::moment(departure.left_at),
        call => chats.contains(conversation).then(|| format!("/conversations/{conversation}#call-{call}")),
    }
}

#[derive(Deserialize)]
pub(crate) struct PlaceForm {
    share: String,
    /// Empty where the server's word counts.
    #[serde(default)]
    country: String,
    #[serde(default)]
    subdivision: String,
}

pub(crate) async fn set_place(
    State(app): State<App>,
    member: Member,
    Form(form): Form<PlaceForm>,
) -> Result<Redirect, WebError> {
    let share: PlaceShare = form.share.parse().map_err(|problem| unfit(&format!("{problem}")))?;
    let is_within = form.subdivision.split('-').next() == Some(&form.country);
    let code = if is_within { &form.subdivision } else { &form.country };
    let own = match code.as_str() {
        "" => None,
        code => Some(places::known(code).ok_or_else(|| unfit("There is no such country or subdivision."))?),
    };
    app.privacy.set_place(member.user(), share, own.as_deref()).await?;
    Ok(Redirect::to("/privacy#place"))
}

pub(crate) async fn set_profile(
    State(app): State<App>,
    member: Member,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Redirect, WebError> {
    let mut changes = Vec::new();
    for field in PersonalField::ALL {
        let Some(text) = form.get(field.as_str()) else { continue };
        let is_gone = text.trim().is_empty();
        changes.push((field, if is_gone { None } else { Some(checked(field, text)?) }));
    }
    for (field, value) in changes {
        app.privacy.set_profile(member.user(), field, value.as_deref()).await?;
    }
    Ok(Redirect::to("/privacy#profile"))
}

pub(crate) async fn revoke(
    State(app): State<App>,
    member: Member,
    Path((plugin, field)): Path<(PluginId, String)>,
) -> Result<Redirect, WebError> {
    let field: PersonalField = field.parse().map_err(|problem| unfit(&format!("{problem}")))?;
    app.privacy.revoke_consent(member.user(), plugin, field).await?;
    Ok(Redirect::to("/privacy#consents"))
}

/// The answer to a plugin's question in a chat: the ticked fields are agreed to, with the values that stand in them.
pub(crate) async fn consent(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn, call)): Path<(ConversationId, TurnId, CallId)>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let mut agreed = Profile::new();
    if form.get("decision").is_some_and(|decision| decision == "allow") {
        for field in PersonalField::ALL.into_iter().filter(|field| form.contains_key(&format!("share.{field}"))) {
            agreed.insert(field, checked(field, form.get(field.as_str()).map_or("", String::as_str))?);
        }
        if agreed.is_empty() && waits(&app, mine.id(), turn, call).await? {
            return Err(unfit("nothing is ticked. Tick what you agree to, or choose “Not now”."));
        }
    }
    app.engine.consent(mine.id(), turn, mine.user(), call, &agreed).await?;
    Ok(answer(&headers, mine.id(), String::new()))
}

async fn waits(app: &App, conversation: ConversationId, turn: TurnId, call: CallId) -> Result<bool, WebError> {
    let turns = app.engine.turns(conversation).await?;
    let call = turns.iter().find(|each| each.id == turn).and_then(|turn| turn.call(call));
    Ok(call.is_some_and(|call| matches!(call.state, CallState::AwaitingConsent { .. })))
}

fn checked(field: PersonalField, text: &str) -> Result<String, WebError> {
    field.check(text).map_err(|problem| unfit(&format!("{problem}")))
}

fn unfit(problem: &str) -> WebError {
    WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not saved", crate::error::sentence(problem))
}
