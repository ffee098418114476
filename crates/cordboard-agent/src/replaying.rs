//! A turn's first question put to a model again, with other descriptions or to another model. Nothing is stored or called.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cordboard_domain::id::{ConversationId, ModelId, PluginId, TurnId};
use cordboard_domain::offer::Offer;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ModelEvent, ModelRequest, ToolCall};
use cordboard_spec::request::validate;
use futures::StreamExt as _;

use crate::engine::{Engine, EngineError, before, turns_from};
use crate::prompt;
use crate::toolbox::Toolbox;

/// The longest that a replay takes.
const PATIENCE: Duration = Duration::from_mins(2);
/// The most that is kept of what the model writes, in bytes.
const MAX_TEXT: usize = 50_000;

/// What is different this time.
#[derive(Debug, Clone)]
pub struct Changes {
    pub model: ModelId,
    /// What plugins say to the model, where that is edited.
    pub descriptions: BTreeMap<PluginId, String>,
    /// What operations say, by plugin and name, where that is edited.
    pub operations: BTreeMap<(PluginId, String), String>,
}

/// What a model made of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    pub request: ModelRequest,
    pub text: String,
    /// Each call with what is wrong with its arguments, if anything is.
    pub calls: Vec<(ToolCall, Option<String>)>,
    /// Why it broke off, if it did.
    pub problem: Option<String>,
}

impl Engine {
    /// Asks the first question of a turn again, as the offer of that time has the plugins.
    pub async fn replay(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        offer: &Offer,
        changes: &Changes,
    ) -> Result<Replay, EngineError> {
        let inner = &self.inner;
        let unknown = || EngineError::UnknownModel(changes.model.clone());
        let model = inner.models.lookup(&changes.model).ok_or_else(unknown)?;
        let events = inner.ports.journal.conversation_events(conversation, 0).await?;
        let turns = turns_from(&events)?;
        let earlier = before(&turns, turn);
        let present = turns.into_iter().find(|each| each.id == turn).ok_or(EngineError::NotAwaiting)?;
        let present = Turn { rounds: Vec::new(), ..present };
        let toolbox = self.edited_toolbox(offer, changes).await?;
        let request = prompt::build(&earlier, &present, &toolbox, model.info(), inner.config.tool_share);
        let mut replay = Replay { request: request.clone(), text: String::new(), calls: Vec::new(), problem: None };
        let listening = async {
            let mut answers = model.stream(request);
            while let Some(event) = answers.next().await {
                take(&mut replay, &toolbox, event);
                if replay.text.len() > MAX_TEXT || replay.problem.is_some() {
                    break;
                }
            }
        };
        if tokio::time::timeout(PATIENCE, listening).await.is_err() {
            replay.problem = Some(format!("The model did not end within {} s.", PATIENCE.as_secs()));
        }
        Ok(replay)
    }

    async fn edited_toolbox(&self, offer: &Offer, changes: &Changes) -> Result<Toolbox, EngineError> {
        let mut plugins = Vec::new();
        for offered in &offer.plugins {
            let mut toolset = self.inner.library.get_edited(offered.plugin, &offered.version).await?.as_ref().clone();
            if let Some(description) = changes.descriptions.get(&offered.plugin) {
                toolset.manifest.description_for_model.clone_from(description);
            }
            for operation in &mut toolset.operations {
                if let Some(edited) = changes.operations.get(&(offered.plugin, operation.name.clone())) {
                    operation.description.clone_from(edited);
                }
            }
            plugins.push((offered.plugin, offered.version.clone(), Arc::new(toolset)));
        }
        Ok(Toolbox::new(plugins))
    }
}

fn take(replay: &mut Replay, toolbox: &Toolbox, event: Result<ModelEvent, cordboard_model::chat::ModelError>) {
    match event {
        Ok(ModelEvent::Text { text }) => replay.text.push_str(&text),
        Ok(ModelEvent::Call { call }) => {
            let problem = problem(toolbox, &call);
            replay.calls.push((call, problem));
        }
        Ok(
            ModelEvent::Progress { .. }
            | ModelEvent::Considered { .. }
            | ModelEvent::Raw { .. }
            | ModelEvent::Usage { .. },
        ) => {}
        Err(problem) => replay.problem = Some(problem.to_string()),
    }
}

/// What is wrong with a call; calls of the host's own tools are not looked at.
fn problem(toolbox: &Toolbox, call: &ToolCall) -> Option<String> {
    let tool = toolbox.lookup(&call.name)?;
    validate::arguments(tool.operation, &call.arguments).err().map(|problem| problem.to_string())
}
