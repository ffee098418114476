//! Sharing a plugin that is not in the store, by name or by link, with few people.

use cordboard_domain::account::{Account, Login};
use cordboard_domain::id::{ShareLinkId, UserId};
use cordboard_domain::installation::{Installation, ShareLink};
use cordboard_domain::plugin::Plugin;
use cordboard_domain::ports::StoreError;
use cordboard_domain::secret::{self, TokenDigest};
use cordboard_domain::time::SignedDuration;

use super::access::OwnPlugin;
use super::{Catalogue, CatalogueError};

/// How long a link that shares a plugin can be used.
const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);

impl Catalogue {
    /// Shares with the person of this login.
    pub async fn share(&self, own: &OwnPlugin, login: &str) -> Result<Account, CatalogueError> {
        let nobody = || CatalogueError::NobodyOfThatName(login.trim().to_owned());
        let login: Login = login.parse().map_err(|_| nobody())?;
        let account = self.ports.accounts.lookup_account(&login).await?.ok_or_else(nobody)?;
        self.share_with(own.plugin(), account.id).await?;
        Ok(account)
    }

    async fn share_with(&self, plugin: &Plugin, user: UserId) -> Result<(), CatalogueError> {
        if plugin.developer == user {
            return Err(CatalogueError::Yourself);
        }
        let limit = self.config.share_limit;
        match self.ports.sharing.share(plugin.id, user, limit, self.ports.clock.now()).await {
            Err(StoreError::Full(_)) => Err(CatalogueError::Full(limit)),
            shared => Ok(shared?),
        }
    }

    /// Takes the plugin from a person again.
    pub async fn revoke_share(&self, own: &OwnPlugin, user: UserId) -> Result<(), CatalogueError> {
        Ok(self.ports.sharing.revoke_share(own.plugin().id, user).await?)
    }

    /// Makes a link with which people join; gives it with its secret, which is not kept.
    pub async fn make_share_link(&self, own: &OwnPlugin) -> Result<(ShareLink, String), CatalogueError> {
        let now = self.ports.clock.now();
        let link = ShareLink {
            id: ShareLinkId::generate(&*self.ports.clock, &*self.ports.entropy),
            plugin: own.plugin().id,
            created_at: now,
            expires_at: now + LINK_LIFETIME,
        };
        let secret = secret::generate(&*self.ports.entropy);
        self.ports.sharing.add_share_link(&link, &TokenDigest::of(&secret)).await?;
        Ok((link, secret))
    }

    /// The plugin behind a link; `None` when the link is unknown, revoked or expired.
    pub async fn behind_share_link(&self, secret: &str) -> Result<Option<Plugin>, CatalogueError> {
        let link = self.ports.sharing.lookup_share_link(&TokenDigest::of(secret), self.ports.clock.now()).await?;
        match link {
            Some(link) => Ok(Some(self.ports.shelf.get_plugin(link.plugin).await?)),
            None => Ok(None),
        }
    }

    /// Joins by a link and installs the plugin.
    pub async fn join(&self, account: &Account, secret: &str) -> Result<Installation, CatalogueError> {
        let plugin = self.behind_share_link(secret).await?.ok_or(StoreError::NotFound("link"))?;
        self.share_with(&plugin, account.id).await?;
        self.install(account, plugin.id).await
    }
}
