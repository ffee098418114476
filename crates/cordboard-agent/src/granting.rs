//! Standing permissions: given with the answer to a question, and looked up before one is asked.

use cordboard_domain::call::Decision;
use cordboard_domain::grant::{Covered, Grant, Terms};
use cordboard_domain::id::{ConfirmationId, ConversationId, GrantId, PluginId, TurnId, UserId};
use cordboard_spec::toolset::operation::Operation;
use cordboard_spec::version::contract::contract;
use serde_json::Value;

use crate::engine::{Engine, EngineError, Inner};

impl Engine {
    /// Allows a call that waits, and such calls from now on.
    pub async fn allow_always(
        &self,
        conversation: ConversationId,
        turn_id: TurnId,
        user: UserId,
        confirmation: ConfirmationId,
        terms: &Terms,
    ) -> Result<(), EngineError> {
        let inner = &self.inner;
        let turn = inner.load(conversation, turn_id).await?;
        let (call, asked) = turn.awaiting(confirmation).ok_or(EngineError::NotAwaiting)?;
        let (Some(plan), Some(preview)) = (&call.plan, &call.preview) else { return Err(EngineError::NotAwaiting) };
        let now = inner.ports.clock.now();
        if asked.user != user || !preview.may_be_standing || asked.expires_at <= now {
            return Err(EngineError::NotAwaiting);
        }
        let toolset = inner.library.get(&plan.version).await?;
        let operation = toolset.operation(&plan.operation).ok_or(EngineError::NotAwaiting)?;
        let grant = Grant {
            id: GrantId::generate(&*inner.ports.clock, &*inner.ports.entropy),
            user,
            plugin: plan.plugin,
            operation: plan.operation.clone(),
            contract: contract(operation),
            summary: preview.summary.clone(),
            bounds: terms.bounds(&preview.arguments),
            created_at: now,
            expires_at: terms.expires_at,
            last_used_at: None,
        };
        self.decide(conversation, turn_id, user, confirmation, Decision::Allowed).await?;
        Ok(inner.ports.grants.add_grant(&grant).await?)
    }
}

impl Inner {
    /// The permission of a person that covers a call.
    pub(crate) fn covering(
        &self,
        grants: &[Grant],
        plugin: PluginId,
        operation: &Operation,
        arguments: &Value,
    ) -> Option<GrantId> {
        let mut candidates =
            grants.iter().filter(|grant| grant.plugin == plugin && grant.operation == operation.name).peekable();
        candidates.peek()?;
        let contract = contract(operation);
        let call = Covered { plugin, operation: &operation.name, contract: &contract, arguments };
        let now = self.ports.clock.now();
        candidates.find(|grant| grant.covers(call, now)).map(|grant| grant.id)
    }
}
