//! An invitation as the invited person opens it: choose a login, a name and a password, and be signed in.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use cordboard_domain::account::{Invitation, Login, NewAccount, PasswordHash, Role};
use cordboard_domain::id::UserId;
use cordboard_domain::ports::StoreError;
use cordboard_domain::secret::TokenDigest;
use minijinja::context;
use serde::Deserialize;

use crate::app::App;
use crate::credentials::{self, BadChoice};
use crate::error::WebError;
use crate::rate_limit::{self, RateLimit};
use crate::templates::page;
use crate::{passwords, session};

type Limit = RateLimit<rate_limit::Invitation>;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct JoinForm {
    login: String,
    name: String,
    password: String,
}

/// What an invited person chose, checked.
struct Choice {
    login: Login,
    name: String,
    password: String,
}

impl Choice {
    fn parse(form: JoinForm) -> Result<Self, BadChoice> {
        let login = credentials::login(&form.login)?;
        let name = credentials::name(&form.name)?;
        let password = credentials::password(form.password, &login)?;
        Ok(Self { login, name, password })
    }
}

pub(crate) async fn show(State(app): State<App>, _: Limit, Path(token): Path<String>) -> Result<Response, WebError> {
    match app.people.lookup_invitation(&TokenDigest::of(&token), app.clock.now()).await? {
        Some(invitation) => {
            let (login, name) = present(&app, &invitation).await?;
            Ok(form_page(&token, &invitation, &login, &name, None)?.into_response())
        }
        None => gone(),
    }
}

pub(crate) async fn accept(
    State(app): State<App>,
    _: Limit,
    Path(token): Path<String>,
    jar: CookieJar,
    Form(form): Form<JoinForm>,
) -> Result<Response, WebError> {
    let Some(invitation) = app.people.lookup_invitation(&TokenDigest::of(&token), app.clock.now()).await? else {
        return gone();
    };
    let (login, name) = (form.login.clone(), form.name.clone());
    let joined = match Choice::parse(form) {
        Ok(choice) => join(&app, &token, choice).await?,
        Err(problem) => Err(problem),
    };
    match joined {
        Ok(Some(user)) => Ok(session::enter(&app, user, jar).await?),
        Ok(None) => gone(),
        Err(problem) => {
            let html = form_page(&token, &invitation, &login, &name, Some(&problem))?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
        }
    }
}

/// The login and the name that the account has already.
async fn present(app: &App, invitation: &Invitation) -> Result<(String, String), WebError> {
    let Some(user) = invitation.account else { return Ok(Default::default()) };
    let account = app.people.get_account(user).await?;
    Ok(account.login.map(|login| (login.to_string(), account.name)).unwrap_or_default())
}

/// Uses up the invitation; `None` where somebody was faster. It is put back where nothing came of it, as when the
/// login turns out to be taken.
async fn join(app: &App, token: &str, choice: Choice) -> Result<Result<Option<UserId>, BadChoice>, WebError> {
    let Choice { login, name, password } = choice;
    let password = passwords::hash(&*app.entropy, password).await;
    let digest = TokenDigest::of(token);
    let Some(invitation) = app.people.redeem_invitation(&digest, app.clock.now()).await? else { return Ok(Ok(None)) };
    let stored = if let Some(user) = invitation.account {
        set_up(app, user, &login, &name, &password).await
    } else {
        create(app, invitation.role, login.clone(), name, password).await
    };
    let error = match stored {
        Ok(user) => return Ok(Ok(Some(user))),
        Err(error) => error,
    };
    app.people.add_invitation(&digest, &invitation).await?;
    if matches!(error, StoreError::Conflict) { Ok(Err(BadChoice::Taken(login))) } else { Err(error.into()) }
}

/// Gives an account that is there a login and a password. Whoever was signed in with the old one is out.
async fn set_up(
    app: &App,
    user: UserId,
    login: &Login,
    name: &str,
    password: &PasswordHash,
) -> Result<UserId, StoreError> {
    app.people.set_login(user, login, name).await?;
    app.people.set_password(user, password).await?;
    app.people.end_sessions(user).await?;
    Ok(user)
}

async fn create(
    app: &App,
    role: Role,
    login: Login,
    name: String,
    password: PasswordHash,
) -> Result<UserId, StoreError> {
    let id = UserId::generate(&*app.clock, &*app.entropy);
    let account = NewAccount { id, login, name, role, password: Some(password), created_at: app.clock.now() };
    app.people.create_account(&account, None).await?;
    Ok(id)
}

fn form_page(
    token: &str,
    invitation: &Invitation,
    login: &str,
    name: &str,
    problem: Option<&BadChoice>,
) -> Result<Html<String>, WebError> {
    let view = context! {
        action => format!("/invitations/{token}"),
        role => invitation.role.as_str(),
        is_new => invitation.account.is_none(),
        problem => problem.map(ToString::to_string),
        login,
        name,
    };
    Ok(page("invitation.html", &view)?)
}

fn gone() -> Result<Response, WebError> {
    Ok((StatusCode::GONE, page("invitation_gone.html", &context! {})?).into_response())
}
