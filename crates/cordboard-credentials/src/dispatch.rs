//! Sends calls with what they need to say who is calling.

use std::sync::Arc;

use async_trait::async_trait;
use cordboard_domain::call::{CallContext, CallFailure, FailureKind, PlannedCall, RawResponse};
use cordboard_domain::connection::SealedConnection;
use cordboard_domain::credential::Slot;
use cordboard_domain::ports::Dispatch;
use tracing::warn;

use crate::attach;
use crate::keeper::Keeper;
use crate::redact::Redaction;
use crate::renewal::NoSecret;
use crate::secret::ConnectionSecret;

/// Adds credentials to calls before another dispatcher sends them, and masks them in what comes back.
#[derive(Clone)]
pub struct AuthorizedDispatch {
    keeper: Keeper,
    inner: Arc<dyn Dispatch>,
}

/// A call with its secrets in it.
struct Authorized {
    call: PlannedCall,
    secrets: Vec<String>,
    /// What was used, and which of its secrets.
    used: Vec<(SealedConnection, u32)>,
}

impl AuthorizedDispatch {
    /// A dispatcher in front of `inner`.
    pub fn new(keeper: Keeper, inner: Arc<dyn Dispatch>) -> Self {
        Self { keeper, inner }
    }

    async fn authorized(
        &self,
        call: &PlannedCall,
        context: &CallContext,
        refused: &[(SealedConnection, u32)],
    ) -> Result<Authorized, CallFailure> {
        let vault = &self.keeper.ports.vault;
        let candidates = vault.list_candidates(context.user, call.plugin, context.conversation).await;
        let candidates = candidates.map_err(|problem| not_sent(&problem.to_string()))?;
        let chosen = attach::choose(call, &candidates.iter().map(|each| &each.connection).collect::<Vec<_>>());
        let chosen =
            chosen.ok_or_else(|| not_sent("it needs an account at the plugin that is not connected any more"))?;
        let sealed =
            |slot: &Slot, id| candidates.iter().find(|each| each.connection.id == id).map(|each| (slot.clone(), each));
        let chosen: Vec<(Slot, &SealedConnection)> =
            chosen.into_iter().filter_map(|(slot, connection)| sealed(slot, connection.id)).collect();
        let mut authorized = Authorized { call: call.clone(), secrets: Vec::new(), used: Vec::new() };
        for (slot, connection) in chosen {
            let before = refused.iter().find(|(each, _)| each.connection.id == connection.connection.id);
            let found = self.keeper.secret(connection, before.map(|(_, generation)| *generation)).await;
            let (secret, generation) = found.map_err(|problem| not_sent(&reason(&problem)))?;
            attach::put(&mut authorized.call, &slot.attach, &secret);
            authorized.secrets.push(secret);
            authorized.used.push((connection.clone(), generation));
        }
        Ok(authorized)
    }

    async fn send(&self, authorized: &Authorized, context: &CallContext) -> Result<RawResponse, CallFailure> {
        let now = self.keeper.ports.clock.now();
        for (used, _) in &authorized.used {
            let id = used.connection.id;
            if let Err(problem) = self.keeper.ports.vault.record_connection_use(id, now).await {
                warn!(connection = %id, %problem, "the use was not recorded");
            }
        }
        let redaction = Redaction::of_sent(authorized.secrets.iter().map(String::as_str));
        let mut response = self
            .inner
            .dispatch(&authorized.call, context)
            .await
            .map_err(|failure| CallFailure { message: redaction.text(&failure.message), ..failure })?;
        redaction.response(&mut response);
        Redaction::of_all(authorized.secrets.iter().map(String::as_str)).sent(&mut response.sent);
        Ok(response)
    }

    /// What the plugin refuses: a token may be renewed; what cannot be is its person's to mend.
    async fn doubt(&self, used: &[(SealedConnection, u32)]) -> bool {
        let mut can_renew = false;
        for (connection, generation) in used {
            match self.keeper.opened(connection).as_ref() {
                Ok(ConnectionSecret::Token(token)) if token.can_be_renewed() => can_renew = true,
                Ok(_) if connection.connection.user.is_some() => {
                    let id = connection.connection.id;
                    if let Err(problem) = self.keeper.ports.vault.release_renewal(id, *generation, true).await {
                        warn!(connection = %id, %problem, "the refusal was not recorded");
                    }
                }
                Ok(_) | Err(_) => {}
            }
        }
        can_renew
    }
}

#[async_trait]
impl Dispatch for AuthorizedDispatch {
    async fn dispatch(&self, call: &PlannedCall, context: &CallContext) -> Result<RawResponse, CallFailure> {
        if call.credentials.is_empty() {
            return self.inner.dispatch(call, context).await;
        }
        let authorized = self.authorized(call, context, &[]).await?;
        let response = self.send(&authorized, context).await?;
        if response.status != 401 || !self.doubt(&authorized.used).await {
            return Ok(response);
        }
        // A read is asked again; a write is sent once, whatever comes of it.
        match self.authorized(call, context, &authorized.used).await {
            Ok(renewed) if call.is_read() => self.send(&renewed, context).await,
            Ok(_) | Err(_) => Ok(response),
        }
    }
}

fn reason(problem: &NoSecret) -> String {
    match problem {
        NoSecret::Broken => {
            "the plugin's server does not renew your access; connect again and repeat the request".to_owned()
        }
        NoSecret::NotNow(problem) => problem.trim_end_matches('.').to_owned(),
        NoSecret::Store(problem) => problem.to_string(),
    }
}

fn not_sent(reason: &str) -> CallFailure {
    CallFailure { kind: FailureKind::Refused, message: format!("The call was not sent: {reason}.") }
}
