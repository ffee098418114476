//! The built-in model, made ready in the background: fetched, checked and loaded while the server already answers.

use std::path::Path;
use std::sync::Arc;

use async_stream::stream;
use cordboard_domain::id::ModelId;
use cordboard_embedded::EmbeddedModel;
use cordboard_model::chat::{ChatModel, ModelError, ModelEvent, ModelInfo, ModelRequest, ToolDefinition, ToolForm};
use cordboard_net::GuardedClient;
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::watch;

use crate::config;
use crate::model_file;

const CONTEXT_TOKENS: u32 = 8192;

/// Where the model stands.
#[derive(Clone)]
enum State {
    Preparing,
    Ready(Arc<EmbeddedModel>),
    /// Says what went wrong and what to do.
    Failed(String),
}

/// The built-in model, whether or not it is ready yet.
pub(crate) struct Embedded {
    info: ModelInfo,
    state: watch::Receiver<State>,
}

impl Embedded {
    /// Begins to make the model ready.
    pub(crate) fn prepare(config: &config::Embedded, data_dir: &Path, client: &GuardedClient) -> Arc<Self> {
        let (sender, state) = watch::channel(State::Preparing);
        let source = model_file::Source::new(config, data_dir, client.clone());
        #[expect(clippy::disallowed_methods, reason = "ends by itself, and the process may end before it")]
        tokio::spawn(async move {
            let ready = match load(source).await {
                Ok(model) => State::Ready(model),
                Err(error) => State::Failed(format!("{error:#}")),
            };
            // Without a receiver the process is about to end.
            let _ = sender.send(ready);
        });
        let name = "Built-in (SmolLM2 135M)".to_owned();
        let info = ModelInfo {
            id: ModelId("embedded".to_owned()),
            name,
            context_tokens: CONTEXT_TOKENS,
            tool_form: ToolForm::Own,
        };
        Arc::new(Self { info, state })
    }
}

async fn load(source: model_file::Source) -> anyhow::Result<Arc<EmbeddedModel>> {
    let path = source.obtain().await?;
    let model = tokio::task::spawn_blocking(move || EmbeddedModel::load(&path)).await??;
    let model = Arc::new(model);
    let warming = model.clone();
    // Questions may come meanwhile; they are only slower.
    tokio::task::spawn_blocking(move || warming.warm());
    Ok(model)
}

impl ChatModel for Embedded {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn prepare(&self, tools: Vec<ToolDefinition>) {
        let ready = self.state.borrow().clone();
        if let State::Ready(model) = ready {
            tokio::task::spawn_blocking(move || model.warm_tools(&tools));
        }
    }

    fn stream(&self, request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        let mut state = self.state.clone();
        stream! {
            if matches!(*state.borrow(), State::Preparing) {
                yield Ok(ModelEvent::Progress { label: "Getting the built-in model ready".to_owned() });
            }
            let ready = state.wait_for(|state| !matches!(state, State::Preparing)).await.map(|state| state.clone());
            match ready {
                Ok(State::Ready(model)) => {
                    let mut events = model.stream(request);
                    while let Some(event) = events.next().await {
                        yield event;
                    }
                }
                Ok(State::Failed(problem)) => yield Err(ModelError::Unavailable(problem)),
                Ok(State::Preparing) | Err(_) => {
                    yield Err(ModelError::Failed("it was given up while it was made ready".to_owned()));
                }
            }
        }
        .boxed()
    }
}
