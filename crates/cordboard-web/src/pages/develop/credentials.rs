//! What a plugin's sign-in needs from its developer: a key for everybody, or a client at the plugin's server.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_domain::connection::{ClientAuth, Connection, OAuthClient};
use cordboard_domain::credential::{Attach, Scheme, SchemeKind};
use cordboard_domain::ports::ClientRegistration;
use cordboard_spec::toolset::Toolset;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Deserialize;

use super::show::{self, Extra, Place};
use crate::app::App;
use crate::error::{WebError, not_found};
use crate::own::Own;
use crate::pages::connections::connect::callback;
use crate::wanting::Wish;
use crate::words;

/// For `credentials_section.html`.
pub(super) async fn view(app: &App, own: &Own, toolset: &Toolset) -> Result<Value, WebError> {
    let given = app.credentials.list_service_connections(own.id()).await?;
    let own_connections = app.credentials.list_connections(own.member.user()).await?;
    let mut schemes = Vec::new();
    for scheme in toolset.schemes() {
        let client = app.credentials.lookup_client(own.id(), &scheme.name).await?;
        let is_renewable =
            |each: &&Connection| each.plugin == own.id() && each.scheme == scheme.name && each.expires_at.is_some();
        let key = given.iter().find(|each| each.scheme == scheme.name);
        schemes.push(context! {
            name => scheme.name.as_str(),
            words => words_of(&scheme),
            takes_key => takes_key(&scheme.kind),
            needs_key => matches!(scheme.kind, SchemeKind::ServiceKey { .. }),
            key_since => key.filter(|_| takes_key(&scheme.kind)).map(|key| words::moment(key.created_at)),
            needs_client => scheme.kind.needs_client(),
            is_shared => scheme.kind.is_shared(),
            client => client.as_ref().map(client_view),
            rehearse => client.as_ref().filter(|_| !scheme.kind.is_shared()).map(|_| rehearsal_path(own, &scheme.name)),
            can_renew => own_connections.iter().any(|each| is_renewable(&each)),
        });
    }
    let is_unusable = schemes.is_empty() && toolset.needs_credential();
    let rehearsal = app.credentials.lookup_rehearsal(own.id()).await?.map(|each| {
        let steps = Value::from(Serde(&each.steps));
        context! { scheme => each.scheme.as_str(), at => words::moment(each.began_at), steps }
    });
    Ok(context! { schemes, is_unusable, rehearsal, callback => callback(&own.address, own.id()) })
}

fn rehearsal_path(own: &Own, scheme: &str) -> String {
    format!("/connect/{}?scheme={}", own.id(), words::in_query(scheme))
}

fn client_view(client: &OAuthClient) -> Value {
    context! {
        id => client.client_id.as_str(),
        is_basic => client.auth == ClientAuth::Basic,
        accepts_no_state => client.accepts_no_state,
    }
}

fn takes_key(kind: &SchemeKind) -> bool {
    matches!(kind, SchemeKind::ServiceKey { .. } | SchemeKind::UserKey { .. } | SchemeKind::Password)
}

/// How one signs in, in a sentence.
fn words_of(scheme: &Scheme) -> String {
    match &scheme.kind {
        SchemeKind::ServiceKey { attach } => {
            format!("One key from you, sent with every call for everybody as {}.", place(attach))
        }
        SchemeKind::UserKey { attach } => format!(
            "A key from each person, sent with their calls as {}. If the key is the same for all, give it here instead.",
            place(attach)
        ),
        SchemeKind::Password => {
            "A name and a password from each person. If they are the same for all, give `name:password` \
                                 here instead."
                .to_owned()
        }
        SchemeKind::OAuth(server) => format!(
            "People agree at `{}`; tokens come from `{}`.",
            words::domain(&server.authorization_url),
            words::domain(&server.token_url)
        ),
        SchemeKind::Discovered { url } => format!("OpenID Connect, as `{url}` describes it."),
        SchemeKind::ClientCredentials { token_url, .. } => {
            format!("The client speaks for itself; tokens come from `{}`.", words::domain(token_url))
        }
    }
}

fn place(attach: &Attach) -> String {
    match attach {
        Attach::Bearer => "`Authorization: Bearer …`".to_owned(),
        Attach::Basic => "`Authorization: Basic …`".to_owned(),
        Attach::Header { name } => format!("the header `{name}`"),
        Attach::Query { name } => format!("`{name}` in the query"),
        Attach::Cookie { name } => format!("the cookie `{name}`"),
    }
}

#[derive(Deserialize)]
pub(crate) struct KeyForm {
    scheme: String,
    key: String,
}

pub(crate) async fn set_key(State(app): State<App>, own: Own, Form(form): Form<KeyForm>) -> Result<Response, WebError> {
    let wish = Wish::of_developer(&app, &own, &form.scheme).await?;
    let done = app.credentials.set_service_key(&wish.wanted, &form.key).await;
    after(&app, &own, done.map_err(WebError::from)).await
}

#[derive(Deserialize)]
pub(crate) struct ClientForm {
    scheme: String,
    client_id: String,
    /// Empty where the earlier one stays.
    #[serde(default)]
    client_secret: String,
    auth: String,
    accepts_no_state: Option<String>,
}

pub(crate) async fn set_client(
    State(app): State<App>,
    own: Own,
    Form(form): Form<ClientForm>,
) -> Result<Response, WebError> {
    let wish = Wish::of_developer(&app, &own, &form.scheme).await?;
    let registration = ClientRegistration {
        client_id: form.client_id,
        client_secret: Some(form.client_secret),
        auth: ClientAuth::lookup(&form.auth).unwrap_or(ClientAuth::Post),
        accepts_no_state: form.accepts_no_state.is_some(),
    };
    let done = app.credentials.register_client(&wish.wanted, registration).await;
    after(&app, &own, done.map_err(WebError::from)).await
}

/// Forgets the key or the client of a scheme.
pub(crate) async fn remove(
    State(app): State<App>,
    own: Own,
    Form(form): Form<SchemeForm>,
) -> Result<Response, WebError> {
    let done = app.credentials.forget_given(own.id(), &form.scheme).await;
    after(&app, &own, done.map_err(WebError::from)).await
}

async fn after(app: &App, own: &Own, done: Result<(), WebError>) -> Result<Response, WebError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}#needs", own.page())).into_response()),
        Err(error) => show::trouble(app, own, Place::SignIn, error, Extra::default()).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct SchemeForm {
    scheme: String,
}

/// Renews the developer's own newest connection, so that the page can show each step.
pub(crate) async fn rehearse(
    State(app): State<App>,
    own: Own,
    Form(form): Form<SchemeForm>,
) -> Result<Response, WebError> {
    let user = own.member.user();
    let all = app.credentials.list_connections(user).await?;
    let newest = all.iter().rev().find(|each| each.plugin == own.id() && each.scheme == form.scheme);
    let Some(newest) = newest else { return Err(not_found().await) };
    app.credentials.rehearse_renewal(user, newest.id).await?;
    Ok(Redirect::to(&format!("{}#doctor", own.page())).into_response())
}
