//! Signing in by a one-time link, and signing out.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use minijinja::context;

use crate::app::App;
use crate::error::WebError;
use crate::session;
use crate::templates::page;

pub(crate) async fn show() -> Result<Html<String>, WebError> {
    Ok(page("sign_in.html", &context! { expired => false })?)
}

pub(crate) async fn redeem(
    State(app): State<App>,
    Path(token): Path<String>,
    jar: CookieJar,
) -> Result<Response, WebError> {
    if let Some(jar) = session::redeem(&app, &token, jar).await? {
        return Ok((jar, Redirect::to("/")).into_response());
    }
    let html = page("sign_in.html", &context! { expired => true })?;
    Ok((StatusCode::GONE, html).into_response())
}

pub(crate) async fn sign_out(State(app): State<App>, jar: CookieJar) -> Result<Response, WebError> {
    let jar = session::end(&app, jar).await?;
    Ok((jar, Redirect::to("/sign-in")).into_response())
}
