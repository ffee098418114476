//! A person's own account: name and login, password, and what the sections below it do.

mod leave;
mod tokens;

use std::fmt::Display;

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use cordboard_domain::account::{Role, Scope};
use cordboard_domain::ports::StoreError;
use minijinja::{Value, context};
use serde::Deserialize;

use crate::app::App;
use crate::credentials::{self, BadChoice};
use crate::error::WebError;
use crate::passwords::{self, Verdict};
use crate::rate_limit::{Password, RateLimit};
use crate::session::{self, Member};
use crate::templates::page;

pub(crate) use leave::{delete, export};
pub(crate) use tokens::{create_token, revoke_token};

/// A part of the page, where problems with its form are told.
#[derive(Debug, Clone, Copy)]
enum Section {
    Profile,
    Password,
    Tokens,
    Delete,
}

impl Section {
    /// The section as the template knows it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Password => "password",
            Self::Tokens => "tokens",
            Self::Delete => "delete",
        }
    }
}

/// What was done, told once after it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Done {
    Profile,
    Password,
}

impl Done {
    fn sentence(self) -> &'static str {
        match self {
            Self::Profile => "Name and login are saved.",
            Self::Password => "The password is changed. Other devices are signed out.",
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct After {
    done: Option<Done>,
}

/// What the page has to say besides what is stored.
#[derive(Default)]
struct Notices {
    done: Option<&'static str>,
    problem: Option<(Section, String)>,
    /// A new access token, shown this once.
    secret: Option<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Query(after): Query<After>,
) -> Result<Html<String>, WebError> {
    account_page(&app, &member, Notices { done: after.done.map(Done::sentence), ..Notices::default() }).await
}

async fn account_page(app: &App, member: &Member, notices: Notices) -> Result<Html<String>, WebError> {
    let account = &member.account;
    let tokens = app.people.list_access_tokens(account.id).await?;
    let has_password = app.people.lookup_password(account.id).await?.is_some();
    let (section, problem) = notices.problem.unzip();
    let scopes: Value = offered_scopes(account.role)
        .map(|scope| context! { name => scope.as_str(), words => scope.describe(), chosen => scope == Scope::Read })
        .collect();
    let view = context! {
        name => account.name.as_str(),
        login => account.login.as_ref().map(ToString::to_string).unwrap_or_default(),
        role => account.role.as_str(),
        is_owner => account.is_owner,
        has_password,
        tokens => tokens.iter().map(tokens::shown).collect::<Value>(),
        scopes,
        lifetimes => tokens::LIFETIMES,
        done => notices.done,
        section => section.map(Section::as_str),
        problem,
        secret => notices.secret,
    };
    Ok(page("account.html", &view)?)
}

fn offered_scopes(role: Role) -> impl Iterator<Item = Scope> {
    Scope::ALL.into_iter().filter(move |scope| scope.least_role() <= role)
}

/// The page again with what is wrong beside the form that was sent.
async fn refused(app: &App, member: &Member, section: Section, problem: impl Display) -> Result<Response, WebError> {
    let notices = Notices { problem: Some((section, problem.to_string())), ..Notices::default() };
    let html = account_page(app, member, notices).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ProfileForm {
    login: String,
    name: String,
}

pub(crate) async fn change_profile(
    State(app): State<App>,
    member: Member,
    Form(form): Form<ProfileForm>,
) -> Result<Response, WebError> {
    let chosen = credentials::login(&form.login).and_then(|login| Ok((login, credentials::name(&form.name)?)));
    let (login, name) = match chosen {
        Ok(chosen) => chosen,
        Err(problem) => return refused(&app, &member, Section::Profile, problem).await,
    };
    match app.people.set_login(member.user(), &login, &name).await {
        Ok(()) => Ok(Redirect::to("/account?done=profile").into_response()),
        Err(StoreError::Conflict) => refused(&app, &member, Section::Profile, BadChoice::Taken(login)).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct PasswordForm {
    present: String,
    password: String,
}

/// Sets another password and ends all other sessions: whoever had the old one is out.
pub(crate) async fn change_password(
    State(app): State<App>,
    _: RateLimit<Password>,
    member: Member,
    jar: CookieJar,
    Form(form): Form<PasswordForm>,
) -> Result<Response, WebError> {
    let Some(login) = &member.account.login else {
        return refused(&app, &member, Section::Password, "Choose a login first; a password needs one.").await;
    };
    let password = match credentials::password(form.password, login) {
        Ok(password) => password,
        Err(problem) => return refused(&app, &member, Section::Password, problem).await,
    };
    if let Some(stored) = app.people.lookup_password(member.user()).await?
        && passwords::verify(&*app.entropy, Some(stored), form.present).await == Verdict::Wrong
    {
        return refused(&app, &member, Section::Password, "The present password is another one.").await;
    }
    let hash = passwords::hash(&*app.entropy, password).await;
    app.people.set_password(member.user(), &hash).await?;
    app.people.end_sessions(member.user()).await?;
    let jar = session::begin(&app, member.user(), jar).await?;
    Ok((jar, Redirect::to("/account?done=password")).into_response())
}
