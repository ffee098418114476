//! The engine: takes commands, runs turns, records what happens.

use std::sync::Arc;
use std::time::Duration;

use cordboard_domain::branch::{Branches, Follows};
use cordboard_domain::call::{Call, CallState, Decision, PlannedCall};
use cordboard_domain::conversation::title_from;
use cordboard_domain::event::{RecordedEvent, TurnEvent, TurnOutcome};
use cordboard_domain::id::{ConfirmationId, ConversationId, ModelId, PluginId, TurnId, UserId};
use cordboard_domain::installation::Installation;
use cordboard_domain::origin::ListedOrigins;
use cordboard_domain::plugin::{Risk, hex};
use cordboard_domain::policy::OperatorRule;
use cordboard_domain::ports::{
    Conversations, Credentials, Dispatch, Examples, Grants, Installations, Journal, PluginShelf, Privacy, Results,
    StoreError, TurnClaim,
};
use cordboard_domain::time::{Clock, Entropy, SignedDuration, Timestamp};
use cordboard_domain::turn::{InvalidEvent, Turn};
use cordboard_model::registry::ModelRegistry;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, warn};

use crate::library::{Library, LibraryError};
use crate::next::{Next, next};
use crate::running::Running;
use crate::selection::Budget;
use crate::signals::Signals;
use crate::toolbox::Toolbox;

/// How often an append is tried again when somebody else was faster.
const MAX_CONFLICTS: usize = 16;

/// The longest message, in characters.
const MAX_MESSAGE: usize = 32_000;

/// What the engine works with.
#[derive(Clone)]
pub struct Ports {
    pub journal: Arc<dyn Journal>,
    pub conversations: Arc<dyn Conversations>,
    pub shelf: Arc<dyn PluginShelf>,
    pub examples: Arc<dyn Examples>,
    pub installations: Arc<dyn Installations>,
    pub results: Arc<dyn Results>,
    pub dispatch: Arc<dyn Dispatch>,
    pub credentials: Arc<dyn Credentials>,
    pub grants: Arc<dyn Grants>,
    pub privacy: Arc<dyn Privacy>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// What the operator decided.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// How many calls one turn may make.
    pub calls_per_turn: u32,
    /// How many percent of a model's window the plugins may take; larger ones are searched.
    pub tool_share: u32,
    /// How long a question to a person stays open.
    pub confirmation_lifetime: SignedDuration,
    /// How long a turn stays this server's when the server is not heard of.
    pub claim: Duration,
    pub rule: OperatorRule,
    /// The private origins that plugins may call beside their own.
    pub listed: ListedOrigins,
    /// Country and subdivision that are sent to plugins, such as `US-CA`.
    pub subdivision: Option<String>,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            calls_per_turn: 8,
            tool_share: 10,
            confirmation_lifetime: SignedDuration::from_hours(24),
            claim: Duration::from_secs(15),
            rule: OperatorRule::Standard,
            listed: ListedOrigins::default(),
            subdivision: None,
        }
    }
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("the message is empty")]
    EmptyMessage,
    #[error("the message is longer than {MAX_MESSAGE} characters")]
    LongMessage,
    #[error("the previous message is still being worked on")]
    Busy,
    #[error("the model `{0}` is not configured here")]
    UnknownModel(ModelId),
    #[error("this question has been decided or has gone")]
    NotAwaiting,
    /// What a person wrote into a call does not fit; the words are for them.
    #[error("{0}")]
    Arguments(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error("the stored turn does not add up: {0}")]
    Invalid(#[from] InvalidEvent),
}

/// The turn engine. Cheap to clone; all clones are one engine.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) ports: Ports,
    pub(crate) models: ModelRegistry,
    pub(crate) config: EngineConfig,
    pub(crate) library: Library,
    /// This server's name for itself among those on the same database.
    holder: String,
    signals: Signals,
    running: Running,
    tasks: TaskTracker,
}

impl Engine {
    /// An engine over its ports.
    pub fn new(ports: Ports, models: ModelRegistry, config: EngineConfig) -> Self {
        let library = Library::new(ports.shelf.clone(), ports.examples.clone(), config.listed.clone());
        let mut random = [0; 16];
        ports.entropy.fill(&mut random);
        let inner = Inner {
            holder: hex(&random),
            ports,
            models,
            config,
            library,
            signals: Signals::default(),
            running: Running::default(),
            tasks: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The models that can be chosen.
    pub fn models(&self) -> &ModelRegistry {
        &self.inner.models
    }

    /// Compiled plugins.
    pub fn library(&self) -> &Library {
        &self.inner.library
    }

    /// Tells when a conversation has news.
    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }

    /// Starts a turn with a person's message after the newest one; the rest happens in the background.
    pub async fn submit(
        &self,
        conversation: ConversationId,
        user: UserId,
        message: &str,
    ) -> Result<TurnId, EngineError> {
        self.submit_after(conversation, user, message, None).await
    }

    /// Starts a turn after another one than the newest. What it does not follow is kept, and no part of what the model sees.
    pub async fn submit_after(
        &self,
        conversation: ConversationId,
        user: UserId,
        message: &str,
        follows: Option<Follows>,
    ) -> Result<TurnId, EngineError> {
        let message = message.trim();
        if message.is_empty() {
            return Err(EngineError::EmptyMessage);
        }
        if message.chars().count() > MAX_MESSAGE {
            return Err(EngineError::LongMessage);
        }
        let inner = &self.inner;
        let settings = inner.ports.conversations.get_conversation(conversation).await?;
        if inner.models.lookup(&settings.model).is_none() {
            return Err(EngineError::UnknownModel(settings.model));
        }
        let turn = TurnId::generate(&*inner.ports.clock, &*inner.ports.entropy);
        let started = TurnEvent::Started { user_message: message.to_owned(), model: settings.model, follows };
        let now = inner.ports.clock.now();
        match inner.ports.journal.append(conversation, turn, 0, now, &inner.claim(now), &[started]).await {
            Err(StoreError::Conflict) => return Err(EngineError::Busy),
            appended => appended?,
        };
        if settings.title.is_empty() {
            inner.ports.conversations.set_title(conversation, &title_from(message)).await?;
        }
        inner.signals.send(conversation);
        self.work_on(conversation, turn, user);
        Ok(turn)
    }

    /// What another way of asking a turn's question follows; nothing where the conversation has no such turn.
    pub async fn parent(&self, conversation: ConversationId, turn: TurnId) -> Result<Option<Follows>, EngineError> {
        Ok(Branches::of(&self.turns(conversation).await?).parent(turn))
    }

    /// Carries out a person's decision on a call and goes on with the turn.
    pub async fn decide(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        user: UserId,
        confirmation: ConfirmationId,
        decision: Decision,
    ) -> Result<(), EngineError> {
        self.decide_together(conversation, turn, user, &[confirmation], &decision).await
    }

    /// Carries out one decision on several calls, as far as they still wait, and goes on with the turn.
    pub async fn decide_together(
        &self,
        conversation: ConversationId,
        turn_id: TurnId,
        user: UserId,
        confirmations: &[ConfirmationId],
        decision: &Decision,
    ) -> Result<(), EngineError> {
        for _ in 0..MAX_CONFLICTS {
            let mut turn = self.inner.load(conversation, turn_id).await?;
            let now = self.inner.ports.clock.now();
            let decided: Vec<TurnEvent> =
                confirmations.iter().filter_map(|id| decided(&turn, user, *id, decision, now)).collect();
            if decided.is_empty() {
                return Err(EngineError::NotAwaiting);
            }
            // Who wrote in between may have changed what a question is about, so that it is looked at again.
            match self.inner.record_next(conversation, &mut turn, &decided).await {
                Ok(()) => {
                    self.work_on(conversation, turn_id, user);
                    return Ok(());
                }
                Err(EngineError::Store(StoreError::Conflict)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Ends a turn: what has not left will not leave.
    pub async fn stop(&self, conversation: ConversationId, turn_id: TurnId) -> Result<(), EngineError> {
        let inner = &self.inner;
        inner.load(conversation, turn_id).await?;
        // The loop may not have begun yet; it will find itself stopped.
        let slot = inner.running.slot(turn_id);
        slot.stop.cancel();
        let work = slot.work.lock().await;
        let mut turn = inner.load(conversation, turn_id).await?;
        if turn.outcome.is_none() {
            inner.close(conversation, &mut turn, TurnOutcome::Stopped).await?;
        }
        drop(work);
        inner.running.release(turn_id, slot);
        Ok(())
    }

    /// Goes on with the turns that a stopped server left behind: those whose claims have run out, or all of them where no
    /// other server can be at work. Turns that wait for a person go on waiting.
    pub async fn resume(&self, is_alone: bool) -> Result<usize, EngineError> {
        let inner = &self.inner;
        let now = inner.ports.clock.now();
        let as_of = if is_alone { Timestamp::MAX } else { now };
        let open = inner.ports.journal.take_over(&inner.claim(now), as_of).await?;
        for (conversation, turn) in &open {
            let user = inner.ports.conversations.get_conversation(*conversation).await?.user;
            self.work_on(*conversation, *turn, user);
        }
        Ok(open.len())
    }

    /// Takes over turns of servers that stopped, again and again, until this one stops.
    pub async fn keep_resuming(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(self.inner.config.claim / 2)).await.is_some() {
            if let Err(problem) = self.resume(false).await {
                warn!(%problem, "turns of other servers could not be taken over");
            }
        }
    }

    /// Stops working on turns that still run and leaves them to whoever looks next.
    pub async fn hand_over(&self) {
        let inner = &self.inner;
        let now = inner.ports.clock.now();
        let claim = TurnClaim { holder: inner.holder.clone(), until: now };
        for turn in inner.running.abandon() {
            if let Err(problem) = inner.ports.journal.hold(turn, &claim, now).await {
                warn!(%turn, %problem, "the turn could not be handed over");
            }
        }
    }

    /// A conversation's turns, in the order in which they began.
    pub async fn turns(&self, conversation: ConversationId) -> Result<Vec<Turn>, EngineError> {
        Ok(turns_from(&self.inner.ports.journal.shown_events(conversation, 0).await?)?)
    }

    /// Lets the model of a conversation get acquainted with its tools before the first question.
    pub async fn prepare(&self, conversation: ConversationId) -> Result<(), EngineError> {
        let settings = self.inner.ports.conversations.get_conversation(conversation).await?;
        if let Some(model) = self.inner.models.lookup(&settings.model) {
            let form = model.info().tool_form;
            model.prepare(self.inner.toolbox(conversation).await?.definitions(form));
        }
        Ok(())
    }

    /// What the active plugins of a conversation take of its model's window; `None` where the model is not configured.
    pub async fn budget(&self, conversation: ConversationId) -> Result<Option<Budget>, EngineError> {
        let settings = self.inner.ports.conversations.get_conversation(conversation).await?;
        let Some(model) = self.inner.models.lookup(&settings.model) else { return Ok(None) };
        let toolbox = self.inner.toolbox(conversation).await?;
        Ok(Some(Budget::of(&toolbox, model.info(), self.inner.config.tool_share)))
    }

    /// Waits until all work in the background is done.
    pub async fn finish(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.tasks.reopen();
    }

    /// Does something else in the background that [`Engine::finish`] waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.inner.tasks.spawn(work);
    }

    /// Works on a turn in the background until it is over, waits for a person, or is another server's.
    pub(crate) fn work_on(&self, conversation: ConversationId, turn: TurnId, user: UserId) {
        let inner = self.inner.clone();
        self.inner.tasks.spawn(async move {
            let slot = inner.running.slot(turn);
            let work = slot.work.lock().await;
            let result = slot.stop.run_until_cancelled(inner.run_while_held(conversation, turn, user)).await;
            drop(work);
            inner.running.release(turn, slot);
            if let Some(Err(problem)) = result {
                error!(%conversation, %turn, %problem, "turn broke off");
                inner.fail(conversation, turn, &problem).await;
            }
        });
    }
}

/// A decision on a call that waits for exactly this one of this person.
fn decided(
    turn: &Turn,
    user: UserId,
    confirmation: ConfirmationId,
    decision: &Decision,
    now: Timestamp,
) -> Option<TurnEvent> {
    let (call, asked) = turn.awaiting(confirmation)?;
    let fits = asked.user == user && call.plan.as_ref().map(PlannedCall::digest).as_ref() == Some(&asked.request);
    let decision = if asked.expires_at <= now { Decision::Expired } else { decision.clone() };
    fits.then_some(TurnEvent::CallDecided { call: call.id, decision })
}

/// What becomes of a call when its turn ends.
fn closing(call: &Call) -> Option<TurnEvent> {
    match call.state {
        CallState::Proposed
        | CallState::Ready
        | CallState::AwaitingConfirmation { .. }
        | CallState::AwaitingConsent { .. }
        | CallState::AwaitingConnection { .. } => Some(TurnEvent::CallCancelled { call: call.id }),
        CallState::Sent { .. } => Some(TurnEvent::CallLost { call: call.id }),
        CallState::Rejected { .. }
        | CallState::Declined { .. }
        | CallState::Answered { .. }
        | CallState::AnsweredByHost { .. }
        | CallState::Failed { .. }
        | CallState::Unknown
        | CallState::Cancelled => None,
    }
}

/// What a turn comes after, the oldest first.
pub(crate) fn before(turns: &[Turn], turn: TurnId) -> Vec<Turn> {
    let path = Branches::of(turns).path(Some(turn));
    path.into_iter().map(|place| &turns[place]).take_while(|each| each.id != turn).cloned().collect()
}

/// Turns in the order in which they began.
pub fn turns_from(events: &[RecordedEvent]) -> Result<Vec<Turn>, InvalidEvent> {
    let mut turns: Vec<Turn> = Vec::new();
    for event in events {
        // From behind: what happens usually happens in the last turn.
        match turns.iter_mut().rfind(|turn| turn.id == event.turn) {
            Some(turn) => turn.apply(event)?,
            None => turns.push(Turn::start(event)?),
        }
    }
    Ok(turns)
}

impl Inner {
    /// This server's claim on a turn, from now on.
    fn claim(&self, now: Timestamp) -> TurnClaim {
        TurnClaim {
            holder: self.holder.clone(),
            until: now + SignedDuration::try_from(self.config.claim).unwrap_or_default(),
        }
    }

    /// Takes a turn or prolongs its claim. While the store cannot be asked, the turn is still ours.
    async fn hold(&self, turn: TurnId) -> bool {
        let now = self.ports.clock.now();
        self.ports.journal.hold(turn, &self.claim(now), now).await.unwrap_or(true)
    }

    /// Runs the loop as long as the turn is this server's.
    async fn run_while_held(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        user: UserId,
    ) -> Result<(), EngineError> {
        if !self.hold(turn).await {
            return Ok(());
        }
        // Both go on at once: the loop may be appending, and then the claim can be prolonged only after that.
        tokio::select! {
            result = self.run(conversation, turn, user) => result,
            () = self.hold_on(turn) => Ok(()),
        }
    }

    /// Prolongs this server's claim on a turn until another server has it.
    async fn hold_on(&self, turn: TurnId) {
        loop {
            tokio::time::sleep(self.config.claim / 3).await;
            if !self.hold(turn).await {
                return;
            }
        }
    }

    /// The loop: look what is next, do it, until there is nothing to do for now.
    async fn run(&self, conversation: ConversationId, turn: TurnId, user: UserId) -> Result<(), EngineError> {
        loop {
            let mut turn = self.load(conversation, turn).await?;
            match next(&turn, self.config.calls_per_turn) {
                Next::AskModel => self.ask_model(conversation, &mut turn).await?,
                Next::Plan(calls) => self.plan(conversation, &mut turn, user, &calls).await?,
                Next::SendTogether(calls) => self.send(conversation, &mut turn, user, &calls).await?,
                Next::SendAlone(call) => self.send(conversation, &mut turn, user, &[call]).await?,
                Next::Reconcile(calls) => self.reconcile(conversation, &mut turn, &calls).await?,
                Next::Finish(outcome) => {
                    self.record(conversation, &mut turn, vec![TurnEvent::Finished { outcome }]).await?;
                }
                Next::Wait => {
                    if self.ports.journal.rest(turn.id, turn.sequence).await? {
                        return Ok(());
                    }
                }
                Next::Nothing => return Ok(()),
            }
        }
    }

    pub(crate) async fn load(&self, conversation: ConversationId, turn: TurnId) -> Result<Turn, EngineError> {
        let events = self.ports.journal.turn_events(conversation, turn).await?;
        if events.is_empty() {
            return Err(StoreError::NotFound("turn").into());
        }
        Ok(Turn::from_events(&events)?)
    }

    /// The turns that come before a turn on its path, the oldest first: what the model sees beside it.
    pub(crate) async fn earlier(&self, conversation: ConversationId, turn: &Turn) -> Result<Vec<Turn>, EngineError> {
        let events = self.ports.journal.shown_events(conversation, 0).await?;
        Ok(before(&turns_from(&events)?, turn.id))
    }

    /// Stores events, then tells listeners. When somebody else appended first, the turn is loaded again and the events
    /// follow theirs, provided that they still fit.
    pub(crate) async fn record(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        events: Vec<TurnEvent>,
    ) -> Result<(), EngineError> {
        for _ in 0..MAX_CONFLICTS {
            match self.record_next(conversation, turn, &events).await {
                Err(EngineError::Store(StoreError::Conflict)) => *turn = self.load(conversation, turn.id).await?,
                recorded => return recorded,
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Stores events that follow what `turn` is, unless somebody else appended first, and tells listeners.
    pub(crate) async fn record_next(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        events: &[TurnEvent],
    ) -> Result<(), EngineError> {
        let now = self.ports.clock.now();
        turn.check(now, events)?;
        let claim = self.claim(now);
        for event in &self.ports.journal.append(conversation, turn.id, turn.sequence, now, &claim, events).await? {
            turn.apply(event)?;
        }
        self.signals.send(conversation);
        Ok(())
    }

    /// Ends a turn. What has not left will not leave; of what is under way nobody will know.
    pub(crate) async fn close(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        outcome: TurnOutcome,
    ) -> Result<(), EngineError> {
        let mut events: Vec<TurnEvent> = turn.calls().filter_map(closing).collect();
        events.push(TurnEvent::Finished { outcome });
        self.record(conversation, turn, events).await
    }

    pub(crate) async fn toolbox(&self, conversation: ConversationId) -> Result<Toolbox, EngineError> {
        let mut plugins = Vec::new();
        let activations = self.ports.conversations.list_activations(conversation).await?;
        let user = self.ports.conversations.get_conversation(conversation).await?.user;
        let installations = self.ports.installations.list_installations(user).await?;
        let installed = installations.iter().map(|installation| installation.plugin.id);
        let known: Vec<PluginId> = activations.iter().map(|on| on.plugin).chain(installed).collect();
        let edited = self.ports.examples.list_examples(&known).await?;
        let toolset = |plugin, version| self.library.with_examples(plugin, version, edited.get(&plugin));
        for activation in &activations {
            match toolset(activation.plugin, &activation.version).await {
                Ok(toolset) => plugins.push((activation.plugin, activation.version.clone(), toolset)),
                // One plugin that no longer compiles must not take the conversation down.
                Err(problem) => warn!(plugin = %activation.plugin, %problem, "plugin left out"),
            }
        }
        let mut toolbox = Toolbox::new(plugins);
        for installation in &installations {
            if activations.iter().any(|on| on.plugin == installation.plugin.id) {
                if self.is_suspended(installation).await {
                    toolbox.suspend(installation.plugin.id);
                }
            } else if let Ok(toolset) = toolset(installation.plugin.id, &installation.version).await {
                // One that no longer compiles cannot be suggested either.
                toolbox.idle.push(toolset);
            }
        }
        Ok(toolbox)
    }

    /// Whether the plugin has become something more than what the person accepted, so that nothing of it goes unasked.
    async fn is_suspended(&self, installation: &Installation) -> bool {
        if !installation.has_update() {
            return false;
        }
        match self.library.changes(&installation.version, installation.offered()).await {
            Ok(changes) => changes.risk == Risk::Raised,
            // What cannot be compared is not to be trusted.
            Err(_) => true,
        }
    }

    /// Ends a turn whose loop broke, so that nobody waits for it.
    async fn fail(&self, conversation: ConversationId, turn: TurnId, problem: &EngineError) {
        let Ok(mut turn) = self.load(conversation, turn).await else { return };
        if turn.outcome.is_some() {
            return;
        }
        let message = format!("The turn broke off: {problem}. Send the message again.");
        if let Err(problem) = self.close(conversation, &mut turn, TurnOutcome::Failed { message }).await {
            error!(%problem, "the broken turn could not be closed");
        }
    }
}
