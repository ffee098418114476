//! Access tokens that run out. Of all calls of all servers that need a new one, one asks for it; it is stored before
//! anybody uses it.

use cordboard_domain::origin::NamedBy;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use cordboard_domain::call::PlannedCall;
use cordboard_domain::connection::{Connection, ConnectionState, Renewal, SealedConnection};
use cordboard_domain::id::ConnectionId;
use cordboard_domain::ports::StoreError;
use cordboard_domain::time::SignedDuration;

use crate::attach;
use crate::doctor;
use crate::keeper::authorization::expiry;
use crate::keeper::{Keeper, connection_place, owner};
use crate::oauth::endpoint::TokenRequest;
use crate::oauth::token::{TokenFault, Tokens};
use crate::secret::{ConnectionSecret, Grant, Token};

/// A token that runs out within this time is renewed before it is used.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);
/// How long one server has the right to renew: longer than the token server gets to answer.
const CLAIM: SignedDuration = SignedDuration::from_secs(30);
/// How often others look whether the renewal is there.
const PAUSE: Duration = Duration::from_millis(100);
const MOST_PAUSES: usize = 400;

/// Why there is no secret to send.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoSecret {
    /// Only its person can mend it.
    #[error("the plugin's server does not renew the access that you gave")]
    Broken,
    #[error("{0}")]
    NotNow(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Keeper {
    /// The secret of a connection, renewed if it has run out. `refused` is the generation that the plugin no longer takes.
    pub(crate) async fn secret(
        &self,
        used: &SealedConnection,
        refused: Option<u32>,
    ) -> Result<(String, u32), NoSecret> {
        let seen = used.connection.generation;
        if let Some(secret) = self.fresh(used, refused, false)? {
            return Ok((secret, seen));
        }
        let id = used.connection.id;
        let turn = self.renewing.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone();
        let held = turn.lock().await;
        let renewed = self.renewed(id, seen, refused).await;
        drop(held);
        self.leave(id, turn);
        renewed
    }

    /// Renews what a call would use and has run out, so that its person is asked before it leaves; says whether that
    /// broke a connection.
    pub(crate) async fn breaks(&self, call: &PlannedCall, candidates: &[SealedConnection]) -> bool {
        let all: Vec<&Connection> = candidates.iter().map(|each| &each.connection).collect();
        let mut has_broken = false;
        for (_, chosen) in attach::choose(call, &all).unwrap_or_default() {
            for used in candidates.iter().filter(|each| each.connection.id == chosen.id) {
                has_broken |= matches!(self.secret(used, None).await, Err(NoSecret::Broken));
            }
        }
        has_broken
    }

    /// Forgets the queue of a connection once nobody waits in it.
    fn leave(&self, id: ConnectionId, turn: Arc<tokio::sync::Mutex<()>>) {
        let mut renewing = self.renewing.lock().unwrap_or_else(PoisonError::into_inner);
        drop(turn);
        if renewing.get(&id).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            renewing.remove(&id);
        }
    }

    async fn renewed(&self, id: ConnectionId, seen: u32, refused: Option<u32>) -> Result<(String, u32), NoSecret> {
        for _ in 0..MOST_PAUSES {
            let present = self.ports.vault.lookup_connection(id).await?.ok_or(NoSecret::Broken)?;
            if present.connection.state == ConnectionState::Broken {
                return Err(NoSecret::Broken);
            }
            let is_new = present.connection.generation > seen;
            if let Some(secret) = self.fresh(&present, refused, is_new)? {
                return Ok((secret, present.connection.generation));
            }
            let (generation, now) = (present.connection.generation, self.ports.clock.now());
            if self.ports.vault.claim_renewal(id, generation, now, now + CLAIM).await? {
                self.renew(&present, false).await?;
            } else {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(NoSecret::NotNow("the access token is being renewed elsewhere, which takes too long".to_owned()))
    }

    /// The secret where it can be used as it is. One that this call has waited for is, however short its life.
    fn fresh(&self, used: &SealedConnection, refused: Option<u32>, is_new: bool) -> Result<Option<String>, NoSecret> {
        let SealedConnection { connection, .. } = used;
        let has_run_out = !is_new && connection.expires_at.is_some_and(|at| at <= self.ports.clock.now() + MARGIN);
        Ok(match &self.opened(used)? {
            ConnectionSecret::Key { value } => Some(value.clone()),
            ConnectionSecret::Token(token) => {
                let is_refused = refused.is_some_and(|refused| connection.generation <= refused);
                // Without a way to another one the plugin may still take it.
                let is_used = !token.can_be_renewed() || !has_run_out && !is_refused;
                (is_used && !token.access.is_empty()).then(|| token.access.clone())
            }
        })
    }

    pub(crate) fn opened(&self, used: &SealedConnection) -> Result<ConnectionSecret, NoSecret> {
        let (row, owner) = (used.connection.id.to_string(), owner(used.connection.user));
        self.open(&connection_place(&row, &owner), &used.secret).map_err(|fault| NoSecret::NotNow(fault.to_string()))
    }

    /// Asks for a new token and stores it; the claim is ours.
    async fn renew(&self, present: &SealedConnection, is_rehearsed: bool) -> Result<(), NoSecret> {
        let SealedConnection { connection, .. } = present;
        let vault = &self.ports.vault;
        match self.next(present, is_rehearsed).await {
            Ok((token, tokens)) => {
                let (row, owner) = (connection.id.to_string(), owner(connection.user));
                let secret = self.seal(&connection_place(&row, &owner), &ConnectionSecret::Token(token));
                let renewal = Renewal { secret, expires_at: expiry(self.ports.clock.now(), &tokens) };
                let is_kept = vault.renew(connection.id, connection.generation, &renewal).await?;
                if !is_kept && vault.lookup_connection(connection.id).await?.is_none() {
                    // Its person disconnected meanwhile, who wants no token to be left.
                    let left = SealedConnection { connection: connection.clone(), secret: renewal.secret };
                    let _ = self.revoke(&left).await;
                }
                Ok(())
            }
            Err(TokenFault::Rejected(_)) => {
                vault.release_renewal(connection.id, connection.generation, true).await?;
                Err(NoSecret::Broken)
            }
            Err(TokenFault::Unusable(message)) => {
                vault.release_renewal(connection.id, connection.generation, false).await?;
                Err(NoSecret::NotNow(message))
            }
        }
    }

    /// Renews out of turn, as a rehearsal: every step is written down.
    pub(crate) async fn renew_now(&self, present: &SealedConnection) -> Result<(), NoSecret> {
        let SealedConnection { connection, .. } = present;
        let now = self.ports.clock.now();
        if self.ports.vault.claim_renewal(connection.id, connection.generation, now, now + CLAIM).await? {
            self.renew(present, true).await?;
        }
        Ok(())
    }

    async fn next(&self, present: &SealedConnection, is_rehearsed: bool) -> Result<(Token, Tokens), TokenFault> {
        let connection: &Connection = &present.connection;
        let unusable = |problem: String| TokenFault::Unusable(problem);
        let secret = self.opened(present).map_err(|problem| unusable(problem.to_string()))?;
        let ConnectionSecret::Token(token) = &secret else {
            return Err(unusable("a key cannot be renewed".to_owned()));
        };
        let client = self.client(connection.plugin, &connection.scheme).await;
        let client = client.map_err(|problem| unusable(problem.to_string()))?;
        let client = client.ok_or_else(|| unusable("the developer has registered no client".to_owned()))?;
        let fields = match (&token.source.grant, &token.refresh) {
            (Grant::Refresh, Some(refresh)) => {
                vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh.clone())]
            }
            (Grant::Refresh, None) => return Err(TokenFault::Rejected("there is no refresh token".to_owned())),
            (Grant::ClientCredentials { scopes }, _) => {
                let grant = ("grant_type", "client_credentials".to_owned());
                if scopes.is_empty() { vec![grant] } else { vec![grant, ("scope", scopes.join(" "))] }
            }
        };
        let request =
            TokenRequest { url: &token.source.token_url, encoding: token.source.encoding, client: &client, fields };
        let exchanged = request.exchange(&self.ports.client, &NamedBy::home(token.source.home.clone())).await;
        if is_rehearsed {
            let step = doctor::exchanged("Cordboard renews the access token", &exchanged, self.ports.clock.now());
            self.note_step(connection.plugin, step).await;
        }
        let mut tokens = exchanged.tokens?;
        let access = std::mem::take(&mut tokens.access);
        // A server that sends no new refresh token means that the old one goes on.
        let refresh = tokens.refresh.take().or_else(|| token.refresh.clone());
        Ok((Token { access, refresh, source: token.source.clone() }, tokens))
    }
}
