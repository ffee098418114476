//! Calls whose plugin does not know yet who is calling: the turn asks its person to connect, rests, and goes on by
//! itself once they have.

use std::collections::BTreeSet;

use cordboard_domain::call::{Call, CallFailure, CallState, Decision, FailureKind, PlannedCall};
use cordboard_domain::connection::{ConnectionRequest, Readiness, account_host};
use cordboard_domain::event::TurnEvent;
use cordboard_domain::id::{CallId, ConversationId, PluginId, TurnId, UserId};
use cordboard_domain::turn::Turn;
use url::Url;

use crate::engine::{Engine, EngineError, Inner};
use crate::toolbox::Toolbox;

impl Engine {
    /// Goes on with a person's turns that wait for a connection with this plugin, as far as they now can, or no longer can;
    /// says whether there were any.
    pub async fn connected(&self, user: UserId, plugin: PluginId) -> Result<bool, EngineError> {
        let inner = &self.inner;
        let mut goes_on = false;
        for (conversation, turn) in inner.ports.journal.list_open_turns(user).await? {
            let mut turn = inner.load(conversation, turn).await?;
            let events = inner.connections_made(conversation, &turn, plugin).await?;
            if events.is_empty() {
                continue;
            }
            goes_on = true;
            match inner.record(conversation, &mut turn, events).await {
                // Somebody else was faster.
                Ok(()) | Err(EngineError::Invalid(_)) => self.work_on(conversation, turn.id, user),
                Err(error) => return Err(error),
            }
        }
        Ok(goes_on)
    }

    /// Goes on without a call whose person does not want to connect.
    pub async fn decline_connection(
        &self,
        conversation: ConversationId,
        turn_id: TurnId,
        user: UserId,
        call: CallId,
        word: String,
    ) -> Result<(), EngineError> {
        let mut turn = self.inner.load(conversation, turn_id).await?;
        let waits = turn.call(call).and_then(awaited).is_some_and(|request| request.user == user);
        if !waits {
            return Err(EngineError::NotAwaiting);
        }
        let declined = TurnEvent::CallDecided { call, decision: Decision::Declined(word) };
        match self.inner.record(conversation, &mut turn, vec![declined]).await {
            Ok(()) => {}
            Err(EngineError::Invalid(_)) => return Err(EngineError::NotAwaiting),
            Err(error) => return Err(error),
        }
        self.work_on(conversation, turn_id, user);
        Ok(())
    }
}

/// What a call waits for, if it is a connection.
fn awaited(call: &Call) -> Option<&ConnectionRequest> {
    match &call.state {
        CallState::AwaitingConnection { request } => Some(request),
        _ => None,
    }
}

impl Inner {
    /// Of calls that may leave, those whose plugins will know who is calling. Of the others it is recorded what is missing.
    pub(crate) async fn connected_calls(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        user: UserId,
        calls: &[CallId],
    ) -> Result<Vec<CallId>, EngineError> {
        let (mut ready, mut events) = (Vec::new(), Vec::new());
        for call in turn.calls().filter(|call| calls.contains(&call.id)) {
            let missing = match &call.plan {
                Some(plan) => self.missing(conversation, user, plan).await?,
                None => None,
            };
            match missing {
                None => ready.push(call.id),
                Some(Ok(request)) => events.push(TurnEvent::ConnectionRequested { call: call.id, request }),
                Some(Err(failure)) => events.push(TurnEvent::CallFailed { call: call.id, failure }),
            }
        }
        if !events.is_empty() {
            self.record(conversation, turn, events).await?;
            self.look_again(conversation, turn).await?;
        }
        Ok(ready)
    }

    /// Whoever connected while the question was on its way has answered it already.
    async fn look_again(&self, conversation: ConversationId, turn: &mut Turn) -> Result<(), EngineError> {
        let plugins: BTreeSet<PluginId> = turn.calls().filter_map(awaited).map(|request| request.plugin).collect();
        for plugin in plugins {
            let events = self.connections_made(conversation, turn, plugin).await?;
            if events.is_empty() {
                continue;
            }
            match self.record(conversation, turn, events).await {
                // Somebody else was faster.
                Ok(()) | Err(EngineError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What keeps a call from saying who is calling: something that its person can give, or something that they cannot.
    async fn missing(
        &self,
        conversation: ConversationId,
        user: UserId,
        plan: &PlannedCall,
    ) -> Result<Option<Result<ConnectionRequest, CallFailure>>, EngineError> {
        let Readiness::Missing { scheme, scopes, renews } =
            self.ports.credentials.check(user, conversation, plan).await?
        else {
            return Ok(None);
        };
        let toolbox = self.toolbox(conversation).await?;
        let plugin = toolset_of(&toolbox, plan);
        let wanted = plugin.and_then(|plugin| plugin.toolset.scheme(&scheme));
        let Some(wanted) = wanted.filter(|scheme| !scheme.kind.is_shared()) else {
            let message =
                "The call was not sent: the plugin's developer has not given Cordboard the key that it needs.";
            return Ok(Some(Err(CallFailure { kind: FailureKind::Refused, message: message.to_owned() })));
        };
        let origin = Url::parse(&plan.url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        let host = account_host(&wanted, &[origin]);
        let expires_at = self.ports.clock.now() + self.config.confirmation_lifetime;
        Ok(Some(Ok(ConnectionRequest { user, plugin: plan.plugin, scheme, host, scopes, renews, expires_at })))
    }

    /// What has become of the calls that wait for a plugin.
    async fn connections_made(
        &self,
        conversation: ConversationId,
        turn: &Turn,
        plugin: PluginId,
    ) -> Result<Vec<TurnEvent>, EngineError> {
        let now = self.ports.clock.now();
        let active = self.ports.conversations.list_activations(conversation).await?;
        let mut events = Vec::new();
        for call in turn.calls() {
            let (Some(request), Some(plan)) = (awaited(call), &call.plan) else { continue };
            if request.plugin != plugin {
                continue;
            }
            if request.expires_at <= now {
                events.push(TurnEvent::CallDecided { call: call.id, decision: Decision::Expired });
            } else if !self.is_still_granted(request.user, call).await? {
                let word = "The standing permission for this was taken back.".to_owned();
                events.push(TurnEvent::CallDecided { call: call.id, decision: Decision::Declined(word) });
            } else if self.ports.credentials.check(request.user, conversation, plan).await? == Readiness::Ready {
                events.push(TurnEvent::CallConnected { call: call.id });
            } else if !active.iter().any(|each| each.plugin == plugin && each.version == plan.version) {
                events.push(TurnEvent::CallFailed { call: call.id, failure: left_behind() });
            }
        }
        Ok(events)
    }

    /// Whether the permission with which a call was let through still holds, where it was one.
    async fn is_still_granted(&self, user: UserId, call: &Call) -> Result<bool, EngineError> {
        let Some(permission) = call.preview.as_ref().and_then(|preview| preview.grant) else { return Ok(true) };
        let (grants, now) = (self.ports.grants.list_grants(user).await?, self.ports.clock.now());
        Ok(grants.iter().any(|grant| grant.id == permission && grant.expires_at.is_none_or(|at| now < at)))
    }
}

/// Nothing that its person gives now is for the version that the call was made with.
fn left_behind() -> CallFailure {
    let message = "The call was not sent: its plugin became another version, or was switched off, while it waited for its \
                   person to connect.";
    CallFailure { kind: FailureKind::Refused, message: message.to_owned() }
}

fn toolset_of<'toolbox>(
    toolbox: &'toolbox Toolbox,
    plan: &PlannedCall,
) -> Option<&'toolbox crate::toolbox::ActivePlugin> {
    toolbox.plugins.iter().find(|plugin| plugin.plugin == plan.plugin && plugin.version == plan.version)
}
