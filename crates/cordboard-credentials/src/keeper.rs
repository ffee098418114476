//! Takes credentials from people and developers, and keeps them sealed.

pub(crate) mod authorization;
mod keys;
mod leaving;
mod rehearsing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cordboard_domain::call::PlannedCall;
use cordboard_domain::connection::{Connection, OAuthClient, Readiness, Sealed, Wanted};
use cordboard_domain::id::{ConnectionId, ConversationId, PluginId, UserId};
use cordboard_domain::plugin::VersionDigest;
use cordboard_domain::ports::{
    Callback, ClientRegistration, Connected, CredentialError, Credentials, Ending, Farewell, StoreError, Vault,
};
use cordboard_domain::rehearsal::Rehearsal;
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::{Clock, Entropy};
use cordboard_net::GuardedClient;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use zeroize::Zeroizing;

use crate::attach;
use crate::seal::{OpenError, Place, Sealer};
use crate::secret::{Client, ClientSecret};

/// What the keeper works with.
#[derive(Clone)]
pub struct KeeperPorts {
    pub vault: Arc<dyn Vault>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// The way to token servers, which is the plugins' own.
    pub client: GuardedClient,
}

/// Keeps credentials. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    pub(crate) ports: KeeperPorts,
    pub(crate) sealer: Sealer,
    /// Of the calls of this process that find a token run out, one looks after it.
    pub(crate) renewing: Arc<Mutex<HashMap<ConnectionId, Arc<tokio::sync::Mutex<()>>>>>,
}

impl From<OpenError> for CredentialFault {
    fn from(error: OpenError) -> Self {
        Self(error.to_string())
    }
}

/// A sealed value that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CredentialFault(String);

impl From<CredentialFault> for CredentialError {
    fn from(CredentialFault(problem): CredentialFault) -> Self {
        Self::Keys(problem)
    }
}

pub(crate) fn connection_place<'row>(row: &'row str, owner: &'row str) -> Place<'row> {
    Place { table: "connections", row, column: "secret", owner }
}

pub(crate) fn authorization_place<'row>(row: &'row str, owner: &'row str) -> Place<'row> {
    Place { table: "authorizations", row, column: "secret", owner }
}

impl Keeper {
    /// A keeper over its ports.
    pub fn new(ports: KeeperPorts, sealer: Sealer) -> Self {
        Self { ports, sealer, renewing: Arc::default() }
    }

    pub(crate) fn seal(&self, place: &Place<'_>, value: &impl Serialize) -> Sealed {
        let text = Zeroizing::new(serde_json::to_vec(value).expect("secrets have only string keys"));
        self.sealer.seal(place, &text)
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, place: &Place<'_>, sealed: &Sealed) -> Result<T, CredentialFault> {
        let text = self.sealer.open(place, sealed)?;
        serde_json::from_slice(&text).map_err(|_| CredentialFault::from(OpenError::Broken))
    }

    /// The client that a developer registered for a scheme.
    pub(crate) async fn client(&self, plugin: PluginId, scheme: &str) -> Result<Option<Client>, CredentialError> {
        let Some((client, sealed)) = self.ports.vault.lookup_oauth_client(plugin, scheme).await? else {
            return Ok(None);
        };
        let row = client_row(plugin, scheme);
        let mut secret: ClientSecret = self.open(&client_place(&row), &sealed)?;
        let text = std::mem::take(&mut secret.secret);
        Ok(Some(Client { id: client.client_id, secret: text, auth: client.auth }))
    }
}

pub(crate) fn client_row(plugin: PluginId, scheme: &str) -> String {
    format!("{plugin}/{scheme}")
}

pub(crate) fn client_place(row: &str) -> Place<'_> {
    Place { table: "oauth_clients", row, column: "secret", owner: "" }
}

/// Whose a connection is, as its seal has it.
pub(crate) fn owner(user: Option<UserId>) -> String {
    user.map(|user| user.to_string()).unwrap_or_default()
}

#[async_trait]
impl Credentials for Keeper {
    async fn check(
        &self,
        user: UserId,
        conversation: ConversationId,
        call: &PlannedCall,
    ) -> Result<Readiness, StoreError> {
        if call.credentials.is_empty() {
            return Ok(Readiness::Ready);
        }
        let mut candidates = self.ports.vault.list_candidates(user, call.plugin, conversation).await?;
        if self.breaks(call, &candidates).await {
            candidates = self.ports.vault.list_candidates(user, call.plugin, conversation).await?;
        }
        let candidates: Vec<&Connection> = candidates.iter().map(|each| &each.connection).collect();
        Ok(attach::readiness(call, &candidates))
    }

    async fn used_by(
        &self,
        user: UserId,
        conversation: ConversationId,
        call: &PlannedCall,
    ) -> Result<Vec<Connection>, StoreError> {
        if call.credentials.is_empty() {
            return Ok(Vec::new());
        }
        let candidates = self.ports.vault.list_candidates(user, call.plugin, conversation).await?;
        let candidates: Vec<&Connection> = candidates.iter().map(|each| &each.connection).collect();
        let chosen = attach::choose(call, &candidates).unwrap_or_default();
        Ok(chosen.into_iter().map(|(_, connection)| connection.clone()).collect())
    }

    async fn lookup_client(&self, plugin: PluginId, scheme: &str) -> Result<Option<OAuthClient>, StoreError> {
        Ok(self.ports.vault.lookup_oauth_client(plugin, scheme).await?.map(|(client, _)| client))
    }

    async fn register_client(&self, wanted: &Wanted, registration: ClientRegistration) -> Result<(), CredentialError> {
        self.keep_client(wanted, registration).await
    }

    async fn set_service_key(&self, wanted: &Wanted, key: &str) -> Result<(), CredentialError> {
        self.keep_service_key(wanted, key).await
    }

    async fn forget_given(&self, plugin: PluginId, scheme: &str) -> Result<(), CredentialError> {
        let farewell = self.gathered(Ending::Scheme(plugin, scheme)).await;
        self.ports.vault.remove_given(plugin, scheme).await?;
        farewell.await;
        Ok(())
    }

    async fn add_key(&self, wanted: &Wanted, key: &str, label: &str) -> Result<ConnectionId, CredentialError> {
        self.keep_key(wanted, key, label).await
    }

    async fn begin_authorization(
        &self,
        wanted: &Wanted,
        session: &TokenDigest,
        redirect: &str,
    ) -> Result<Url, CredentialError> {
        self.depart(wanted, session, redirect).await
    }

    async fn complete_authorization(
        &self,
        user: UserId,
        session: &TokenDigest,
        plugin: PluginId,
        version: &VersionDigest,
        callback: Callback,
    ) -> Result<Connected, CredentialError> {
        self.arrive(user, session, plugin, version, callback).await
    }

    async fn list_connections(&self, user: UserId) -> Result<Vec<Connection>, StoreError> {
        self.ports.vault.list_connections(user).await
    }

    async fn list_service_connections(&self, plugin: PluginId) -> Result<Vec<Connection>, StoreError> {
        self.ports.vault.list_service_connections(plugin).await
    }

    async fn lookup_rehearsal(&self, plugin: PluginId) -> Result<Option<Rehearsal>, StoreError> {
        self.ports.vault.lookup_rehearsal(plugin).await
    }

    async fn rehearse_renewal(&self, user: UserId, connection: ConnectionId) -> Result<(), CredentialError> {
        self.renewal_rehearsed(user, connection).await
    }

    async fn choose(
        &self,
        user: UserId,
        conversation: ConversationId,
        connection: ConnectionId,
    ) -> Result<(), StoreError> {
        let own = self.ports.vault.lookup_connection(connection).await?;
        if own.is_none_or(|each| each.connection.user != Some(user)) {
            return Err(StoreError::NotFound("connection"));
        }
        self.ports.vault.choose_connection(conversation, connection).await
    }

    async fn disconnect(&self, user: UserId, connection: ConnectionId) -> Result<bool, CredentialError> {
        self.forget(user, connection).await
    }

    async fn farewell(&self, ending: Ending<'_>) -> Farewell {
        self.gathered(ending).await
    }
}
