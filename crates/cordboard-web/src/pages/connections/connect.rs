//! Connecting: what will be used where and for what, then the plugin's own page, or a key.

use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use cordboard_domain::credential::SchemeKind;
use cordboard_domain::id::{ConnectionId, ConversationId, PluginId};
use minijinja::context;
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::own_address::OwnAddress;
use crate::rate_limit::{self, RateLimit};
use crate::session::Member;
use crate::templates::page;
use crate::wanting::Wish;
use crate::words;

type Limit = RateLimit<rate_limit::Connection>;

/// What a way to this page says.
#[derive(Deserialize, Default)]
pub(crate) struct Aim {
    /// The scheme's name; the first one that wants something of people, where none is named.
    scheme: Option<String>,
    conversation: Option<ConversationId>,
    /// The connection that is to be renewed.
    renew: Option<ConnectionId>,
    /// What a waiting call needs, apart by spaces.
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
pub(crate) struct ConnectForm {
    #[serde(flatten)]
    aim: Aim,
    #[serde(default)]
    key: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    label: String,
}

/// The address at which a plugin's server gives its answer: one for each plugin.
pub(crate) fn callback(OwnAddress(address): &OwnAddress, plugin: PluginId) -> String {
    callback_at(address, plugin)
}

/// The same for a server that is reached at `base`, such as `http://localhost:8010`.
pub fn callback_at(base: &str, plugin: PluginId) -> String {
    format!("{base}/connect/{plugin}/callback")
}

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(plugin): Path<PluginId>,
    Query(aim): Query<Aim>,
) -> Result<Response, WebError> {
    let wish = wish(&app, &member, plugin, &aim).await?;
    // The link of a waiting call, whose answer came before a server could go on with it.
    let is_waiting = aim.scheme.is_some() && wish.wanted.conversation.is_some();
    if is_waiting && app.engine.connected(member.user(), plugin).await? {
        return Ok(Redirect::to(&on(wish.wanted.conversation)).into_response());
    }
    Ok(render(&app, &member, &wish, &aim, "").await?.into_response())
}

async fn wish(app: &App, member: &Member, plugin: PluginId, aim: &Aim) -> Result<Wish, WebError> {
    let mut wish = Wish::of_member(app, member, plugin, aim.scheme.as_deref()).await?;
    wish.wanted.scopes = aim.scope.split_whitespace().map(str::to_owned).collect();
    wish.wanted.renews = aim.renew;
    if let Some(conversation) = aim.conversation {
        let own = app.conversations.lookup_conversation(member.user(), conversation).await?;
        wish.wanted.conversation = own.map(|own| own.id);
    }
    Ok(wish)
}

async fn render(app: &App, member: &Member, wish: &Wish, aim: &Aim, problem: &str) -> Result<Html<String>, WebError> {
    let wanted = &wish.wanted;
    let client = app.credentials.lookup_client(wanted.plugin, &wanted.scheme.name).await?;
    let (asks, mut scopes) = match &wanted.scheme.kind {
        SchemeKind::OAuth(server) => ("account", server.scopes.clone()),
        SchemeKind::Discovered { .. } => ("account", Vec::new()),
        SchemeKind::Password => ("password", Vec::new()),
        SchemeKind::UserKey { .. } => ("key", Vec::new()),
        SchemeKind::ServiceKey { .. } | SchemeKind::ClientCredentials { .. } => ("nothing", Vec::new()),
    };
    scopes.extend(wanted.scopes.iter().filter(|scope| !scopes.contains(scope)).cloned().collect::<Vec<_>>());
    let view = context! {
        shell => words::shell(&member.account, "plugins"),
        plugin => context! {
            name => wish.facts.name_for_human.as_str(),
            logo => words::logo(wanted.plugin, &wish.facts, &wanted.version),
        },
        name => wish.facts.name_for_human.as_str(),
        host => words::domain(&wish.host()),
        goes_to => wanted.origins.iter().map(|origin| words::domain(origin).to_owned()).collect::<Vec<_>>(),
        asks,
        scopes,
        has_client => client.is_some(),
        accepts_no_state => client.is_some_and(|client| client.accepts_no_state),
        action => format!("/connect/{}", wanted.plugin),
        scheme => wanted.scheme.name.as_str(),
        scope => aim.scope.as_str(),
        conversation => wanted.conversation.map(|id| id.to_string()),
        renew => aim.renew.map(|id| id.to_string()),
        problem,
    };
    Ok(page("connect.html", &view)?)
}

pub(crate) async fn connect(
    State(app): State<App>,
    member: Member,
    _: Limit,
    address: OwnAddress,
    Path(plugin): Path<PluginId>,
    Form(form): Form<ConnectForm>,
) -> Result<Response, WebError> {
    let wish = wish(&app, &member, plugin, &form.aim).await?;
    let done = match &wish.wanted.scheme.kind {
        SchemeKind::OAuth(_) | SchemeKind::Discovered { .. } => {
            let redirect = callback(&address, plugin);
            match app.credentials.begin_authorization(&wish.wanted, &member.session, &redirect).await {
                Ok(url) => return away(&wish, url.as_str()),
                Err(error) => Err(error),
            }
        }
        SchemeKind::Password => {
            app.credentials.add_key(&wish.wanted, &format!("{}:{}", form.name, form.password), &form.label).await
        }
        SchemeKind::UserKey { .. } | SchemeKind::ServiceKey { .. } | SchemeKind::ClientCredentials { .. } => {
            app.credentials.add_key(&wish.wanted, &form.key, &form.label).await
        }
    };
    match done.map_err(WebError::from) {
        Ok(_) => {
            app.engine.connected(member.user(), plugin).await?;
            Ok(Redirect::to(&on(wish.wanted.conversation)).into_response())
        }
        Err(error) => {
            let (status, problem) = error.correctable()?;
            Ok((status, render(&app, &member, &wish, &form.aim, &problem).await?).into_response())
        }
    }
}

/// Where people go on.
pub(super) fn on(conversation: Option<ConversationId>) -> String {
    conversation.map_or_else(|| "/connections".to_owned(), |id| format!("/conversations/{id}"))
}

/// A page that leads on to the plugin's own. A form may not lead to another site, so the page does it by itself.
fn away(wish: &Wish, url: &str) -> Result<Response, WebError> {
    let view = context! { name => wish.facts.name_for_human.as_str(), host => words::domain(&wish.host()), url };
    Ok(page("away.html", &view)?.into_response())
}
