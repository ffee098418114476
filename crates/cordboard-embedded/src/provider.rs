//! The built-in model behind the trait that all chat models share.
//!
//! One request is one of three jobs: answer from results, place a call, or talk.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;

use cordboard_domain::id::ModelId;
use cordboard_model::chat::{
    ChatModel, Message, ModelError, ModelEvent, ModelInfo, ModelRequest, PluginProfile, ToolCall, ToolDefinition,
    ToolForm,
};
use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::stream::{self, BoxStream, StreamExt};
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::answer::{CallResult, answer};
use crate::chat;
use crate::dialogue::lookup::ID_PREFIX;
use crate::dialogue::social::social;
use crate::dialogue::{PastCall, exchanges, question};
use crate::engine::llama::Llama;
use crate::engine::load::ModelFile;
use crate::engine::score::Engine;
use crate::engine::stop::Stop;
use crate::engine::vocabulary::Vocabulary;
use crate::engine::{LoadError, RunError};
use crate::explain;
use crate::plan::{Plan, Planner, Situation};
use crate::reading::Reading;
use crate::route::channel::Described;
use crate::sums;
use crate::weights::weights;

type Events = UnboundedSender<Result<ModelEvent, ModelError>>;

/// SmolLM2-135M inside this program.
#[derive(Clone)]
pub struct EmbeddedModel(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    info: ModelInfo,
    pub(crate) engine: Engine,
    pub(crate) planner: Planner,
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
        if !results.is_empty() && lookup_target(request).is_none() {
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
        let progress = |label| send(events, ModelEvent::Progress { label });
        let situation = Situation {
            engine: &self.engine,
            tools: request.tools.iter().map(|tool| Described { tool, about: about(request, tool) }).collect(),
            exchanges: exchanges(&request.messages),
            today: today(request),
            stop,
            progress: &progress,
        };
        let Some(present) = situation.exchanges.last().filter(|present| !present.user.trim().is_empty()) else {
            return self.talk(request, events, stop);
        };
        progress("Reading the request".to_owned());
        let reading = Reading::of(present.user);
        if request.tools.is_empty() {
            return self.without_plugins(request, &reading, events, stop);
        }
        let planned = match (lookup_target(request), present.calls.last()) {
            (Some(target), Some(PastCall { result: Some(result), .. })) => {
                self.planner.resume(&situation, target, result)?
            }
            (Some(_), _) => {
                // The lookup failed, so its result is all there is to say.
                say(events, answer(&results(request)));
                return Ok(());
            }
            (None, _) => self.planner.plan(&situation)?,
        };
        if let Some(consideration) = planned.consideration {
            send(events, ModelEvent::Considered { consideration });
        }
        self.carry_out(request, &reading, planned.plan, events, stop)
    }

    fn carry_out(
        &self,
        request: &ModelRequest,
        reading: &Reading,
        plan: Plan,
        events: &Events,
        stop: &Stop<'_>,
    ) -> Result<(), RunError> {
        let tool = |index: usize| &request.tools[index];
        match plan {
            Plan::Call { tool: index, arguments } => place(events, call_id(request), tool(index), arguments),
            Plan::Lookup { tool: index, arguments, target } => {
                let id = format!("{ID_PREFIX}{}_{}", request.messages.len(), tool(target).name);
                place(events, id, tool(index), arguments);
            }
            Plan::Incomplete { tool: index, missing } => say(events, question::ask(tool(index), &missing)),
            Plan::Unclear { tool: index, found } => say(events, explain::unclear(tool(index), &found)),
            Plan::Nothing { nearest } => {
                let nearest = nearest.into_iter().map(tool).collect::<Vec<_>>();
                let text = match self.beside_plugins(request, reading, &nearest, stop)? {
                    Some(text) => text,
                    None => explain::nothing_fits(reading, &nearest),
                };
                say(events, text);
            }
        }
        Ok(())
    }

    /// What can be said without any plugin and without the network's own words: company, sums, a plugin to switch on.
    fn beside_plugins(
        &self,
        request: &ModelRequest,
        reading: &Reading,
        nearest: &[&ToolDefinition],
        stop: &Stop<'_>,
    ) -> Result<Option<String>, RunError> {
        if let Some(social) = social(reading) {
            return Ok(Some(explain::to_company(social, nearest)));
        }
        if let Some(sum) = sums::sum(&reading.text) {
            return Ok(Some(explain::to_sum(&sum)));
        }
        let idle = self.fitting_idle(request, reading, stop)?;
        Ok(idle.map(|plugin| explain::switched_off(reading, &plugin)))
    }

    /// The plugin that is installed, not switched on, and fits.
    fn fitting_idle(
        &self,
        request: &ModelRequest,
        reading: &Reading,
        stop: &Stop<'_>,
    ) -> Result<Option<String>, RunError> {
        let idle = request.setting.iter().flat_map(|setting| &setting.plugins).filter(|plugin| !plugin.is_active);
        let tools = idle.map(|plugin| (as_tool(plugin), plugin.about.as_str())).collect::<Vec<_>>();
        if tools.is_empty() {
            return Ok(None);
        }
        let described = tools.iter().map(|(tool, about)| Described { tool, about }).collect::<Vec<_>>();
        let weighed = self.planner.weigh(&self.engine, reading, &described, stop)?;
        let best = weighed.choice.ranked.first().filter(|_| weighed.choice.any >= weights().threshold);
        Ok(best.map(|best| tools[weighed.indices[best.index]].0.plugin.clone()))
    }

    /// With no plugin on, the network talks, and says each time that these are its own words.
    fn without_plugins(
        &self,
        request: &ModelRequest,
        reading: &Reading,
        events: &Events,
        stop: &Stop<'_>,
    ) -> Result<(), RunError> {
        match self.beside_plugins(request, reading, &[], stop)? {
            Some(text) => {
                say(events, text);
                Ok(())
            }
            None => self.talk(request, events, stop),
        }
    }

    fn talk(&self, request: &ModelRequest, events: &Events, stop: &Stop<'_>) -> Result<(), RunError> {
        say(events, format!("{}\n\n", explain::OWN_WORDS));
        send(events, ModelEvent::Progress { label: "Writing".to_owned() });
        let mut hear = |text| say(events, text);
        let (read, written) = chat::answer(&self.engine, &request.messages, stop, &mut hear)?;
        let count = |tokens| u64::try_from(tokens).unwrap_or(u64::MAX);
        send(events, ModelEvent::Usage { input_tokens: count(read), output_tokens: count(written) });
        Ok(())
    }
}

/// A plugin that is not switched on as an operation to be weighed.
fn as_tool(plugin: &PluginProfile) -> ToolDefinition {
    ToolDefinition {
        name: plugin.name.clone(),
        operation: "query".to_owned(),
        plugin: plugin.name.clone(),
        description: String::new(),
        parameters: Value::Null,
        examples: plugin.examples.clone(),
        reads_only: true,
    }
}

/// The position of the operation for which the last call looked something up.
fn lookup_target(request: &ModelRequest) -> Option<usize> {
    let Some(Message::Tool { call_id, .. }) = request.messages.last() else { return None };
    let (_, name) = call_id.strip_prefix(ID_PREFIX)?.split_once('_')?;
    request.tools.iter().position(|tool| tool.name == name)
}

fn place(events: &Events, id: String, tool: &ToolDefinition, arguments: Map<String, Value>) {
    let call = ToolCall { id, name: tool.name.clone(), arguments: Value::Object(arguments).to_string() };
    send(events, ModelEvent::Call { call });
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

/// The person's day; the first of all days where the request does not say.
fn today(request: &ModelRequest) -> Date {
    let known = request.setting.as_ref().and_then(|setting| setting.today.parse().ok());
    known.unwrap_or(jiff::civil::date(2026, 1, 1))
}

/// What the plugin of a tool says of itself.
fn about<'a>(request: &'a ModelRequest, tool: &ToolDefinition) -> &'a str {
    let plugins = request.setting.iter().flat_map(|setting| &setting.plugins);
    plugins.into_iter().find(|plugin| plugin.name == tool.plugin).map_or("", |plugin| &plugin.about)
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
