//! The page on which a person sees who asks for what, and agrees or not.

use std::sync::Arc;

use axum::extract::{Form, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use super::grants::Consent;
use super::request::{Request, Unanswerable};
use super::visit::Visit;
use super::{Identity, page};
use crate::secret;

/// How long a code may take to come back. It comes at once.
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// `GET /oauth/authorize`
pub(super) async fn show(State(identity): State<Arc<Identity>>, visit: Visit, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let request = match Request::read(&identity, &query) {
        Ok(request) => request,
        Err(fault) => return unanswered(&identity, &visit, fault),
    };
    match &visit.account {
        Some(account) => page::consent(&identity, &visit, &request, account, &query),
        None => visit.answer(&identity, Redirect::to(&format!("/sign-in?{query}"))),
    }
}

#[derive(Deserialize)]
pub(super) struct Decision {
    form_token: String,
    answer: String,
}

/// `POST /oauth/authorize`
pub(super) async fn decide(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    RawQuery(query): RawQuery,
    Form(decision): Form<Decision>,
) -> Response {
    let query = query.unwrap_or_default();
    let request = match Request::read(&identity, &query) {
        Ok(request) => request,
        Err(fault) => return unanswered(&identity, &visit, fault),
    };
    let Some(account) = visit.account.clone().filter(|_| visit.wrote(&decision.form_token)) else {
        return visit.answer(&identity, Redirect::to(&format!("/oauth/authorize?{query}")));
    };
    if decision.answer != "allow" {
        return away(&request.back(&identity, &[("error", "access_denied")]));
    }
    let code = secret::generate();
    let consent = Consent {
        client: request.client.id.clone(),
        redirect: request.redirect.to_string(),
        challenge: request.challenge.clone(),
        account,
    };
    identity.grants(|grants, now| grants.agree(&code, consent, now, now + CODE_LIFE));
    away(&request.back(&identity, &[("code", &code)]))
}

fn unanswered(identity: &Identity, visit: &Visit, fault: Unanswerable) -> Response {
    match fault {
        Unanswerable::Client(url) => away(&url),
        Unanswerable::Person(problem) => {
            (StatusCode::BAD_REQUEST, page::unanswerable(identity, visit, problem)).into_response()
        }
    }
}

fn away(url: &Url) -> Response {
    Redirect::to(url.as_str()).into_response()
}
