//! Sealed credentials. What they say is known to whoever has the key, which is never here.

mod authorizations;
mod clients;
mod connections;
mod endings;
mod rehearsals;
mod resealing;

use async_trait::async_trait;
use cordboard_domain::connection::{Connection, OAuthClient, PendingAuthorization, Renewal, Sealed, SealedConnection};
use cordboard_domain::id::{ConnectionId, ConversationId, PluginId, UserId};
use cordboard_domain::ports::{Ending, SealedPlace, StoreError, Vault};
use cordboard_domain::rehearsal::Rehearsal;
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::Timestamp;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::Store;
use crate::row::{database, text};

/// The sealed value of a row.
fn sealed(row: &AnyRow) -> Result<Sealed, StoreError> {
    Ok(Sealed { key: text(row, "secret_key")?, bytes: row.try_get("secret").map_err(database)? })
}

#[async_trait]
impl Vault for Store {
    async fn set_oauth_client(&self, client: &OAuthClient, secret: &Sealed) -> Result<(), StoreError> {
        clients::set(self, client, secret).await
    }

    async fn lookup_oauth_client(
        &self,
        plugin: PluginId,
        scheme: &str,
    ) -> Result<Option<(OAuthClient, Sealed)>, StoreError> {
        clients::lookup(self, plugin, scheme).await
    }

    async fn put_connection(&self, connection: &SealedConnection) -> Result<(), StoreError> {
        connections::put(self, connection).await
    }

    async fn lookup_connection(&self, id: ConnectionId) -> Result<Option<SealedConnection>, StoreError> {
        connections::lookup(self, id).await
    }

    async fn list_connections(&self, user: UserId) -> Result<Vec<Connection>, StoreError> {
        connections::list(self, user).await
    }

    async fn list_candidates(
        &self,
        user: UserId,
        plugin: PluginId,
        conversation: ConversationId,
    ) -> Result<Vec<SealedConnection>, StoreError> {
        connections::list_candidates(self, user, plugin, conversation).await
    }

    async fn list_service_connections(&self, plugin: PluginId) -> Result<Vec<Connection>, StoreError> {
        connections::list_service(self, plugin).await
    }

    async fn list_ending(&self, ending: Ending<'_>, limit: u32) -> Result<Vec<SealedConnection>, StoreError> {
        endings::list(self, ending, limit).await
    }

    async fn remove_given(&self, plugin: PluginId, scheme: &str) -> Result<(), StoreError> {
        endings::remove_given(self, plugin, scheme).await
    }

    async fn claim_renewal(
        &self,
        id: ConnectionId,
        generation: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        connections::claim_renewal(self, id, generation, now, until).await
    }

    async fn renew(&self, id: ConnectionId, generation: u32, renewal: &Renewal) -> Result<bool, StoreError> {
        connections::renew(self, id, generation, renewal).await
    }

    async fn release_renewal(&self, id: ConnectionId, generation: u32, is_broken: bool) -> Result<(), StoreError> {
        connections::release_renewal(self, id, generation, is_broken).await
    }

    async fn record_connection_use(&self, id: ConnectionId, at: Timestamp) -> Result<(), StoreError> {
        connections::record_use(self, id, at).await
    }

    async fn remove_connection(&self, id: ConnectionId) -> Result<(), StoreError> {
        connections::remove(self, id).await
    }

    async fn choose_connection(&self, conversation: ConversationId, id: ConnectionId) -> Result<(), StoreError> {
        connections::choose(self, conversation, id).await
    }

    async fn add_authorization(&self, state: &TokenDigest, pending: &PendingAuthorization) -> Result<(), StoreError> {
        authorizations::add(self, state, pending).await
    }

    async fn take_authorization(
        &self,
        state: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<PendingAuthorization>, StoreError> {
        authorizations::take(self, state, now).await
    }

    async fn only_authorization(
        &self,
        session: &str,
        plugin: PluginId,
        now: Timestamp,
    ) -> Result<Option<TokenDigest>, StoreError> {
        authorizations::only(self, session, plugin, now).await
    }

    async fn set_rehearsal(&self, plugin: PluginId, rehearsal: &Rehearsal) -> Result<(), StoreError> {
        rehearsals::set(self, plugin, rehearsal).await
    }

    async fn lookup_rehearsal(&self, plugin: PluginId) -> Result<Option<Rehearsal>, StoreError> {
        rehearsals::lookup(self, plugin).await
    }

    async fn list_sealed_otherwise(&self, key: &str, limit: u32) -> Result<Vec<SealedPlace>, StoreError> {
        resealing::list(self, key, limit).await
    }

    async fn reseal(&self, place: &SealedPlace, secret: &Sealed) -> Result<bool, StoreError> {
        resealing::put(self, place, secret).await
    }

    async fn remove_sealed(&self, place: &SealedPlace) -> Result<bool, StoreError> {
        resealing::remove(self, place).await
    }
}
