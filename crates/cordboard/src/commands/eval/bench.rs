//! The model under evaluation and how it is asked.

use std::sync::Arc;

use anyhow::Context as _;
use cordboard_agent::engine::EngineConfig;
use cordboard_agent::prompt;
use cordboard_agent::toolbox::Toolbox;
use cordboard_domain::event::{RecordedEvent, TurnEvent};
use cordboard_domain::id::{PluginId, TurnId};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::time::Clock as _;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::{ChatModel, ModelRequest, ToolForm};
use cordboard_spec::toolset::Toolset;
use url::Url;

use super::answer::{Answer, Extent, ask};
use crate::assembly::Assembly;
use crate::cli::EvalCommon;
use crate::config::Config;
use crate::models;
use crate::system::{SystemClock, SystemEntropy};

/// A model with the settings of this installation.
pub(super) struct Bench {
    pub(super) model: Arc<dyn ChatModel>,
    /// How many percent of the model's window plugins may take.
    pub(super) tool_share: u32,
}

impl Bench {
    /// The model that was chosen, and the parts around it. `named` are private origins that plugins may have.
    pub(super) async fn open(arguments: &EvalCommon, named: &[Url]) -> anyhow::Result<(Self, Assembly)> {
        let config = Config::load(&arguments.common)?;
        let assembly = Assembly::passing(&config, named).await?;
        let model = models::choose(assembly.engine.models(), arguments.model.as_deref())?;
        let tool_share = config.tool_share.unwrap_or(EngineConfig::default().tool_share).clamp(1, 90);
        let bench = Self { model, tool_share };
        bench.warm().await?;
        Ok((bench, assembly))
    }

    /// Waits until a model inside the program is loaded, which should not count for the first request.
    async fn warm(&self) -> anyhow::Result<()> {
        if self.model.info().tool_form == ToolForm::Own {
            self.ask_first(&Toolbox::default(), "Hello").await?;
        }
        Ok(())
    }

    /// Puts the first message of a conversation.
    pub(super) async fn ask_first(&self, toolbox: &Toolbox, text: &str) -> anyhow::Result<Answer> {
        let request = self.request(&[], &self.turn(text)?, toolbox);
        let asked = ask(&*self.model, toolbox, request, Extent::Calls).await;
        asked.with_context(|| format!("`{text}` could not be put to {}", self.model.info().name))
    }

    pub(super) fn request(&self, earlier: &[Turn], present: &Turn, toolbox: &Toolbox) -> ModelRequest {
        prompt::build(earlier, present, toolbox, self.model.info(), self.tool_share)
    }

    /// A turn that begins with a message.
    pub(super) fn turn(&self, text: &str) -> anyhow::Result<Turn> {
        let model = self.model.info().id.clone();
        let event = TurnEvent::Started { user_message: text.to_owned(), model, follows: None };
        let turn = TurnId::generate(&SystemClock, &SystemEntropy);
        Ok(Turn::start(&RecordedEvent { turn, sequence: 1, position: 1, at: SystemClock.now(), event })?)
    }
}

/// A toolbox of plugins that are active in a conversation.
pub(super) fn toolbox(plugins: impl IntoIterator<Item = Arc<Toolset>>) -> Toolbox {
    Toolbox::new(plugins.into_iter().map(|toolset| {
        let id = PluginId::generate(&SystemClock, &SystemEntropy);
        (id, VersionDigest::from_stored(toolset.namespace()), toolset)
    }))
}
