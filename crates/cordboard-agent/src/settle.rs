//! Brings calls forward: checks and plans them, asks people, sends, and records what came back.

use std::sync::Arc;

use cordboard_domain::call::{
    Call, CallContext, CallFailure, CallPreview, Confirmation, FailureKind, PlannedCall, RawResponse,
};
use cordboard_domain::connection::Connection;
use cordboard_domain::disclosure::Disclosure;
use cordboard_domain::event::TurnEvent;
use cordboard_domain::id::{CallId, ConfirmationId, ConversationId, PluginId, UserId};
use cordboard_domain::personal::ConsentRequest;
use cordboard_domain::policy::{OperatorRule, Question, Verdict, decide};
use cordboard_domain::turn::Turn;
use cordboard_spec::request::{fields, plan, validate};
use cordboard_spec::response::{self, Asked, Received};
use cordboard_spec::toolset::operation::Operation;
use futures::stream::{FuturesUnordered, StreamExt};
use serde_json::Value;
use tracing::warn;
use url::Url;

use crate::consenting::{Known, told};
use crate::data_flow::{Outgoing, disclosures};
use crate::engine::{EngineError, Inner};
use crate::history;
use crate::host_tools::HostTool;
use crate::host_tools::call_operation::{self, Target};
use crate::host_tools::find_operations;
use crate::toolbox::{Tool, Toolbox};

/// A call that fits its operation.
struct Planned {
    plan: PlannedCall,
    preview: CallPreview,
    verdict: Verdict,
}

/// The tool that a model named with arguments as it wrote them, or the operation behind the tool for all operations.
fn target(call: &Call) -> Result<Target, String> {
    if call.tool == call_operation::NAME {
        return call_operation::target(&call.raw_arguments);
    }
    Ok(Target { tool: call.tool.clone(), raw_arguments: call.raw_arguments.clone() })
}

/// What becomes of a call whose arguments fit.
enum Outcome {
    Planned(Box<Planned>),
    /// Its plugin asks for something about the person, who has to decide first.
    Asks(ConsentRequest),
}

impl Inner {
    /// Checks arguments and policy of proposed calls.
    pub(crate) async fn plan(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        user: UserId,
        calls: &[CallId],
    ) -> Result<(), EngineError> {
        let toolbox = self.toolbox(conversation).await?;
        let known = self.known_of(user).await?;
        let room = self.room(turn);
        let mut path = self.earlier(conversation, turn).await?;
        path.push(turn.clone());
        let path = Arc::new(path);
        let mut events = Vec::new();
        for (made, call) in turn.calls().enumerate().filter(|(_, call)| calls.contains(&call.id)) {
            if made >= self.config.calls_per_turn as usize {
                let problem = format!("One turn may make {} calls; this one is too many.", self.config.calls_per_turn);
                events.push(TurnEvent::CallRejected { call: call.id, problem });
                continue;
            }
            if let Some(tool) = HostTool::lookup(&call.tool) {
                let answer = {
                    let path: Vec<&Turn> = path.iter().collect();
                    tool.answer(self, &toolbox, conversation, &path, &call.raw_arguments, room).await?
                };
                events.push(TurnEvent::CallAnsweredByHost { call: call.id, answer });
                continue;
            }
            match self.plan_one(&toolbox, &known, &path, call).await {
                Ok(Outcome::Asks(request)) => events.push(TurnEvent::ConsentRequested { call: call.id, request }),
                Ok(Outcome::Planned(mut planned)) => {
                    if planned.verdict == Verdict::Confirm {
                        planned.preview.accounts = self.accounts(user, conversation, &planned.plan).await?;
                    }
                    events.extend(self.planned_events(call.id, user, *planned));
                }
                Err(problem) => events.push(TurnEvent::CallRejected { call: call.id, problem }),
            }
        }
        self.record(conversation, turn, events).await
    }

    async fn plan_one(
        &self,
        toolbox: &Toolbox,
        known: &Known,
        path: &Arc<Vec<Turn>>,
        call: &Call,
    ) -> Result<Outcome, String> {
        let Target { tool, raw_arguments } = target(call)?;
        let Tool { plugin, operation } = toolbox.lookup(&tool).ok_or_else(|| unknown_tool(toolbox, &tool))?;
        let checked = validate::arguments(operation, &raw_arguments).map_err(|problem| problem.to_string())?;
        let plugin_name = &plugin.toolset.manifest.name_for_human;
        if let Some(request) = known.undecided(plugin.plugin, plugin_name, operation) {
            return Ok(Outcome::Asks(request));
        }
        let profile = known.shared_with(plugin.plugin);
        let plan = plan::plan_for(operation, plugin.plugin, &plugin.version, &checked.arguments, &profile)
            .map_err(|problem| problem.to_string())?
            .from_home(plugin.toolset.home.clone());
        let host = host(&plan);
        let summary = operation.headline();
        let arguments = Value::Object(checked.arguments);
        let grant = self.covering(&known.grants, plugin.plugin, operation, &arguments);
        let disclosures = self.disclosures(path, call, plugin.plugin, operation, &arguments).await?;
        let question = Question {
            is_read: plan.is_read(),
            consequential: operation.consequential,
            is_suspended: plugin.is_suspended,
            is_granted: grant.is_some(),
            discloses: !disclosures.is_empty(),
        };
        let verdict = decide(question, self.config.rule);
        let is_standing = verdict == Verdict::Allow && !plan.is_read();
        let fields = if verdict == Verdict::Confirm { fields::of(operation, &arguments) } else { Vec::new() };
        let preview = CallPreview {
            plugin_name: plugin_name.clone(),
            summary: if summary.is_empty() { &operation.name } else { summary }.to_owned(),
            host,
            arguments,
            repairs: checked.repairs,
            may_be_standing: self.config.rule == OperatorRule::Standard && question.may_be_standing(),
            grant: grant.filter(|_| is_standing),
            personal: told(operation, &profile),
            accounts: Vec::new(),
            disclosures,
            fields,
            changed: Vec::new(),
        };
        Ok(Outcome::Planned(Box::new(Planned { plan, preview, verdict })))
    }

    /// What a call would disclose, found beside the server's work: results and arguments may be long.
    async fn disclosures(
        &self,
        path: &Arc<Vec<Turn>>,
        call: &Call,
        plugin: PluginId,
        operation: &Operation,
        arguments: &Value,
    ) -> Result<Vec<Disclosure>, String> {
        let (path, call, now) = (path.clone(), call.clone(), self.ports.clock.now());
        let (arguments, schema) = (arguments.clone(), operation.parameters.clone());
        let comparing = tokio::task::spawn_blocking(move || {
            let outgoing = Outgoing { call: &call, plugin, arguments: &arguments, schema: &schema, now };
            disclosures(outgoing, &path.iter().collect::<Vec<_>>())
        });
        comparing.await.map_err(|_| "The check of what the call sends was interrupted; try again.".to_owned())
    }

    fn planned_events(&self, call: CallId, user: UserId, planned: Planned) -> Vec<TurnEvent> {
        let Planned { plan, preview, verdict } = planned;
        let confirmation = self.confirmation(user, &plan);
        let mut events = vec![TurnEvent::CallPlanned { call, plan, preview, verdict }];
        if verdict == Verdict::Confirm {
            events.push(TurnEvent::ConfirmationRequested { call, confirmation });
        }
        events
    }

    /// A question to a person about exactly this request.
    pub(crate) fn confirmation(&self, user: UserId, plan: &PlannedCall) -> Confirmation {
        Confirmation {
            id: ConfirmationId::generate(&*self.ports.clock, &*self.ports.entropy),
            user,
            request: plan.digest(),
            expires_at: self.ports.clock.now() + self.config.confirmation_lifetime,
        }
    }

    /// As whom a call would go out.
    pub(crate) async fn accounts(
        &self,
        user: UserId,
        conversation: ConversationId,
        plan: &PlannedCall,
    ) -> Result<Vec<String>, EngineError> {
        let connections = self.ports.credentials.used_by(user, conversation, plan).await?;
        Ok(connections.iter().map(account).collect())
    }

    /// Sends calls that may leave, after writing down that they do.
    pub(crate) async fn send(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        user: UserId,
        calls: &[CallId],
    ) -> Result<(), EngineError> {
        let calls = self.calls_of_active_plugins(conversation, turn, calls).await?;
        let calls = self.consented_calls(conversation, turn, user, &calls).await?;
        let calls = &self.connected_calls(conversation, turn, user, &calls).await?[..];
        if calls.is_empty() {
            return Ok(());
        }
        let place = self.ports.privacy.place(user).await?.told(self.config.subdivision.as_deref());
        self.write_down(conversation, turn, user, calls, place.as_deref()).await?;
        let sent = calls.iter().map(|call| TurnEvent::CallSent { call: *call, place: place.clone() }).collect();
        self.record(conversation, turn, sent).await?;
        let toolbox = self.toolbox(conversation).await?;
        let room = self.room(turn);
        let plans: Vec<(CallId, PlannedCall)> = turn
            .calls()
            .filter(|call| calls.contains(&call.id))
            .filter_map(|call| Some((call.id, call.plan.clone()?)))
            .collect();
        let granted =
            turn.calls().filter(|call| calls.contains(&call.id)).filter_map(|call| call.preview.as_ref()?.grant);
        for grant in granted {
            if let Err(problem) = self.ports.grants.record_grant_use(grant, self.ports.clock.now()).await {
                warn!(%grant, %problem, "the use of a permission was not recorded");
            }
        }
        for (_, plan) in &plans {
            if let Err(problem) = self.ports.installations.record_use(user, plan.plugin, self.ports.clock.now()).await {
                warn!(plugin = %plan.plugin, %problem, "the use was not counted");
            }
        }
        let mut answers: FuturesUnordered<_> = plans
            .into_iter()
            .map(|(call, plan)| {
                let context = CallContext { call, conversation, user, subdivision: place.clone() };
                self.send_one(context, plan, &toolbox, room)
            })
            .collect();
        while let Some(answer) = answers.next().await {
            self.record(conversation, turn, vec![answer]).await?;
        }
        Ok(())
    }

    /// Of calls that may leave, those whose plugins are still on: a question may stay open for long, and its plugin may have
    /// been banned, removed or switched off meanwhile.
    async fn calls_of_active_plugins(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        calls: &[CallId],
    ) -> Result<Vec<CallId>, EngineError> {
        let active = self.ports.conversations.list_activations(conversation).await?;
        let is_active = |call: &Call| {
            call.plan.as_ref().is_some_and(|plan| active.iter().any(|activation| activation.plugin == plan.plugin))
        };
        let (on, off): (Vec<&Call>, Vec<&Call>) =
            turn.calls().filter(|call| calls.contains(&call.id)).partition(|call| is_active(call));
        let (on, events): (Vec<CallId>, Vec<TurnEvent>) =
            (on.iter().map(|call| call.id).collect(), off.iter().map(|call| switched_off(call)).collect());
        if !events.is_empty() {
            self.record(conversation, turn, events).await?;
        }
        Ok(on)
    }

    async fn send_one(&self, context: CallContext, plan: PlannedCall, toolbox: &Toolbox, room: usize) -> TurnEvent {
        let CallContext { call, conversation, .. } = context;
        match self.ports.dispatch.dispatch(&plan, &context).await {
            Ok(raw) => {
                let asked = asked(&plan, toolbox, room, raw.status);
                self.take_in(conversation, call, raw, asked).await
            }
            Err(failure) => TurnEvent::CallFailed { call, failure },
        }
    }

    /// Reads a response, which may be large, and keeps the whole where the model will see a part.
    async fn take_in(&self, conversation: ConversationId, call: CallId, raw: RawResponse, asked: Asked) -> TurnEvent {
        let reading = tokio::task::spawn_blocking(move || response::receive(raw, &asked));
        let Ok(Received { mut response, whole }) = reading.await else {
            let message = "The plugin answered, but its answer could not be read.".to_owned();
            return TurnEvent::CallFailed { call, failure: CallFailure { kind: FailureKind::Broken, message } };
        };
        if let Some(whole) = whole {
            match self.ports.results.keep_result(conversation, call, &whole).await {
                Ok(number) => response.result = Some(number),
                // The view is still worth having.
                Err(problem) => warn!(%call, %problem, "the whole result was not kept"),
            }
        }
        TurnEvent::CallAnswered { call, response }
    }

    /// The characters of one result that the turn's model has room for.
    fn room(&self, turn: &Turn) -> usize {
        let tokens = self.models.lookup(&turn.model).map_or(u32::MAX, |model| model.info().context_tokens);
        history::result_limit(tokens)
    }

    /// Calls that were under way when the host stopped: a read simply failed, of a write nobody knows.
    pub(crate) async fn reconcile(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        calls: &[CallId],
    ) -> Result<(), EngineError> {
        let events = turn.calls().filter(|call| calls.contains(&call.id)).map(|call| {
            let reads = call.plan.as_ref().is_some_and(PlannedCall::is_read);
            if reads { interrupted(call.id) } else { TurnEvent::CallLost { call: call.id } }
        });
        let events = events.collect();
        self.record(conversation, turn, events).await
    }
}

/// Scheme, host and port of where a call goes.
pub(crate) fn host(plan: &PlannedCall) -> String {
    Url::parse(&plan.url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// Whose a connection is, for the person who uses it.
fn account(connection: &Connection) -> String {
    match (connection.user, connection.label.as_str()) {
        (None, _) => "the plugin’s own key".to_owned(),
        (Some(_), "") => "your account".to_owned(),
        (Some(_), label) => format!("your account “{label}”"),
    }
}

/// What the response to a call is read against.
fn asked(plan: &PlannedCall, toolbox: &Toolbox, room: usize, status: u16) -> Asked {
    let operation = toolbox
        .plugins
        .iter()
        .find(|plugin| plugin.plugin == plan.plugin && plugin.version == plan.version)
        .and_then(|plugin| plugin.toolset.operation(&plan.operation));
    Asked {
        method: plan.method,
        url: plan.url.clone(),
        arguments: operation.iter().flat_map(|each| &each.arguments).map(|argument| argument.name.clone()).collect(),
        schema: operation.and_then(|operation| operation.response_schema(status)),
        room,
    }
}

fn interrupted(call: CallId) -> TurnEvent {
    let message = "Cordboard was restarted before the answer came.".to_owned();
    TurnEvent::CallFailed { call, failure: CallFailure { kind: FailureKind::Broken, message } }
}

fn switched_off(call: &Call) -> TurnEvent {
    let name = call.preview.as_ref().map_or("the plugin", |preview| preview.plugin_name.as_str());
    let message = format!("The call was not sent: {name} is not on in this conversation any more.");
    TurnEvent::CallFailed { call: call.id, failure: CallFailure { kind: FailureKind::Refused, message } }
}

fn unknown_tool(toolbox: &Toolbox, tool: &str) -> String {
    const MOST_LISTED: usize = 30;
    let names: Vec<String> = toolbox.tools().map(|(name, _)| name).take(MOST_LISTED + 1).collect();
    match names.len() {
        0 => format!("There is no tool `{tool}`: no plugin is switched on."),
        1..=MOST_LISTED => format!("There is no tool `{tool}`; the tools are: {}.", names.join(", ")),
        _ => find_operations::unknown(toolbox, tool),
    }
}
