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
    /// `argument.NAME`: the value of an argument. `bound.NAME`: how far a standing permission reaches beyond that value
    /// (`up_to` or `any`; otherwise it holds for that value only). `days`: how long it holds.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

/// What a form's field begins with that bounds an argument.
const BOUND: &str = "bound.";

/// How many days a standing permission holds where the form does not say.
const DAYS: i64 = 30;

/// The most days that a standing permission with an end holds.
const MOST_DAYS: i64 = 366;

impl DecisionForm {
    fn terms(&self, now: Timestamp) -> Result<Terms, WebError> {
        let bounded = |how: &str| {
            let names = self.others.iter().filter(|(_, value)| *value == how);
            names.filter_map(|(name, _)| name.strip_prefix(BOUND).map(str::to_owned)).collect()
        };
        let expires_at = self.days()?.map(|days| now + SignedDuration::from_hours(24 * days));
        Ok(Terms { up_to: bounded("up_to"), any: bounded("any"), expires_at })
    }

    /// How many days a permission holds; nothing where it holds until it is revoked.
    fn days(&self) -> Result<Option<i64>, WebError> {
        match self.others.get("days").map(String::as_str) {
            None => Ok(Some(DAYS)),
            Some("") => Ok(None),
            Some(text) => match text.parse() {
                Ok(days) if (1..=MOST_DAYS).contains(&days) => Ok(Some(days)),
                _ => {
                    let message = format!("`days` must be a number from 1 to {MOST_DAYS}, or empty. Got \"{text}\".");
                    Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not allowed", message))
                }
            },
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
    let terms = form.terms(app.clock.now())?;
    let seen = asked;
    let asked = app.engine.revise(id, turn, user, seen, |preview| arguments::read(preview, &form.others)).await?;
    match form.decision {
        // What the permission would cover was shown with the arguments before.
        Choice::Always if asked != seen => {
            let message = "The arguments changed. Check what the permission covers now, and allow it again.";
            return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not allowed yet", message));
        }
        Choice::Always => app.engine.allow_always(id, turn, user, asked, &terms).await?,
        Choice::Allow | Choice::Decline => app.engine.decide(id, turn, user, asked, Decision::Allowed).await?,
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
    let (call, in_full, problem) = match app.engine.try_arguments(mine.id(), turn, mine.user(), asked, read).await {
        Ok(revision) => (fragments::request(&revision.plan, None), arguments::in_full(&revision.preview), None),
        Err(EngineError::Arguments(problem)) => (minijinja::Value::UNDEFINED, Vec::new(), Some(problem)),
        Err(error) => return Err(error.into()),
    };
    let id = format!("check-{asked}");
    let html = render("exact_request.html", &context! { id => id.as_str(), call, in_full, problem })?;
    Ok(Html(fragments::for_scripts(&id, "", &html)))
}

#[derive(Deserialize)]
pub(crate) struct TogetherForm {
    decision: Choice,
    /// The questions that the person saw, separated by spaces.
    waiting: String,
    #[serde(default)]
    word: String,
    /// `QUESTION.argument.NAME`: the value of an argument, as the card of a question shows it.
    #[serde(flatten)]
    others: BTreeMap<String, String>,
}

impl TogetherForm {
    /// The fields of one card.
    fn fields(&self, asked: ConfirmationId) -> BTreeMap<String, String> {
        let prefix = format!("{asked}.");
        let fields = self.others.iter();
        fields.filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?.to_owned(), value.clone()))).collect()
    }
}

pub(crate) async fn decide_together(
    State(app): State<App>,
    mine: Mine,
    Path((_, turn)): Path<(ConversationId, TurnId)>,
    headers: HeaderMap,
    Form(form): Form<TogetherForm>,
) -> Result<Response, WebError> {
    let (id, user) = (mine.id(), mine.user());
    let mut asked: Vec<ConfirmationId> = form.waiting.split(' ').filter_map(|id| id.parse().ok()).collect();
    let decision = match form.decision {
        Choice::Allow => {
            for question in &mut asked {
                let fields = form.fields(*question);
                if fields.is_empty() {
                    continue;
                }
                match app.engine.revise(id, turn, user, *question, |preview| arguments::read(preview, &fields)).await {
                    Ok(revised) => *question = revised,
                    // Decided meanwhile: the others still wait.
                    Err(EngineError::NotAwaiting) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Decision::Allowed
        }
        Choice::Decline => Decision::Declined(form.word),
        Choice::Always => {
            let message = "Permissions that last are given one by one.";
            return Err(WebError::new(StatusCode::UNPROCESSABLE_ENTITY, "Not done", message));
        }
    };
    app.engine.decide_together(id, turn, user, &asked, &decision).await?;
    Ok(answer(&headers, id, String::new()))
}
