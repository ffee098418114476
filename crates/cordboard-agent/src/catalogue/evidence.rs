//! Runs a submission's requests against a model: would it call the plugin? Nothing is sent.
//!
//! A server that runs them holds a claim, which it prolongs with each request. A claim that has run out shows that the
//! server stopped; the requests that are left are then run by whoever looks next.

use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::TurnId;
use cordboard_domain::review::{Evidence, RequestEvidence, Submission};
use cordboard_domain::time::{SignedDuration, Timestamp};
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ChatModel, ModelEvent};
use futures::StreamExt as _;
use tracing::warn;

use super::{Catalogue, CatalogueError};
use crate::library::LibraryError;
use crate::prompt;
use crate::toolbox::Toolbox;

/// The most calls that are noted of one request.
const MOST_CALLS: usize = 5;
/// Models may say what they are about to do; after this many characters of an answer, no call is waited for.
const LONGEST_PREAMBLE: usize = 600;
/// How long a server that runs requests may take for one of them before another takes over.
const CLAIM: SignedDuration = SignedDuration::from_mins(5);

impl Catalogue {
    /// Asks the default model each request with the plugin switched on alone, and keeps what it did, request by request.
    /// Happens in the background, and goes on where an earlier run was interrupted; where the requests are being run
    /// already it does nothing.
    pub async fn start_evidence(&self, submission: Submission) -> Result<(), CatalogueError> {
        self.start_as_of(submission, self.ports.clock.now()).await
    }

    /// Goes on with the requests of pending submissions that a stopped server left behind: where its claim has run out,
    /// or all of them where no other server can be at work. Gives how many submissions that are.
    pub async fn resume_evidence(&self, is_alone: bool) -> Result<usize, CatalogueError> {
        let as_of = if is_alone { Timestamp::MAX } else { self.ports.clock.now() };
        let pending = self.ports.reviews.list_pending().await?;
        let interrupted: Vec<Submission> = pending.into_iter().filter(|each| each.is_interrupted(as_of)).collect();
        let count = interrupted.len();
        for submission in interrupted {
            self.start_as_of(submission, as_of).await?;
        }
        Ok(count)
    }

    /// Claims made until `as_of` do not count.
    async fn start_as_of(&self, submission: Submission, as_of: Timestamp) -> Result<(), CatalogueError> {
        let model = self.models.default_id().and_then(|id| self.models.lookup(id)).ok_or(CatalogueError::NoModel)?;
        if !self.ports.reviews.claim_evidence(submission.id, as_of, self.claim()).await? {
            return Ok(());
        }
        let catalogue = self.clone();
        self.engine.spawn(async move {
            if let Err(problem) = catalogue.run(&submission, &*model).await {
                warn!(submission = %submission.id, %problem, "the requests could not all be run");
            }
        });
        Ok(())
    }

    fn claim(&self) -> Timestamp {
        self.ports.clock.now() + CLAIM
    }

    async fn run(&self, submission: &Submission, model: &dyn ChatModel) -> Result<(), CatalogueError> {
        let toolbox = match self.engine.library().get_edited(submission.plugin, &submission.version).await {
            Ok(toolset) => Ok(Toolbox::new([(submission.plugin, submission.version.clone(), toolset)])),
            Err(LibraryError::Store(problem)) => return Err(problem.into()),
            Err(problem) => Err(problem.to_string()),
        };
        let mut evidence = self.unfinished(submission, model);
        let done = evidence.requests.len();
        let sample = &submission.requests;
        let must_call = sample.must_call.iter().map(|text| (text, true));
        let all = must_call.chain(sample.must_not_call.iter().map(|text| (text, false)));
        for (text, must_call) in all.skip(done) {
            if !self.ports.reviews.set_evidence(submission.id, &evidence, self.claim()).await? {
                return Ok(());
            }
            let mut request = RequestEvidence {
                text: text.clone(),
                must_call,
                calls: Vec::new(),
                problem: toolbox.as_ref().err().cloned(),
            };
            if let Ok(toolbox) = &toolbox {
                self.ask(model, toolbox, &mut request).await;
            }
            evidence.requests.push(request);
        }
        self.ports.reviews.set_evidence(submission.id, &evidence, self.ports.clock.now()).await?;
        Ok(())
    }

    /// What an interrupted run with the same model has found out, or nothing yet.
    fn unfinished(&self, submission: &Submission, model: &dyn ChatModel) -> Evidence {
        let (done, total) = submission.progress();
        let known = submission.evidence.as_ref().filter(|known| known.model == model.info().id && done < total);
        let anew = || Evidence { model: model.info().id.clone(), ran_at: self.ports.clock.now(), requests: Vec::new() };
        known.cloned().unwrap_or_else(anew)
    }

    /// Asks one request and notes what the model does.
    async fn ask(&self, model: &dyn ChatModel, toolbox: &Toolbox, request: &mut RequestEvidence) {
        let event =
            TurnEvent::Started { user_message: request.text.clone(), model: model.info().id.clone(), follows: None };
        let id = TurnId::generate(&*self.ports.clock, &*self.ports.entropy);
        let first = RecordedEvent { turn: id, sequence: 1, position: 1, at: self.ports.clock.now(), event };
        let turn = Turn::start(&first).expect("the event is a start");
        let mut events = model.stream(prompt::build(&[], &turn, toolbox, model.info(), self.config.tool_share));
        let mut said = 0;
        while let Some(event) = events.next().await {
            match event {
                Ok(ModelEvent::Call { call }) if request.calls.len() < MOST_CALLS => {
                    request.calls.push(format!("{} {}", call.name, call.arguments));
                }
                Ok(ModelEvent::Text { text }) => {
                    said += text.chars().count();
                    if said > LONGEST_PREAMBLE && request.calls.is_empty() {
                        break;
                    }
                }
                Ok(_) => {}
                Err(problem) => {
                    request.problem = Some(problem.to_string());
                    break;
                }
            }
        }
    }
}
