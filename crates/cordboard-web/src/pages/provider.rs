//! Signing in through the operator's provider: there and back.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use tracing::warn;

use super::sign_in::refused;
use crate::app::App;
use crate::error::{WebError, not_found};
use crate::own_address::OwnAddress;
use crate::provider::{Admission, Pending, Provider, ProviderError, admit, depart, identify};
use crate::rate_limit::{self, RateLimit};
use crate::session;

type Limit = RateLimit<rate_limit::Provider>;

fn back_to(OwnAddress(address): &OwnAddress) -> String {
    format!("{address}/sign-in/provider/callback")
}

async fn configured(app: &App) -> Result<&Provider, WebError> {
    match &app.provider {
        Some(provider) => Ok(provider),
        None => Err(not_found().await),
    }
}

pub(crate) async fn start(
    State(app): State<App>,
    _: Limit,
    address: OwnAddress,
    jar: CookieJar,
) -> Result<Response, WebError> {
    let provider = configured(&app).await?;
    let pending = Pending::begin(&app);
    match depart(provider, &pending, back_to(&address)).await {
        Ok(url) => Ok((pending.keep(&app, jar), Redirect::to(url.as_str())).into_response()),
        Err(problem) => failed(&app, provider, &problem),
    }
}

#[derive(Deserialize)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    /// Who answers, where the provider says so (RFC 9207).
    iss: Option<String>,
    error: Option<String>,
}

pub(crate) async fn callback(
    State(app): State<App>,
    _: Limit,
    address: OwnAddress,
    jar: CookieJar,
    Query(answer): Query<Answer>,
) -> Result<Response, WebError> {
    let provider = configured(&app).await?;
    let (pending, jar) = Pending::take(&app, jar);
    let person = match accept(provider, pending, answer) {
        Ok((pending, code)) => identify(provider, &pending, code, back_to(&address), app.clock.now()).await,
        Err(problem) => Err(problem),
    };
    let response = match person {
        Err(problem) => failed(&app, provider, &problem)?,
        Ok(person) => match admit(&app, provider, &person).await? {
            Admission::Admitted(user) => return Ok(session::enter(&app, user, jar).await?),
            Admission::Inactive => {
                refused(&app, StatusCode::FORBIDDEN, "This account cannot sign in any more. Ask an admin.")?
            }
            Admission::OtherDomain => refused(
                &app,
                StatusCode::FORBIDDEN,
                "This server takes people of other e-mail domains. Choose another account there, or ask for an invitation.",
            )?,
        },
    };
    Ok((jar, response).into_response())
}

/// The code of an answer that belongs to the sign-in which this browser began.
fn accept(provider: &Provider, pending: Option<Pending>, answer: Answer) -> Result<(Pending, String), ProviderError> {
    let untrusted = |reason: &str| ProviderError::Untrusted(reason.to_owned());
    let pending = pending.ok_or_else(|| untrusted("no sign-in waits for an answer"))?;
    if answer.state.as_ref() != Some(&pending.state) {
        return Err(untrusted("the state is another one"));
    }
    if answer.iss.is_some_and(|iss| iss != provider.settings.issuer) {
        return Err(untrusted("another issuer answers"));
    }
    match (answer.code, answer.error) {
        (Some(code), None) => Ok((pending, code)),
        (_, Some(error)) => Err(ProviderError::Untrusted(format!("the provider answers {error:?}"))),
        (None, None) => Err(untrusted("the answer has no code")),
    }
}

/// The page for signing in with what went wrong; the log says more.
fn failed(app: &App, provider: &Provider, problem: &ProviderError) -> Result<Response, WebError> {
    warn!(%problem, "signing in through the provider failed");
    let name = &provider.settings.name;
    let (status, words) = match problem {
        ProviderError::Unusable(_) => (
            StatusCode::BAD_GATEWAY,
            format!("{name} cannot be reached or used now. Try again later, or sign in another way."),
        ),
        ProviderError::Untrusted(_) => {
            (StatusCode::UNAUTHORIZED, format!("Signing in with {name} was not completed. Begin again."))
        }
    };
    refused(app, status, &words)
}
