//! One round: the model is asked, and what it says is recorded as it says it.

use cordboard_domain::event::{TurnEvent, TurnOutcome};
use cordboard_domain::id::{CallId, ConversationId};
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ModelError, ModelEvent};
use futures::StreamExt;

use crate::engine::{EngineError, Inner};
use crate::prompt;
use crate::selection::Budget;

/// The most events that are stored in one go.
const BATCH: usize = 256;

/// The most that a model may write in one round, in bytes.
const MAX_ROUND: usize = 200_000;

fn length(event: &TurnEvent) -> usize {
    match event {
        TurnEvent::Text { text } => text.len(),
        TurnEvent::CallProposed { arguments, .. } => arguments.len(),
        _ => 0,
    }
}

impl Inner {
    /// Asks the model once. A model that fails ends the turn with a message; it is no error of the engine.
    pub(crate) async fn ask_model(&self, conversation: ConversationId, turn: &mut Turn) -> Result<(), EngineError> {
        let Some(model) = self.models.lookup(&turn.model) else {
            let problem = format!("The model `{}` is not configured here. Choose another one.", turn.model);
            return self.fail_round(conversation, turn, problem).await;
        };
        let earlier = self.earlier(conversation, turn).await?;
        let toolbox = self.toolbox(conversation).await?;
        let offer = Budget::of(&toolbox, model.info(), self.config.tool_share).offer(&toolbox);
        let request = prompt::build(&earlier, turn, &toolbox, model.info(), self.config.tool_share);
        let input = serde_json::to_string(&request).expect("a model request has only string keys");
        let round = u32::try_from(turn.rounds.len()).unwrap_or(u32::MAX).saturating_add(1);
        self.record(conversation, turn, vec![TurnEvent::ModelAsked { round, input, offer: Some(offer) }]).await?;

        let mut answers = model.stream(request).ready_chunks(BATCH);
        let mut written = 0;
        while let Some(batch) = answers.next().await {
            let (events, failure) = self.turn_events(batch);
            written += events.iter().map(length).sum::<usize>();
            if written > MAX_ROUND {
                let problem = format!("The model wrote more than {MAX_ROUND} characters and was stopped.");
                return self.fail_round(conversation, turn, problem).await;
            }
            if !events.is_empty() {
                self.record(conversation, turn, events).await?;
            }
            if let Some(failure) = failure {
                return self.fail_round(conversation, turn, sentence(&failure)).await;
            }
        }
        self.record(conversation, turn, vec![TurnEvent::ModelAnswered]).await
    }

    async fn fail_round(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        message: String,
    ) -> Result<(), EngineError> {
        self.close(conversation, turn, TurnOutcome::Failed { message }).await
    }

    /// Translates what came from the model, joining neighbouring pieces of text.
    fn turn_events(&self, batch: Vec<Result<ModelEvent, ModelError>>) -> (Vec<TurnEvent>, Option<ModelError>) {
        let mut events = Vec::new();
        for item in batch {
            match item {
                Ok(ModelEvent::Progress { label }) => events.push(TurnEvent::Progress { label }),
                Ok(ModelEvent::Considered { consideration }) => {
                    events.push(TurnEvent::ModelConsidered { consideration });
                }
                Ok(ModelEvent::Text { text }) => match events.last_mut() {
                    Some(TurnEvent::Text { text: before }) => before.push_str(&text),
                    _ => events.push(TurnEvent::Text { text }),
                },
                Ok(ModelEvent::Call { call }) => events.push(TurnEvent::CallProposed {
                    call: CallId::generate(&*self.ports.clock, &*self.ports.entropy),
                    model_call_id: call.id,
                    tool: call.name,
                    arguments: call.arguments,
                }),
                Ok(ModelEvent::Raw { text }) => events.push(TurnEvent::ModelWrote { text }),
                Ok(ModelEvent::Usage { .. }) => {}
                Err(failure) => return (events, Some(failure)),
            }
        }
        (events, None)
    }
}

/// The model's problem as a sentence that begins with a capital letter.
fn sentence(error: &ModelError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let text = format!("{first}{}", letters.as_str());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
