//! The built-in model behind the trait that all chat models share.
//!
//! One request is one of three jobs: answer from results, place a call, or talk.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use cordboard_domain::id::ModelId;
use cordboard_model::chat::{
    ChatModel, Message, ModelError, ModelEvent, ModelInfo, ModelRequest, ToolCall, ToolDefinition, ToolForm,
};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::stream::{self, BoxStream, StreamExt};
use serde_json::Value;

use crate::answer::{CallResult, answer};
use crate::chat;
use crate::engine::llama::Llama;
use crate::engine::load::ModelFile;
use crate::engine::score::Engine;
use crate::engine::stop::Stop;
use crate::engine::vocabulary::Vocabulary;
use crate::engine::{LoadError, RunError};
use crate::plan::{Plan, Planner};

type Events = UnboundedSender<Result<ModelEvent, ModelError>>;

/// SmolLM2-135M inside this program.
#[derive(Clone)]
pub struct EmbeddedModel(Arc<Parts>);

struct Parts {
    info: ModelInfo,
    engine: Engine,
    planner: Planner,
    /// Held by whoever computes. One request at a time: two would only take turns on the same cores, and a worker that
    /// waits in one request could pick up the other and lock what the first one holds.
    at_work: Mutex<()>,
}

impl EmbeddedModel {
    /// Reads the model's file (about 100 MB; 540 MB in memory), to compute with as many threads as the machine has
    /// cores. Blocks for about a second.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        Self::load_with_threads(path, None)
    }

    /// As [`EmbeddedModel::load`], with a number of threads.
    pub fn load_with_threads(path: &Path, threads: Option<usize>) -> Result<Self, LoadError> {
        let pool = rayon::ThreadPoolBuilder::new().thread_name(|index| format!("embedded-model-{index}"));
        let threads = pool.num_threads(threads.unwrap_or(0)).build()?;
        let file = ModelFile::open(path)?;
        let (vocabulary, llama) = threads.join(|| Vocabulary::read(&file), || Llama::read_from(&file));
        let engine = Engine { llama: llama?, vocabulary: vocabulary?, threads };
        let info = ModelInfo {
            id: ModelId("embedded".to_owned()),
            name: "Built-in (SmolLM2 135M)".to_owned(),
            context_tokens: u32::try_from(engine.llama.longest_text()).unwrap_or(u32::MAX),
            tool_form: ToolForm::Own,
        };
        Ok(Self(Arc::new(Parts { info, engine, planner: Planner::new(), at_work: Mutex::default() })))
    }

    /// Reads what every request needs, so that the first one is not slower; takes about a second. Blocks.
    pub fn warm(&self) -> Result<(), ModelError> {
        let Parts { engine, planner, at_work, .. } = &*self.0;
        let _alone = at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let never = || false;
        engine.run(|| planner.warm(engine, &Stop::when(&never))).map_err(|error| failure(&error))
    }

    /// Also reads the descriptions of these operations, as long as they are few. Blocks.
    pub fn warm_tools(&self, tools: &[ToolDefinition]) -> Result<(), ModelError> {
        let Parts { engine, planner, at_work, .. } = &*self.0;
        let _alone = at_work.lock().unwrap_or_else(PoisonError::into_inner);
        let never = || false;
        engine.run(|| planner.warm_tools(engine, tools, &Stop::when(&never))).map_err(|error| failure(&error))
    }
}

impl ChatModel for EmbeddedModel {
    fn info(&self) -> &ModelInfo {
        &self.0.info
    }

    fn stream(&self, mut request: ModelRequest) -> BoxStream<'static, Result<ModelEvent, ModelError>> {
        // Tools of the host are for models that plan on their own.
        request.tools.retain(|tool| !tool.plugin.is_empty());
        let (events, heard) = unbounded();
        let parts = Arc::clone(&self.0);
        let failed = events.clone();
        // A thread of its own: the work is long and never waits, and needs no runtime.
        let started =
            thread::Builder::new().name("embedded-model".to_owned()).spawn(move || parts.run(&request, &events));
        match started {
            Ok(_) => heard.boxed(),
            Err(error) => {
                drop(failed);
                let error = ModelError::Failed(format!("no thread could be started: {error}"));
                stream::once(async { Err(error) }).boxed()
            }
        }
    }
}

impl Parts {
    fn run(&self, request: &ModelRequest, events: &Events) {
        let results = results(request);
        if !results.is_empty() {
            // Needs no network, so it waits for nobody.
            say(events, answer(&results));
            return;
        }
        let stopped = || events.is_closed();
        let _alone = self.wait_in_line(events);
        let outcome = self.engine.run(|| self.turn(request, events, &Stop::when(&stopped)));
        match outcome {
            Ok(()) | Err(RunError::Stopped) => {}
            Err(error @ (RunError::Compute(_) | RunError::Tokens(_))) => {
                // Nobody may listen any more; then there is nobody to tell.
                drop(events.unbounded_send(Err(failure(&error))));
            }
        }
    }

    fn wait_in_line(&self, events: &Events) -> MutexGuard<'_, ()> {
        match self.at_work.try_lock() {
            Ok(alone) => alone,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                send(events, ModelEvent::Progress { label: "Waiting for another request to finish".to_owned() });
                self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
            }
        }
    }

    fn turn(&self, request: &ModelRequest, events: &Events, stop: &Stop<'_>) -> Result<(), RunError> {
        let Some(Message::User { text }) = request.messages.last() else {
            return self.talk(request, events, stop);
        };
        if request.tools.is_empty() || text.trim().is_empty() {
            return self.talk(request, events, stop);
        }
        send(events, ModelEvent::Progress { label: "Reading the request".to_owned() });
        let progress = |label| send(events, ModelEvent::Progress { label });
        match self.planner.plan(&self.engine, text, &request.tools, stop, &progress)? {
            Plan::Call { tool, arguments } => {
                let call = ToolCall {
                    id: call_id(request),
                    name: request.tools[tool].name.clone(),
                    arguments: Value::Object(arguments).to_string(),
                };
                send(events, ModelEvent::Call { call });
                Ok(())
            }
            Plan::Incomplete { tool, missing } => {
                say(events, ask_for(&request.tools[tool], &missing));
                Ok(())
            }
            Plan::Nothing => self.talk(request, events, stop),
        }
    }

    fn talk(&self, request: &ModelRequest, events: &Events, stop: &Stop<'_>) -> Result<(), RunError> {
        let first = !request.messages.iter().any(|message| matches!(message, Message::Assistant { .. }));
        if first {
            say(events, format!("{}\n\n", chat::INTRODUCTION));
        }
        send(events, ModelEvent::Progress { label: "Writing".to_owned() });
        let mut hear = |text| say(events, text);
        let (read, written) =
            chat::answer(&self.engine, &request.messages, !request.tools.is_empty(), stop, &mut hear)?;
        let count = |tokens| u64::try_from(tokens).unwrap_or(u64::MAX);
        send(events, ModelEvent::Usage { input_tokens: count(read), output_tokens: count(written) });
        Ok(())
    }
}

/// The results at the end of the conversation.
fn results(request: &ModelRequest) -> Vec<CallResult<'_>> {
    let mut results = request
        .messages
        .iter()
        .rev()
        .map_while(|message| match message {
            Message::Tool { tool, content, outcome, .. } => Some(CallResult {
                tool: request.tools.iter().find(|known| known.name == *tool),
                name: tool,
                content,
                outcome: *outcome,
            }),
            Message::User { .. } | Message::Assistant { .. } => None,
        })
        .collect::<Vec<_>>();
    results.reverse();
    results
}

fn ask_for(tool: &ToolDefinition, missing: &[String]) -> String {
    let names = missing.iter().map(|name| format!("**{name}**")).collect::<Vec<_>>();
    let list = match names.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.join(""),
    };
    format!("For `{}` of {} I also need the {list}. Please say it all in one message.", tool.operation, tool.plugin)
}

/// Unique within the conversation: the model places one call per answer.
fn call_id(request: &ModelRequest) -> String {
    format!("call_{}", request.messages.len())
}

fn say(events: &Events, text: String) {
    send(events, ModelEvent::Text { text });
}

fn send(events: &Events, event: ModelEvent) {
    // Fails when nobody listens any more, which the next check of `Stop` notices.
    drop(events.unbounded_send(Ok(event)));
}

fn failure(error: &RunError) -> ModelError {
    ModelError::Failed(error.to_string())
}
