//! A person changes the arguments of a call that waits: it is checked and planned anew, and the question is then about the
//! new request.

use cordboard_domain::call::{Call, CallPreview, Confirmation, PlannedCall};
use cordboard_domain::event::TurnEvent;
use cordboard_domain::id::{ConfirmationId, ConversationId, TurnId, UserId};
use cordboard_domain::ports::StoreError;
use cordboard_domain::turn::Turn;
use cordboard_spec::request::{plan, validate};
use serde_json::{Map, Value};

use crate::consenting::told;
use crate::engine::{Engine, EngineError};
use crate::settle::host;

/// What a call that waits would become.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub plan: PlannedCall,
    pub preview: CallPreview,
}

impl Engine {
    /// What a call would be with these arguments, which stay as they are where `arguments` gives none. Nothing is stored.
    pub async fn try_arguments(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        user: UserId,
        confirmation: ConfirmationId,
        arguments: impl FnOnce(&CallPreview) -> Map<String, Value>,
    ) -> Result<Revision, EngineError> {
        let turn = self.inner.load(conversation, turn).await?;
        let (call, asked) = turn.awaiting(confirmation).ok_or(EngineError::NotAwaiting)?;
        let arguments = call.preview.as_ref().map(arguments).ok_or(EngineError::NotAwaiting)?;
        self.revision(call, asked, user, arguments).await
    }

    /// Asks about the call with these arguments instead, and gives the question that is open now; the same one where they
    /// change nothing.
    pub async fn revise(
        &self,
        conversation: ConversationId,
        turn: TurnId,
        user: UserId,
        confirmation: ConfirmationId,
        arguments: impl FnOnce(&CallPreview) -> Map<String, Value>,
    ) -> Result<ConfirmationId, EngineError> {
        let mut turn: Turn = self.inner.load(conversation, turn).await?;
        let (call, asked) = turn.awaiting(confirmation).ok_or(EngineError::NotAwaiting)?;
        let arguments = call.preview.as_ref().map(arguments).ok_or(EngineError::NotAwaiting)?;
        // What the person did not change is asked about as it was, whatever has become of the rest.
        let is_same =
            call.preview.as_ref().is_some_and(|preview| preview.arguments == Value::Object(arguments.clone()));
        if is_same {
            return Ok(confirmation);
        }
        let Revision { plan, preview } = self.revision(call, asked, user, arguments).await?;
        // A changed question is as old as it was.
        let new = Confirmation { expires_at: asked.expires_at, ..self.inner.confirmation(user, &plan) };
        let id = new.id;
        let revised = TurnEvent::CallRevised { call: call.id, plan, preview, confirmation: new };
        match self.inner.record_next(conversation, &mut turn, &[revised]).await {
            Ok(()) => Ok(id),
            // Somebody else was faster; what they did has to be seen first.
            Err(EngineError::Store(StoreError::Conflict)) => Err(EngineError::NotAwaiting),
            Err(error) => Err(error),
        }
    }

    async fn revision(
        &self,
        call: &Call,
        asked: &Confirmation,
        user: UserId,
        arguments: Map<String, Value>,
    ) -> Result<Revision, EngineError> {
        let (Some(before), Some(preview)) = (&call.plan, &call.preview) else { return Err(EngineError::NotAwaiting) };
        if asked.user != user {
            return Err(EngineError::NotAwaiting);
        }
        let toolset = self.inner.library.get(&before.version).await?;
        let operation = toolset.operation(&before.operation).ok_or(EngineError::NotAwaiting)?;
        let raw = Value::Object(arguments).to_string();
        let unfit = |problem: String| EngineError::Arguments(problem);
        let checked = validate::arguments(operation, &raw).map_err(|problem| unfit(problem.to_string()))?;
        let profile = self.inner.known_of(user).await?.shared_with(before.plugin);
        let plan = plan::plan_for(operation, before.plugin, &before.version, &checked.arguments, &profile)
            .map_err(|problem| unfit(problem.to_string()))?
            .from_home(toolset.home.clone());
        let arguments = Value::Object(checked.arguments);
        let preview = CallPreview {
            host: host(&plan),
            changed: changed(preview, &arguments),
            personal: told(operation, &profile),
            arguments,
            repairs: checked.repairs,
            ..preview.clone()
        };
        Ok(Revision { plan, preview })
    }
}

/// The names of all arguments that a person changed, now or before.
fn changed(before: &CallPreview, arguments: &Value) -> Vec<String> {
    let names = [&before.arguments, arguments].into_iter().filter_map(Value::as_object).flat_map(Map::keys);
    let mut changed = before.changed.clone();
    for name in names {
        if before.arguments.get(name) != arguments.get(name) && !changed.contains(name) {
            changed.push(name.clone());
        }
    }
    changed
}
