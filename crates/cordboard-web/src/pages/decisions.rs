//! Deciding on calls that wait: one by one, with arguments changed, or together.

use std::collections::BTreeMap;

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, Response};
use cordboard_agent::engine::EngineError;
use cordboard_domain::call::Decision;
use cordboard_domain::grant::Terms;
use cordboard_domain::id::{ConfirmationId, ConversationId, TurnId};
use cordboard_domain::time::{SignedDuration, Timestamp};
use minijinja::context;
use serde::Deserialize;

use super::chat::answer;
use crate::app::App;
use crate::error::WebError;
use crate::mine::Mine;
use crate::templates::render;
use crate::{arguments, fragments};

#[derive(Deserialize)]
pub(crate) struct DecisionForm {
    decision: Choice,
    #[serde(default)]
    word: String,
    /// `argument.NAME`: what an argument shall be. `bound.NAME`: how a standing permission holds to it (`same`, `at_most` or
    /// nothing). `days`: how long.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

/// What a form's field begins with that bounds an argument.
const BOUND: &str = "bound.";

impl DecisionForm {
    fn terms(&self, now: Timestamp) -> Terms {
        let bounded = |how: &str| {
            let names = self.others.iter().filter(|(_, value)| *value == how);
            names.filter_map(|(name, _)| name.strip_prefix(BOUND).map(str::to_owned)).collect()
        };
        let days =
            self.others.get("days").and_then(|days| days.parse::<i64>().ok()).filter(|days| (1..=366).contains(days));
        Terms {
            same: bounded("same"),
            at_most: bounded("at_most"),
            expires_at: days.map(|days| now + SignedDuration::from_hours(24 * days)),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Allow,
    Always,
    Decline,
}

type Place = Path<(ConversationId, TurnId, ConfirmationId)>;

pub(crate) async fn decide(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn, asked)): Place,
    headers: HeaderMap,
    Form(form): Form<DecisionForm>,
) -> Result<Response, WebError> {
    let (id, user) = (mine.id(), mine.user());
    if let Choice::Decline = form.decision {
        app.engine.decide(id, turn, user, asked, Decision::Declined(form.word)).await?;
        return Ok(answer(&headers, id, String::new()));
    }
    let asked = app.engine.revise(id, turn, user, asked, |preview| arguments::read(preview, &form.others)).await?;
    if let Choice::Always = form.decision {
        app.engine.allow_always(id, turn, user, asked, &form.terms(app.clock.now())).await?;
    } else {
        app.engine.decide(id, turn, user, asked, Decision::Allowed).await?;
    }
    Ok(answer(&headers, id, String::new()))
}

/// What the call would be with the arguments as they stand in the form, or why it cannot be.
pub(crate) async fn check(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn, asked)): Place,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Html<String>, WebError> {
    let read = |preview: &_| arguments::read(preview, &form);
    let (call, problem) = match app.engine.try_arguments(mine.id(), turn, mine.user(), asked, read).await {
        Ok(revision) => (fragments::request(&revision.plan, None), None),
        Err(EngineError::Arguments(problem)) => (minijinja::Value::UNDEFINED, Some(problem)),
        Err(error) => return Err(error.into()),
    };
    let id = format!("check-{asked}");
    let html = render("exact_request.html", &context! { id => id.as_str(), call, problem })?;
    Ok(Html(fragments::for_scripts(&id, "", &html)))
}

#[derive(Deserialize)]
pub(crate) struct TogetherForm {
    decision: Choice,
    /// The questions that the person saw, separated by spaces.
    waiting: String,
    #[serde(default)]
    word: String,
}

pub(crate) async fn decide_together(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn)): Path<(ConversationId, TurnId)>,
    headers: HeaderMap,
    Form(form): Form<TogetherForm>,
) -> Result<Response, WebError> {
    let asked: Vec<ConfirmationId> = form.waiting.split(' ').filter_map(|id| id.parse().ok()).collect();
    let decision = match form.decision {
        Choice::Allow => Decision::Allowed,
        Choice::Decline => Decision::Declined(form.word),
        Choice::Always => {
            let message = "Permissions that last are given one by one.";
            return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not done", message));
        }
    };
    app.engine.decide_together(mine.id(), turn, mine.user(), &asked, &decision).await?;
    Ok(answer(&headers, mine.id(), String::new()))
}
