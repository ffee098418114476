//! What a model did with a submission's requests: running them, and how far that is.

use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use cordboard_agent::catalogue::access::{Examined, Reviewer};
use cordboard_domain::id::SubmissionId;
use cordboard_domain::review::{RequestEvidence, SubmissionState};
use minijinja::{Value, context};

use crate::app::App;
use crate::error::WebError;
use crate::fragments;
use crate::session::Member;
use crate::templates::render;
use crate::words;

/// The piece of the page with the requests. While they are run, the page asks for it again and again.
pub(super) fn piece(app: &App, examined: &Examined) -> Result<String, WebError> {
    let submission = &examined.submission;
    let base = format!("/reviews/{}", submission.id);
    let sample = &submission.requests;
    let (done, total) = submission.progress();
    let evidence = submission.evidence.as_ref();
    let now = app.clock.now();
    let (is_running, is_interrupted) = (submission.is_running(now), submission.is_interrupted(now));
    let asked = |text: &String, must_call| context! { text, must_call, calls => (), problem => (), is_right => () };
    let waiting = sample.must_call.iter().map(|text| asked(text, true));
    let waiting = waiting.chain(sample.must_not_call.iter().map(|text| asked(text, false))).skip(done);
    let answered = evidence.into_iter().flat_map(|evidence| &evidence.requests).map(row);
    let view = context! {
        base,
        requests => answered.chain(waiting).collect::<Value>(),
        model => evidence.map(|evidence| evidence.model.0.as_str()),
        ran_at => evidence.map(|evidence| words::moment(evidence.ran_at)),
        right => evidence.map_or(0, |evidence| evidence.score().0),
        done,
        total,
        is_running,
        is_interrupted,
        is_watched => is_running || is_interrupted,
        can_run => !is_running && submission.state == SubmissionState::Pending,
    };
    Ok(render("evidence.html", &view)?)
}

fn row(request: &RequestEvidence) -> Value {
    context! {
        text => request.text.as_str(),
        must_call => request.must_call,
        calls => request.calls.clone(),
        problem => request.problem.as_deref(),
        is_right => request.is_right(),
    }
}

/// How far it is.
pub(crate) async fn progress(
    State(app): State<App>,
    member: Member,
    Path(submission): Path<SubmissionId>,
) -> Result<Html<String>, WebError> {
    let examined = app.catalogue.examine(Reviewer::of(&member.account)?, submission).await?;
    let piece = piece(&app, &examined)?;
    Ok(Html(fragments::for_scripts("evidence", "main", &piece)))
}

pub(crate) async fn run(
    State(app): State<App>,
    member: Member,
    Path(submission): Path<SubmissionId>,
) -> Result<Redirect, WebError> {
    let examined = app.catalogue.examine(Reviewer::of(&member.account)?, submission).await?;
    if examined.submission.state == SubmissionState::Pending {
        app.catalogue.start_evidence(examined.submission).await?;
    }
    Ok(Redirect::to(&format!("/reviews/{submission}#evidence")))
}
