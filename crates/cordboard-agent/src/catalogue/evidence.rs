//! Runs a submission's requests against a model: would it call the plugin? Nothing is sent.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{SubmissionId, TurnId};
use cordboard_domain::review::{Evidence, RequestEvidence, Submission};
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ChatModel, ModelEvent};
use futures::StreamExt as _;
use tracing::warn;

use super::{Catalogue, CatalogueError};
use crate::prompt;
use crate::toolbox::Toolbox;

/// The most calls that are noted of one request.
const MOST_CALLS: usize = 5;
/// Models may say what they are about to do; after this many characters of an answer, no call is waited for.
const LONGEST_PREAMBLE: usize = 600;

/// The submissions whose requests are being run here.
#[derive(Clone, Default)]
pub(super) struct Runs(Arc<Mutex<HashSet<SubmissionId>>>);

impl Runs {
    fn set(&self) -> std::sync::MutexGuard<'_, HashSet<SubmissionId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Catalogue {
    /// Asks the default model each request with the plugin switched on alone, and keeps what it did, request by request.
    /// Happens in the background; a second start of what runs already does nothing.
    pub fn start_evidence(&self, submission: Submission) -> Result<(), CatalogueError> {
        let model = self.models.default_id().and_then(|id| self.models.lookup(id)).ok_or(CatalogueError::NoModel)?;
        if !self.evidence.set().insert(submission.id) {
            return Ok(());
        }
        let (catalogue, id) = (self.clone(), submission.id);
        self.engine.spawn(async move {
            if let Err(problem) = catalogue.run(&submission, &*model).await {
                warn!(submission = %id, %problem, "the requests could not all be run");
            }
            catalogue.evidence.set().remove(&id);
        });
        Ok(())
    }

    /// Whether this server runs the submission's requests now.
    pub fn is_gathering(&self, submission: SubmissionId) -> bool {
        self.evidence.set().contains(&submission)
    }

    async fn run(&self, submission: &Submission, model: &dyn ChatModel) -> Result<(), CatalogueError> {
        let toolset = self.engine.library().get(&submission.version).await?;
        let toolbox = Toolbox::new([(submission.plugin, submission.version.clone(), toolset)]);
        let (id, ran_at) = (model.info().id.clone(), self.ports.clock.now());
        let mut evidence = Evidence { model: id, ran_at, requests: Vec::new() };
        self.ports.reviews.set_evidence(submission.id, &evidence).await?;
        let sample = &submission.requests;
        let must_call = sample.must_call.iter().map(|text| (text, true));
        for (text, must_call) in must_call.chain(sample.must_not_call.iter().map(|text| (text, false))) {
            evidence.requests.push(self.ask(model, &toolbox, text, must_call).await);
            self.ports.reviews.set_evidence(submission.id, &evidence).await?;
        }
        Ok(())
    }

    async fn ask(&self, model: &dyn ChatModel, toolbox: &Toolbox, text: &str, must_call: bool) -> RequestEvidence {
        let mut evidence = RequestEvidence { text: text.to_owned(), must_call, calls: Vec::new(), problem: None };
        let event = TurnEvent::Started { user_message: text.to_owned(), model: model.info().id.clone() };
        let id = TurnId::generate(&*self.ports.clock, &*self.ports.entropy);
        let first = RecordedEvent { turn: id, sequence: 1, position: 1, at: self.ports.clock.now(), event };
        let turn = Turn::start(&first).expect("the event is a start");
        let request = prompt::build(&[], &turn, toolbox, model.info(), self.config.tool_share);
        let mut events = model.stream(request);
        let mut said = 0;
        while let Some(event) = events.next().await {
            match event {
                Ok(ModelEvent::Call { call }) if evidence.calls.len() < MOST_CALLS => {
                    evidence.calls.push(format!("{} {}", call.name, call.arguments));
                }
                Ok(ModelEvent::Text { text }) => {
                    said += text.chars().count();
                    if said > LONGEST_PREAMBLE && evidence.calls.is_empty() {
                        break;
                    }
                }
                Ok(_) => {}
                Err(problem) => {
                    evidence.problem = Some(problem.to_string());
                    break;
                }
            }
        }
        evidence
    }
}
