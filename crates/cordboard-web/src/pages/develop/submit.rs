//! Putting a plugin before reviewers, and what became of it.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use cordboard_domain::plugin::{Category, Standing};
use cordboard_domain::review::{
    LEAST_MUST_CALL, LEAST_MUST_NOT_CALL, MOST_REQUESTS, SampleRequests, Submission, SubmissionState,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::show::{self, Extra, Place};
use crate::app::App;
use crate::error::WebError;
use crate::own::Own;
use crate::pages::reviews::show::history;
use crate::words;

#[derive(Deserialize, Clone, Default)]
pub(crate) struct SubmitForm {
    #[serde(default)]
    category: String,
    /// One request per line.
    #[serde(default)]
    must_call: String,
    #[serde(default)]
    must_not_call: String,
}

impl SubmitForm {
    /// What was submitted last, to go on from.
    fn of(submission: &Submission) -> Self {
        let requests = &submission.requests;
        Self {
            category: submission.category.as_str().to_owned(),
            must_call: requests.must_call.join("\n"),
            must_not_call: requests.must_not_call.join("\n"),
        }
    }
}

/// For `submit_section.html`.
pub(super) async fn view(app: &App, own: &Own, extra: &Extra) -> Result<Value, WebError> {
    let plugin = own.plugin.plugin();
    let last = app.catalogue.ports.reviews.lookup_last_submission(plugin.id).await?;
    let form = match (&extra.typed, &last) {
        (Some(typed), _) => typed.clone(),
        (None, Some(last)) => SubmitForm::of(last),
        (None, None) => SubmitForm::default(),
    };
    let categories = Category::ALL.map(|each| {
        context! { value => each.as_str(), name => words::category(each), chosen => each.as_str() == form.category }
    });
    Ok(context! {
        is_pending => plugin.standing == Standing::InReview,
        is_listed => plugin.standing == Standing::Approved,
        is_banned => plugin.standing == Standing::Banned,
        is_verified => plugin.verified_at.is_some(),
        has_changed => plugin.standing == Standing::Changed,
        rejected => rejection(last.as_ref()),
        submitted_at => last.as_ref().map(|last| words::moment(last.submitted_at)),
        categories => categories.into_iter().collect::<Value>(),
        must_call => form.must_call,
        must_not_call => form.must_not_call,
        least_must_call => LEAST_MUST_CALL,
        least_must_not_call => LEAST_MUST_NOT_CALL,
        most => MOST_REQUESTS,
        history => history(app, plugin.id).await?,
    })
}

/// Why the last submission was sent back.
fn rejection(last: Option<&Submission>) -> Option<&str> {
    match &last?.state {
        SubmissionState::Rejected(ruling) => Some(ruling.reason.as_str()),
        SubmissionState::Pending | SubmissionState::Approved(_) | SubmissionState::Withdrawn => None,
    }
}

pub(crate) async fn submit(
    State(app): State<App>,
    own: Own,
    Form(form): Form<SubmitForm>,
) -> Result<Response, WebError> {
    let error = match Category::lookup(&form.category) {
        None => WebError::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "Not submitted", "Choose a category."),
        Some(category) => match submitted(&app, &own, category, &form).await {
            Ok(()) => return Ok(back(&own)),
            Err(error) => error,
        },
    };
    let extra = Extra { typed: Some(form), ..Extra::default() };
    show::trouble(&app, &own, Place::Review, error, extra).await
}

async fn submitted(app: &App, own: &Own, category: Category, form: &SubmitForm) -> Result<(), WebError> {
    let requests = SampleRequests::from_lines(&form.must_call, &form.must_not_call)
        .map_err(cordboard_agent::catalogue::CatalogueError::from)?;
    app.catalogue.submit(&own.plugin, category, requests).await?;
    Ok(())
}

pub(crate) async fn withdraw(State(app): State<App>, own: Own) -> Result<Response, WebError> {
    app.catalogue.withdraw(&own.plugin).await?;
    Ok(back(&own))
}

fn back(own: &Own) -> Response {
    Redirect::to(&format!("{}#review", own.page())).into_response()
}
