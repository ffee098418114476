//! Runs a submission's requests against a model: would it call the plugin? Nothing is sent.

use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{SubmissionId, TurnId};
use cordboard_domain::plugin::Plugin;
use cordboard_domain::review::{Evidence, RequestEvidence, Submission};
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ChatModel, ModelEvent};
use futures::StreamExt as _;

use super::{Catalogue, CatalogueError};
use crate::prompt;
use crate::toolbox::Toolbox;

/// The most calls that are noted of one request.
const MOST_CALLS: usize = 5;

impl Catalogue {
    /// Asks the default model each request with the plugin switched on alone, and keeps what it did.
    pub async fn gather_evidence(&self, submission: SubmissionId) -> Result<Evidence, CatalogueError> {
        let submission = self.ports.reviews.get_submission(submission).await?;
        let plugin = self.ports.shelf.get_plugin(submission.plugin).await?;
        let evidence = self.run(&submission, &plugin).await?;
        self.ports.reviews.set_evidence(submission.id, &evidence).await?;
        Ok(evidence)
    }

    async fn run(&self, submission: &Submission, plugin: &Plugin) -> Result<Evidence, CatalogueError> {
        let model = self.models.default_id().and_then(|id| self.models.lookup(id)).ok_or(CatalogueError::NoModel)?;
        let toolset = self.engine.library().get(&submission.version).await?;
        let toolbox = Toolbox::new([(plugin.id, submission.version.clone(), toolset)]);
        let sample = &submission.requests;
        let must_call = sample.must_call.iter().map(|text| (text, true));
        let mut requests = Vec::new();
        for (text, must_call) in must_call.chain(sample.must_not_call.iter().map(|text| (text, false))) {
            requests.push(self.ask(&*model, &toolbox, text, must_call).await);
        }
        Ok(Evidence { model: model.info().id.clone(), ran_at: self.ports.clock.now(), requests })
    }

    async fn ask(&self, model: &dyn ChatModel, toolbox: &Toolbox, text: &str, must_call: bool) -> RequestEvidence {
        let mut evidence = RequestEvidence { text: text.to_owned(), must_call, calls: Vec::new(), problem: None };
        let event = TurnEvent::Started { user_message: text.to_owned(), model: model.info().id.clone() };
        let id = TurnId::generate(&*self.ports.clock, &*self.ports.entropy);
        let first = RecordedEvent { turn: id, sequence: 1, position: 1, at: self.ports.clock.now(), event };
        let turn = Turn::start(&first).expect("the event is a start");
        let request = prompt::build(&[], &turn, toolbox, model.info(), self.config.tool_share);
        let mut events = model.stream(request);
        while let Some(event) = events.next().await {
            match event {
                Ok(ModelEvent::Call { call }) if evidence.calls.len() < MOST_CALLS => {
                    evidence.calls.push(format!("{} {}", call.name, call.arguments));
                }
                // An answer in words has begun, so no call will come.
                Ok(ModelEvent::Text { .. }) if evidence.calls.is_empty() => break,
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
