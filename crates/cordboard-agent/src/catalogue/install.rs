//! Installing from the store or from those who share, and going over to new versions.

use std::sync::Arc;

use cordboard_domain::account::Account;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::installation::{Installation, Provenance};
use cordboard_domain::plugin::{Plugin, Standing, VersionDigest};
use cordboard_domain::ports::StoreError;
use cordboard_spec::version::change::Changes;
use tracing::warn;

use super::access::Visible;
use super::{Catalogue, CatalogueError};

impl Catalogue {
    /// Installs a plugin that the person may see, in the version that is theirs to have. Who has it already keeps the
    /// version that they accepted.
    pub async fn install(&self, account: &Account, plugin: PluginId) -> Result<Installation, CatalogueError> {
        let visible = self.visible(account, plugin).await?;
        if visible.plugin().standing == Standing::Banned {
            return Err(CatalogueError::Banned(visible.plugin().facts.name_for_human.clone()));
        }
        let (version, provenance) = match &visible {
            Visible::Own(plugin) => (plugin.current.clone(), Provenance::Developer),
            Visible::Shared(plugin) => (plugin.current.clone(), Provenance::Shared),
            Visible::Listed(plugin) => (approved(plugin)?, Provenance::Store),
            Visible::Kept(installation) => return Ok((**installation).clone()),
        };
        self.ports.installations.install(account.id, plugin, &version, provenance, self.ports.clock.now()).await?;
        self.installed(account, plugin).await
    }

    /// What a person has installed.
    pub async fn installed(&self, account: &Account, plugin: PluginId) -> Result<Installation, CatalogueError> {
        let found = self.ports.installations.lookup_installation(account.id, plugin).await?;
        Ok(found.ok_or(StoreError::NotFound("plugin"))?)
    }

    /// What is different in the version that a person is offered; `None` when they have it.
    pub async fn pending_changes(&self, installation: &Installation) -> Result<Option<Arc<Changes>>, CatalogueError> {
        if !installation.has_update() {
            return Ok(None);
        }
        Ok(Some(self.engine.library().changes(&installation.version, installation.offered()).await?))
    }

    /// Goes over to the version that a person was shown, provided that it is still the one they are offered.
    pub async fn accept(
        &self,
        account: &Account,
        plugin: PluginId,
        version: &VersionDigest,
    ) -> Result<Installation, CatalogueError> {
        let installation = self.installed(account, plugin).await?;
        if installation.offered() != version {
            return Err(CatalogueError::Outdated);
        }
        self.ports.installations.go_over(account.id, plugin, version, self.ports.clock.now()).await?;
        self.leave_behind(account.id, plugin).await;
        self.installed(account, plugin).await
    }

    /// Takes a plugin that a person has from them and their conversations.
    pub async fn uninstall(&self, account: &Account, plugin: PluginId) -> Result<(), CatalogueError> {
        self.installed(account, plugin).await?;
        self.ports.installations.uninstall(account.id, plugin).await?;
        self.leave_behind(account.id, plugin).await;
        Ok(())
    }

    /// Ends what waits for somebody to connect to a version that they do not have any more.
    pub(super) async fn leave_behind(&self, user: UserId, plugin: PluginId) {
        if let Err(problem) = self.engine.connected(user, plugin).await {
            warn!(%plugin, %problem, "turns that wait for an earlier version were not ended");
        }
    }
}

fn approved(plugin: &Plugin) -> Result<VersionDigest, CatalogueError> {
    plugin.approved.clone().ok_or_else(|| StoreError::NotFound("approved version").into())
}
