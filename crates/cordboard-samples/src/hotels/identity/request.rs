//! What a client asks for when it sends a browser here.

use axum::extract::Query;
use axum::http::Uri;
use serde::Deserialize;
use url::Url;

use super::clients::Registration;
use super::{Identity, SCOPE};

/// The query of the authorization endpoint.
#[derive(Deserialize)]
struct Asked {
    response_type: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// A request of a known client, whose answer goes where the client is.
pub(super) struct Request {
    pub(super) client: Registration,
    pub(super) redirect: Url,
    /// What the verifier has to fit, if the client gave a challenge.
    pub(super) challenge: Option<String>,
    state: Option<String>,
}

/// Why there is nothing to agree to.
pub(super) enum Unanswerable {
    /// Nobody knows whom to tell but the person.
    Person(&'static str),
    /// The client is told at this address.
    Client(Url),
}

impl Request {
    /// Reads a query. What concerns the client's address is never answered there.
    pub(super) fn read(identity: &Identity, query: &str) -> Result<Self, Unanswerable> {
        let asked = parse(query).ok_or(Unanswerable::Person("The link here is broken, or says something twice."))?;
        let client = asked.client_id.as_deref().and_then(|id| identity.clients.lookup(id));
        let client =
            client.ok_or(Unanswerable::Person("The program that sent you here is not known at the hotels."))?;
        let redirect = asked.redirect_uri.as_deref().and_then(|address| client.redirect(address)).cloned();
        let redirect = redirect.ok_or(Unanswerable::Person(
            "The address to which you would go back is not the one that this program registered, letter by letter.",
        ))?;
        let fault = fault(&asked);
        let request = Self { client, redirect, challenge: asked.code_challenge, state: asked.state };
        match fault {
            Some((error, description)) => Err(Unanswerable::Client(
                request.back(identity, &[("error", error), ("error_description", description)]),
            )),
            None => Ok(request),
        }
    }

    /// The client's address with an answer.
    pub(super) fn back(&self, identity: &Identity, answer: &[(&str, &str)]) -> Url {
        let mut url = self.redirect.clone();
        let mut query = url.query_pairs_mut();
        query.extend_pairs(answer);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", &identity.issuer);
        drop(query);
        url
    }
}

fn parse(query: &str) -> Option<Asked> {
    let uri: Uri = format!("/?{query}").parse().ok()?;
    Query::try_from_uri(&uri).ok().map(|Query(asked)| asked)
}

/// What is wrong with a request whose client may be told.
fn fault(asked: &Asked) -> Option<(&'static str, &'static str)> {
    if asked.response_type.as_deref() != Some("code") {
        return Some(("unsupported_response_type", "response_type must be code"));
    }
    if asked.scope.as_deref().unwrap_or_default().split_whitespace().any(|scope| scope != SCOPE) {
        return Some(("invalid_scope", "the only scope is bookings"));
    }
    match (&asked.code_challenge, asked.code_challenge_method.as_deref()) {
        (None, None) => None,
        (Some(challenge), Some("S256")) if is_digest(challenge) => None,
        _ => Some(("invalid_request", "code_challenge must be a SHA-256 with code_challenge_method=S256")),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
