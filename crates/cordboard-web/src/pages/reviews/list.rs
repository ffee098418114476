//! What waits for reviewers, what they decided, and what is banned.

use axum::extract::State;
use axum::response::Html;
use cordboard_agent::catalogue::access::Reviewer;
use cordboard_domain::review::{Submission, SubmissionState};
use minijinja::{Value, context};

use crate::app::App;
use crate::error::WebError;
use crate::session::Member;
use crate::templates::page;
use crate::words;

/// How many decided submissions are listed.
const MOST_DECIDED: u32 = 20;

pub(crate) async fn list(State(app): State<App>, member: Member) -> Result<Html<String>, WebError> {
    Reviewer::of(&member.account)?;
    let reviews = &app.catalogue.ports.reviews;
    let pending = rows(&app, reviews.list_pending().await?).await?;
    let decided = rows(&app, reviews.list_decided(MOST_DECIDED).await?).await?;
    let banned = reviews.list_banned().await?;
    let banned = banned.iter().map(|plugin| {
        context! {
            plugin => words::plugin(plugin, &plugin.facts, &plugin.current),
            unban => format!("/reviews/plugins/{}/unban", plugin.id),
        }
    });
    let shell = words::shell(&member.account, "reviews");
    Ok(page("reviews.html", &context! { shell, pending, decided, banned => banned.collect::<Value>() })?)
}

async fn rows(app: &App, submissions: Vec<Submission>) -> Result<Value, WebError> {
    let mut rows = Vec::new();
    for submission in submissions {
        let plugin = app.catalogue.ports.shelf.get_plugin(submission.plugin).await?;
        let evidence = submission.evidence.as_ref();
        let total = submission.requests.must_call.len() + submission.requests.must_not_call.len();
        rows.push(context! {
            url => format!("/reviews/{}", submission.id),
            name => plugin.facts.name_for_human.as_str(),
            plugin => words::plugin(&plugin, &plugin.facts, &plugin.current),
            category => words::category(submission.category),
            by => words::name_of(&app.catalogue, submission.submitted_by).await,
            at => words::moment(submission.submitted_at),
            state => state(&submission.state),
            right => evidence.map(|evidence| evidence.score().0),
            total,
        });
    }
    Ok(rows.into())
}

/// Where a submission stands, in a word.
pub(super) fn state(state: &SubmissionState) -> &'static str {
    match state {
        SubmissionState::Pending => "Waits",
        SubmissionState::Approved(_) => "Approved",
        SubmissionState::Rejected(_) => "Rejected",
        SubmissionState::Withdrawn => "Withdrawn",
    }
}
