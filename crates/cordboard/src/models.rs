//! The models of this installation, from the configuration.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cordboard_domain::id::ModelId;
use cordboard_model::chat::ChatModel;
use cordboard_model::openai::{OpenAiConfig, OpenAiModel};
use cordboard_model::registry::ModelRegistry;
use cordboard_net::GuardedClient;

use crate::config::{Config, Server, secret};

/// Configured servers first, the built-in model last.
pub(crate) fn registry(config: &Config, data_dir: &Path, client: &GuardedClient) -> anyhow::Result<ModelRegistry> {
    let mut models: Vec<Arc<dyn ChatModel>> = Vec::new();
    for (id, server) in &config.models {
        models.push(Arc::new(server_model(id, server, client)?));
    }
    #[cfg(feature = "embedded")]
    models.push(crate::embedded::Embedded::prepare(&config.embedded, data_dir, client));
    #[cfg(not(feature = "embedded"))]
    let _ = data_dir;
    Ok(ModelRegistry::new(models))
}

/// The model that a person named, or the first one.
pub(crate) fn choose(models: &ModelRegistry, named: Option<&str>) -> anyhow::Result<Arc<dyn ChatModel>> {
    let id = match named {
        Some(id) => ModelId(id.to_owned()),
        None => models.default_id().context("no chat model is configured; add one to cordboard.toml")?.clone(),
    };
    models.lookup(&id).with_context(|| {
        let known: Vec<&str> = models.list().map(|info| info.id.0.as_str()).collect();
        format!("there is no model `{id}`; there are: {}", known.join(", "))
    })
}

fn server_model(id: &str, server: &Server, client: &GuardedClient) -> anyhow::Result<OpenAiModel> {
    let config = OpenAiConfig {
        id: ModelId(id.to_owned()),
        name: server.name.clone().unwrap_or_else(|| server.model.clone()),
        base_url: server.base_url.to_string(),
        model: server.model.clone(),
        key: secret(&format!("the key of the model `{id}`"), server.key_env.as_deref(), server.key_file.as_deref())?,
        context_tokens: server.context_tokens,
        takes_tools: server.tools,
    };
    Ok(OpenAiModel::new(config, Arc::new(client.clone())))
}
