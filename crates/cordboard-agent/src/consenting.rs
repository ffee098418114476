//! What plugins may learn of a person: asked for before the first call that would tell it, and written down before it leaves.

use cordboard_domain::call::{Call, CallFailure, CallState, FailureKind};
use cordboard_domain::event::TurnEvent;
use cordboard_domain::grant::Grant;
use cordboard_domain::id::{CallId, ConversationId, PluginId, TurnId, UserId};
use cordboard_domain::personal::{Consent, ConsentRequest, Departure, PersonalField, PersonalRequest, Profile};
use cordboard_domain::ports::StoreError;
use cordboard_domain::turn::Turn;
use cordboard_spec::toolset::operation::Operation;

use crate::engine::{Engine, EngineError, Inner};

/// What a person decided that bears on their calls.
pub(crate) struct Known {
    user: UserId,
    pub(crate) grants: Vec<Grant>,
    consents: Vec<Consent>,
    profile: Profile,
}

impl Known {
    /// What a plugin may be told.
    pub(crate) fn shared_with(&self, plugin: PluginId) -> Profile {
        let given = |field: &PersonalField| {
            self.consents.iter().any(|each| each.plugin == plugin && each.field == *field && each.is_given)
        };
        self.profile.iter().filter(|(field, _)| given(field)).map(|(field, value)| (*field, value.clone())).collect()
    }

    /// The question about what an operation asks for and nobody has decided on.
    pub(crate) fn undecided(&self, plugin: PluginId, name: &str, operation: &Operation) -> Option<ConsentRequest> {
        let is_decided = |field| self.consents.iter().any(|each| each.plugin == plugin && each.field == field);
        let mut asked: Vec<PersonalRequest> = Vec::new();
        for request in operation.personal.iter().map(|parameter| parameter.request(&self.profile)) {
            if !is_decided(request.field) && !asked.iter().any(|each| each.field == request.field) {
                asked.push(request);
            }
        }
        let (user, plugin_name, host) = (self.user, name.to_owned(), operation.server.clone());
        (!asked.is_empty()).then_some(ConsentRequest { user, plugin, plugin_name, host, asked })
    }
}

/// What a call tells of its person.
pub(crate) fn told(operation: &Operation, profile: &Profile) -> Vec<PersonalField> {
    operation.personal.iter().map(|asked| asked.field).filter(|field| profile.contains_key(field)).collect()
}

/// What a call waits for, if it is consent.
fn awaited(call: &Call) -> Option<&ConsentRequest> {
    match &call.state {
        CallState::AwaitingConsent { request } => Some(request),
        _ => None,
    }
}

fn no_longer_shared(call: CallId) -> TurnEvent {
    let message = "The call was not sent: it would have told something that you no longer share.".to_owned();
    TurnEvent::CallFailed { call, failure: CallFailure { kind: FailureKind::Refused, message } }
}

impl Engine {
    /// Takes a person's answer to a plugin's question: what they agree to, with the values; the rest is declined.
    pub async fn consent(
        &self,
        conversation: ConversationId,
        turn_id: TurnId,
        user: UserId,
        call: CallId,
        agreed: &Profile,
    ) -> Result<(), EngineError> {
        let inner = &self.inner;
        let mut turn = inner.load(conversation, turn_id).await?;
        let request = turn.call(call).and_then(awaited).filter(|request| request.user == user);
        let request = request.ok_or(EngineError::NotAwaiting)?.clone();
        for asked in &request.asked {
            let value = agreed.get(&asked.field).map(String::as_str);
            if value.is_some() {
                inner.ports.privacy.set_profile(user, asked.field, value).await?;
            }
            let consent = Consent {
                user,
                plugin: request.plugin,
                field: asked.field,
                reason: asked.reason.clone(),
                is_given: value.is_some(),
                decided_at: inner.ports.clock.now(),
            };
            inner.ports.privacy.set_consent(&consent).await?;
        }
        let waiting = turn.calls().filter(|call| awaited(call).is_some_and(|each| each.plugin == request.plugin));
        let decided = waiting.map(|call| TurnEvent::ConsentDecided { call: call.id }).collect();
        match inner.record(conversation, &mut turn, decided).await {
            Ok(()) => {}
            Err(EngineError::Invalid(_)) => return Err(EngineError::NotAwaiting),
            Err(error) => return Err(error),
        }
        self.work_on(conversation, turn_id, user);
        Ok(())
    }
}

impl Inner {
    pub(crate) async fn known_of(&self, user: UserId) -> Result<Known, StoreError> {
        let (grants, privacy) = (self.ports.grants.list_grants(user).await?, &self.ports.privacy);
        Ok(Known { user, grants, consents: privacy.list_consents(user).await?, profile: privacy.profile(user).await? })
    }

    /// Of calls that may leave, those that tell nothing that their person has taken back meanwhile.
    pub(crate) async fn consented_calls(
        &self,
        conversation: ConversationId,
        turn: &mut Turn,
        user: UserId,
        calls: &[CallId],
    ) -> Result<Vec<CallId>, EngineError> {
        let known = self.known_of(user).await?;
        let is_fine = |call: &Call| {
            let (Some(plan), Some(preview)) = (&call.plan, &call.preview) else { return true };
            let shared = known.shared_with(plan.plugin);
            preview.personal.iter().all(|field| shared.contains_key(field))
        };
        let (fine, taken_back): (Vec<&Call>, Vec<&Call>) =
            turn.calls().filter(|call| calls.contains(&call.id)).partition(|call| is_fine(call));
        let fine = fine.iter().map(|call| call.id).collect();
        let events: Vec<TurnEvent> = taken_back.iter().map(|call| no_longer_shared(call.id)).collect();
        if !events.is_empty() {
            self.record(conversation, turn, events).await?;
        }
        Ok(fine)
    }

    /// Writes down for the person what is about to leave. What cannot be written down does not leave.
    pub(crate) async fn write_down(
        &self,
        conversation: ConversationId,
        turn: &Turn,
        user: UserId,
        calls: &[CallId],
        place: Option<&str>,
    ) -> Result<(), EngineError> {
        for call in turn.calls().filter(|call| calls.contains(&call.id)) {
            let (Some(plan), Some(preview)) = (&call.plan, &call.preview) else { continue };
            let departure = Departure {
                call: call.id,
                user,
                plugin: plan.plugin,
                plugin_name: preview.plugin_name.clone(),
                conversation,
                operation: plan.operation.clone(),
                method: plan.method,
                host: preview.host.clone(),
                arguments: preview.arguments.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect(),
                place: place.map(str::to_owned),
                personal: preview.personal.clone(),
                accounts: self.accounts(user, conversation, plan).await?,
                left_at: self.ports.clock.now(),
            };
            self.ports.privacy.record_departure(&departure).await?;
        }
        Ok(())
    }
}
