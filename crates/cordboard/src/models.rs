//! The models of this installation, from the configuration.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cordboard_domain::id::ModelId;
use cordboard_model::chat::ChatModel;
use cordboard_model::openai::{OpenAiConfig, OpenAiModel};
use cordboard_model::registry::ModelRegistry;
use cordboard_net::GuardedClient;

use crate::config::{Config, Server};

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
        key: key(id, server)?,
        context_tokens: server.context_tokens,
        takes_tools: server.tools,
    };
    Ok(OpenAiModel::new(config, Arc::new(client.clone())))
}

/// Keys come from the environment or a file, never from the configuration itself.
#[expect(clippy::disallowed_methods, reason = "the operator names the variable that holds the key")]
fn key(id: &str, server: &Server) -> anyhow::Result<Option<String>> {
    let key = match (&server.key_env, &server.key_file) {
        (Some(name), _) => std::env::var(name)
            .with_context(|| format!("the model `{id}` wants its key in the environment variable {name}"))?,
        (None, Some(path)) => fs::read_to_string(path)
            .with_context(|| format!("the key of the model `{id}` cannot be read from {}", path.display()))?,
        (None, None) => return Ok(None),
    };
    Ok(Some(key.trim().to_owned()))
}
