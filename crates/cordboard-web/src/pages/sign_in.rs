//! Signing in by a password or by a one-time link, and signing out.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use cordboard_domain::account::{Account, Login};
use minijinja::context;
use serde::Deserialize;

use crate::app::App;
use crate::error::WebError;
use crate::passwords::{self, Verdict};
use crate::rate_limit::{Password, RateLimit, SignInLink};
use crate::session::{self, Member};
use crate::templates::page;

/// The same for an unknown login and a wrong password.
const WRONG: &str = "Login and password do not fit. Check both and try again.";

fn sign_in_page(app: &App, login: &str, expired: bool, problem: Option<&str>) -> Result<Html<String>, WebError> {
    let provider = app.provider.as_ref().map(|provider| provider.settings.name.as_str());
    Ok(page("sign_in.html", &context! { login, expired, problem, provider })?)
}

pub(crate) async fn show(State(app): State<App>) -> Result<Html<String>, WebError> {
    sign_in_page(&app, "", false, None)
}

/// The page with what went wrong on another way in.
pub(super) fn refused(app: &App, status: StatusCode, problem: &str) -> Result<Response, WebError> {
    Ok((status, sign_in_page(app, "", false, Some(problem))?).into_response())
}

#[derive(Deserialize)]
pub(crate) struct SignInForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    _: RateLimit<Password>,
    jar: CookieJar,
    Form(form): Form<SignInForm>,
) -> Result<Response, WebError> {
    let login = form.login.parse().ok();
    if let Some(account) = authenticate(&app, login.as_ref(), form.password).await? {
        return Ok(session::enter(&app, account.id, jar).await?);
    }
    let html = sign_in_page(&app, &form.login, false, Some(WRONG))?;
    Ok((StatusCode::UNAUTHORIZED, html).into_response())
}

/// The active person with this login and password. Whether the login exists cannot be told from the answer or the work.
async fn authenticate(app: &App, login: Option<&Login>, password: String) -> Result<Option<Account>, WebError> {
    let (mut account, mut stored) = (None, None);
    if let Some(login) = login {
        app.doors.knock_as(login)?;
        account = app.people.lookup_account(login).await?;
    }
    if let Some(account) = &account {
        stored = app.people.lookup_password(account.id).await?;
    }
    let verdict = passwords::verify(&*app.entropy, stored, password).await;
    let account = account.filter(|account| account.is_active && verdict != Verdict::Wrong);
    if let (Some(account), Verdict::RightWith(hash)) = (&account, verdict) {
        app.people.set_password(account.id, &hash).await?;
    }
    Ok(account)
}

pub(crate) async fn redeem(
    State(app): State<App>,
    _: RateLimit<SignInLink>,
    Path(token): Path<String>,
    jar: CookieJar,
) -> Result<Response, WebError> {
    if let Some(entered) = session::redeem(&app, &token, jar).await? {
        return Ok(entered);
    }
    let html = sign_in_page(&app, "", true, None)?;
    Ok((StatusCode::GONE, html).into_response())
}

pub(crate) async fn sign_out(State(app): State<App>, jar: CookieJar) -> Result<Response, WebError> {
    let jar = session::end(&app, jar).await?;
    Ok((jar, Redirect::to("/sign-in")).into_response())
}

/// Ends the person's sessions on all devices.
pub(crate) async fn sign_out_everywhere(
    State(app): State<App>,
    member: Member,
    jar: CookieJar,
) -> Result<Response, WebError> {
    app.people.end_sessions(member.user()).await?;
    let jar = session::end(&app, jar).await?;
    Ok((jar, Redirect::to("/sign-in")).into_response())
}
