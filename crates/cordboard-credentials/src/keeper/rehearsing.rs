//! What developers see of their own sign-ins.

use cordboard_domain::connection::SealedConnection;
use cordboard_domain::id::{ConnectionId, PluginId, UserId};
use cordboard_domain::ports::{Callback, CredentialError, StoreError};
use cordboard_domain::rehearsal::{Rehearsal, RehearsalStep};
use tracing::warn;
use url::Url;

use super::Keeper;
use crate::doctor;

impl Keeper {
    /// Begins the record of a sign-in.
    pub(super) async fn note_departure(&self, plugin: PluginId, scheme: &str, url: &Url) {
        let rehearsal = doctor::departed(scheme, self.ports.clock.now(), url);
        self.keep_rehearsal(plugin, &rehearsal).await;
    }

    pub(super) async fn note_callback(&self, plugin: PluginId, callback: &Callback, problem: Option<&str>) {
        if let Some(mut rehearsal) = self.last_rehearsal(plugin).await {
            doctor::came_back(&mut rehearsal, callback, problem);
            self.keep_rehearsal(plugin, &rehearsal).await;
        }
    }

    pub(crate) async fn note_step(&self, plugin: PluginId, step: RehearsalStep) {
        if let Some(mut rehearsal) = self.last_rehearsal(plugin).await {
            rehearsal.steps.push(step);
            self.keep_rehearsal(plugin, &rehearsal).await;
        }
    }

    async fn last_rehearsal(&self, plugin: PluginId) -> Option<Rehearsal> {
        self.ports.vault.lookup_rehearsal(plugin).await.ok().flatten()
    }

    /// A record that is lost costs nobody a sign-in.
    async fn keep_rehearsal(&self, plugin: PluginId, rehearsal: &Rehearsal) {
        if let Err(problem) = self.ports.vault.set_rehearsal(plugin, rehearsal).await {
            warn!(%plugin, %problem, "the rehearsal was not kept");
        }
    }

    /// Renews a developer's own connection now, to see whether that works.
    pub(super) async fn renewal_rehearsed(&self, user: UserId, id: ConnectionId) -> Result<(), CredentialError> {
        let found = self.ports.vault.lookup_connection(id).await?;
        let own = found.filter(|each| each.connection.user == Some(user)).ok_or(StoreError::NotFound("connection"))?;
        let SealedConnection { connection, .. } = &own;
        let rehearsal =
            Rehearsal { scheme: connection.scheme.clone(), began_at: self.ports.clock.now(), steps: Vec::new() };
        self.keep_rehearsal(connection.plugin, &rehearsal).await;
        // What fails is told by the steps.
        let _ = self.renew_now(&own).await;
        Ok(())
    }
}
