//! Signing in, making an account, signing out. The query says what a client asked for, and goes along.

use std::sync::Arc;

use axum::extract::{Form, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Identity;
use super::page::{self, Door};
use super::visit::Visit;

const STALE: &str = "This form was open for too long. Send it again.";

#[derive(Deserialize)]
pub(super) struct Credentials {
    form_token: String,
    name: String,
    password: String,
}

/// `GET /sign-in`
pub(super) async fn show_sign_in(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Response {
    page::door(&identity, &visit, Door::SignIn, &query.unwrap_or_default(), "")
}

/// `GET /new-account`
pub(super) async fn show_new_account(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Response {
    page::door(&identity, &visit, Door::NewAccount, &query.unwrap_or_default(), "")
}

/// `POST /sign-in`
pub(super) async fn sign_in(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    RawQuery(query): RawQuery,
    Form(credentials): Form<Credentials>,
) -> Response {
    enter(identity, visit, Door::SignIn, query.unwrap_or_default(), credentials, |identity, name, password| {
        identity.people.recognise(name, password).ok_or_else(|| "The name or the password is wrong.".to_owned())
    })
    .await
}

/// `POST /new-account`
pub(super) async fn new_account(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    RawQuery(query): RawQuery,
    Form(credentials): Form<Credentials>,
) -> Response {
    enter(identity, visit, Door::NewAccount, query.unwrap_or_default(), credentials, |identity, name, password| {
        identity.people.register(name, password)
    })
    .await
}

/// Lets in whoever the check names; hashing passwords takes long, so the check runs where that hinders nobody.
async fn enter(
    identity: Arc<Identity>,
    mut visit: Visit,
    door: Door,
    query: String,
    credentials: Credentials,
    check: fn(&Identity, &str, &str) -> Result<String, String>,
) -> Response {
    let Credentials { form_token, name, password } = credentials;
    if !visit.wrote(&form_token) {
        return refuse(page::door(&identity, &visit, door, &query, STALE));
    }
    let people = identity.clone();
    let checked = tokio::task::spawn_blocking(move || check(&people, &name, &password)).await;
    match checked.expect("the check does not panic") {
        Ok(account) => {
            visit.sign_in(&identity, account);
            visit.answer(&identity, Redirect::to(&format!("/oauth/authorize?{query}")))
        }
        Err(problem) => refuse(page::door(&identity, &visit, door, &query, &problem)),
    }
}

fn refuse(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

#[derive(Deserialize)]
pub(super) struct Leaving {
    form_token: String,
}

/// `POST /sign-out`
pub(super) async fn sign_out(
    State(identity): State<Arc<Identity>>,
    mut visit: Visit,
    RawQuery(query): RawQuery,
    Form(leaving): Form<Leaving>,
) -> Response {
    if visit.wrote(&leaving.form_token) {
        visit.sign_out(&identity);
    }
    visit.answer(&identity, Redirect::to(&format!("/oauth/authorize?{}", query.unwrap_or_default())))
}
