//! A model that says what it was told, for the tests of other crates.
//!
//! It has no clock: where a test must stop a turn in the middle, a script holds until the test lets it go on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_domain::id::ModelId;
use futures::channel::oneshot;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};

use crate::chat::{ChatModel, ModelError, ModelEvent, ModelInfo, ModelRequest, ToolCall, ToolForm};

/// Answers the first request with the first round, the second with the second, and so on.
pub struct ScriptedModel {
    info: ModelInfo,
    rounds: Mutex<VecDeque<Vec<ScriptStep>>>,
    requests: Mutex<Vec<ModelRequest>>,
}

/// One thing that a scripted model does.
pub enum ScriptStep {
    Event(ModelEvent),
    /// The stream ends with it.
    Error(ModelError),
    /// Goes on when the test says so; made by [`hold`].
    Hold(Hold),
}

/// The model's end of a hold.
pub struct Hold {
    reached: oneshot::Sender<()>,
    release: oneshot::Receiver<()>,
}

/// The test's end of a hold. Dropping it lets the model go on.
pub struct Release {
    reached: Option<oneshot::Receiver<()>>,
    release: oneshot::Sender<()>,
}

/// A step at which the model waits, and the handle to let it go on.
pub fn hold() -> (ScriptStep, Release) {
    let (reached, is_reached) = oneshot::channel();
    let (release, is_released) = oneshot::channel();
    let step = ScriptStep::Hold(Hold { reached, release: is_released });
    (step, Release { reached: Some(is_reached), release })
}

impl ScriptStep {
    /// A piece of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Event(ModelEvent::Text { text: text.into() })
    }

    /// A call; `arguments` is JSON.
    pub fn call(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        let call = ToolCall { id: id.into(), name: name.into(), arguments: arguments.into() };
        Self::Event(ModelEvent::Call { call })
    }
}

impl From<ModelEvent> for ScriptStep {
    fn from(event: ModelEvent) -> Self {
        Self::Event(event)
    }
}

impl From<ModelError> for ScriptStep {
    fn from(error: ModelError) -> Self {
        Self::Error(error)
    }
}

impl Release {
    /// Waits until the model stands at the hold. False if its stream was dropped before.
    pub async fn reached(&mut self) -> bool {
        match self.reached.take() {
            Some(reached) => reached.await.is_ok(),
            None => true,
        }
    }

    /// Lets the model go on. False if nobody listens to it any more.
    pub fn release(self) -> bool {
        self.release.send(()).is_ok()
    }

    /// Waits until the model's stream is dropped, as when a turn is stopped.
    pub async fn dropped(mut self) {
        self.release.cancellation().await;
    }
}

impl ScriptedModel {
    /// A model named `scripted`; a request without a round fails.
    pub fn new(rounds: Vec<Vec<ScriptStep>>) -> Self {
        let info = ModelInfo {
            id: ModelId("scripted".to_owned()),
            name: "Scripted".to_owned(),
            context_tokens: 8192,
            tool_form: ToolForm::Text,
        };
        Self { info, rounds: Mutex::new(rounds.into()), requests: Mutex::default() }
    }

    /// The same script under another name or with another window.
    #[must_use]
    pub fn with_info(self, info: ModelInfo) -> Self {
        Self { info, ..self }
    }

    /// Every request so far, oldest first.
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many rounds nobody has asked for.
    pub fn rounds_left(&self) -> usize {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn next_round(&self, request: ModelRequest) -> Vec<ScriptStep> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
        let round = self.rounds.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        round.unwrap_or_else(|| {
            let problem = format!("the script has no round for request {}", requests.len());
            vec![ModelError::Failed(problem).into()]
        })
    }
}

impl ChatModel for ScriptedModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let steps = self.next_round(request).into_iter();
        stream::unfold(Some(steps), |steps| async {
            let mut steps = steps?;
            loop {
                match steps.next()? {
                    ScriptStep::Event(event) => return Some((Ok(event), Some(steps))),
                    ScriptStep::Error(error) => return Some((Err(error), None)),
                    ScriptStep::Hold(hold) => hold.wait().await,
                }
            }
        })
        .boxed()
    }
}

impl Hold {
    async fn wait(self) {
        // A test that does not wait, or that let go by dropping its end, is no failure.
        let _ = self.reached.send(());
        let _ = self.release.await;
    }
}

/// A shared scripted model, ready for a registry.
pub fn scripted(rounds: Vec<Vec<ScriptStep>>) -> Arc<ScriptedModel> {
    Arc::new(ScriptedModel::new(rounds))
}
