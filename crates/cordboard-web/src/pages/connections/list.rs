//! Everything that a person has connected.

use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, Redirect};
use cordboard_domain::connection::{Connection, ConnectionState};
use cordboard_domain::id::{ConnectionId, ConversationId};
use cordboard_domain::installation::Installation;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::error::{WebError, not_found};
use crate::session::Member;
use crate::templates::page;
use crate::words;

#[derive(Deserialize)]
pub(crate) struct Here {
    /// The conversation for which an account is to be chosen.
    conversation: Option<ConversationId>,
    /// What became of a connection that was ended.
    ended: Option<String>,
}

pub(crate) async fn list(
    State(app): State<App>,
    member: Member,
    Query(here): Query<Here>,
) -> Result<Html<String>, WebError> {
    let connections = app.credentials.list_connections(member.user()).await?;
    let installed = app.catalogue.ports.installations.list_installations(member.user()).await?;
    let groups: Value = installed
        .iter()
        .filter_map(|installation| {
            let own: Vec<&Connection> =
                connections.iter().filter(|each| each.plugin == installation.plugin.id).collect();
            let is_wanted = matches!(installation.facts.auth.as_str(), "user_http" | "oauth");
            (is_wanted || !own.is_empty()).then(|| group(&app, installation, &own, here.conversation))
        })
        .collect();
    // Of plugins that the person does not have any more.
    let gone: Value = connections
        .iter()
        .filter(|each| !installed.iter().any(|installation| installation.plugin.id == each.plugin))
        .map(|each| row(&app, each, None))
        .collect();
    let view = context! {
        shell => words::shell(&member.account, "plugins"),
        groups,
        gone,
        conversation => here.conversation.map(|id| id.to_string()),
        ended => here.ended,
    };
    Ok(page("connections.html", &view)?)
}

fn group(app: &App, installation: &Installation, own: &[&Connection], here: Option<ConversationId>) -> Value {
    let Installation { plugin, facts, version, .. } = installation;
    let onward = here.map(|id| format!("?conversation={id}")).unwrap_or_default();
    context! {
        plugin => words::plugin(plugin, facts, version),
        connect => format!("/connect/{}{onward}", plugin.id),
        rows => own.iter().map(|each| row(app, each, here)).collect::<Value>(),
    }
}

/// What was asked for and stands nowhere in what the server says it granted.
fn not_granted(connection: &Connection) -> String {
    let Connection { scopes, asked, .. } = connection;
    let missing = asked.iter().filter(|scope| !scopes.is_empty() && !scopes.contains(scope));
    missing.cloned().collect::<Vec<_>>().join(", ")
}

fn row(app: &App, connection: &Connection, here: Option<ConversationId>) -> Value {
    let now = app.clock.now();
    let is_broken = connection.state == ConnectionState::Broken;
    context! {
        label => connection.label.as_str(),
        scopes => connection.scopes.join(", "),
        not_granted => not_granted(connection),
        goes_to => connection.origins.iter().map(|origin| words::domain(origin).to_owned()).collect::<Vec<_>>().join(", "),
        made => words::day(connection.created_at),
        used => connection.last_used_at.map(words::moment),
        expires => connection.expires_at.filter(|at| *at > now).map(words::moment),
        is_broken,
        renew => format!("/connect/{}?scheme={}&renew={}", connection.plugin, words::in_query(&connection.scheme), connection.id),
        remove => format!("/connections/{}/remove", connection.id),
        choose => here.filter(|_| !is_broken).map(|id| format!("/conversations/{id}/connections/{}", connection.id)),
    }
}

pub(crate) async fn remove(
    State(app): State<App>,
    member: Member,
    Path(connection): Path<ConnectionId>,
) -> Result<Redirect, WebError> {
    let revoked = app.credentials.disconnect(member.user(), connection).await?;
    Ok(Redirect::to(if revoked { "/connections?ended=revoked" } else { "/connections?ended=forgotten" }))
}

#[derive(Deserialize)]
pub(crate) struct NoFields {}

/// Uses one of several accounts in a conversation.
pub(crate) async fn choose(
    State(app): State<App>,
    mine: crate::mine::Mine,
    Path((_, connection)): Path<(ConversationId, String)>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Redirect, WebError> {
    let Ok(connection) = connection.parse() else { return Err(not_found().await) };
    app.credentials.choose(mine.user(), mine.id(), connection).await?;
    Ok(Redirect::to(&format!("/conversations/{}", mine.id())))
}
