//! Who may do what with a plugin, as types that are given only to those who may.

use cordboard_domain::account::{Account, Role};
use cordboard_domain::id::{PluginId, SubmissionId};
use cordboard_domain::installation::Installation;
use cordboard_domain::plugin::{Facts, Plugin, Standing, VersionDigest};
use cordboard_domain::ports::StoreError;
use cordboard_domain::review::Submission;

use super::{Catalogue, CatalogueError};

/// A person who registers plugins.
#[derive(Debug, Clone, Copy)]
pub struct Developer<'account>(&'account Account);

/// A person who decides on submissions.
#[derive(Debug, Clone, Copy)]
pub struct Reviewer<'account>(&'account Account);

/// A plugin before its own developer.
#[derive(Debug, Clone)]
pub struct OwnPlugin(Plugin);

/// A submission with its plugin before a reviewer.
#[derive(Debug, Clone)]
pub struct Examined {
    pub submission: Submission,
    pub plugin: Plugin,
    /// Whether the reviewer may decide: not on a plugin of their own, unless they run the server.
    pub may_decide: bool,
}

/// A plugin before somebody who may see it.
#[derive(Debug, Clone)]
pub enum Visible {
    Own(Plugin),
    /// Shared with them.
    Shared(Plugin),
    /// In the store.
    Listed(Plugin),
    /// They have it from the store, where it no longer is.
    Kept(Box<Installation>),
}

impl<'account> Developer<'account> {
    /// Gives the type to a person of the role.
    pub fn of(account: &'account Account) -> Result<Self, CatalogueError> {
        if account.role >= Role::Developer { Ok(Self(account)) } else { Err(CatalogueError::Role(Role::Developer)) }
    }

    pub(super) fn account(self) -> &'account Account {
        self.0
    }
}

impl<'account> Reviewer<'account> {
    /// Gives the type to a person of the role.
    pub fn of(account: &'account Account) -> Result<Self, CatalogueError> {
        if account.role >= Role::Reviewer { Ok(Self(account)) } else { Err(CatalogueError::Role(Role::Reviewer)) }
    }

    pub(super) fn account(self) -> &'account Account {
        self.0
    }
}

impl Reviewer<'_> {
    /// Whether this person may decide on a plugin.
    pub(super) fn may_decide(self, plugin: &Plugin) -> bool {
        plugin.developer != self.0.id || self.0.is_owner
    }
}

impl OwnPlugin {
    /// The plugin.
    pub fn plugin(&self) -> &Plugin {
        &self.0
    }
}

impl Visible {
    /// The plugin.
    pub fn plugin(&self) -> &Plugin {
        match self {
            Self::Own(plugin) | Self::Shared(plugin) | Self::Listed(plugin) => plugin,
            Self::Kept(installation) => &installation.plugin,
        }
    }

    /// The version that the person sees unless they have another installed.
    pub fn version(&self) -> &VersionDigest {
        match self {
            Self::Own(plugin) | Self::Shared(plugin) => &plugin.current,
            Self::Listed(plugin) => plugin.approved.as_ref().unwrap_or(&plugin.current),
            Self::Kept(installation) => &installation.version,
        }
    }

    /// What lists show of that version.
    pub fn facts(&self) -> &Facts {
        match self {
            Self::Own(plugin) | Self::Shared(plugin) | Self::Listed(plugin) => &plugin.facts,
            Self::Kept(installation) => &installation.facts,
        }
    }
}

impl Catalogue {
    /// A developer's own plugin; anybody else's is not there.
    pub async fn own(&self, account: &Account, plugin: PluginId) -> Result<OwnPlugin, CatalogueError> {
        Developer::of(account)?;
        let plugin = self.ports.shelf.get_plugin(plugin).await?;
        if plugin.developer == account.id { Ok(OwnPlugin(plugin)) } else { Err(StoreError::NotFound("plugin").into()) }
    }

    /// A submission for a reviewer to look at.
    pub async fn examine(&self, reviewer: Reviewer<'_>, submission: SubmissionId) -> Result<Examined, CatalogueError> {
        let submission = self.ports.reviews.get_submission(submission).await?;
        let plugin = self.ports.shelf.get_plugin(submission.plugin).await?;
        let may_decide = reviewer.may_decide(&plugin);
        Ok(Examined { submission, plugin, may_decide })
    }

    /// A plugin that the person may see, and why; any other is not there.
    pub async fn visible(&self, account: &Account, plugin: PluginId) -> Result<Visible, CatalogueError> {
        let found = self.ports.shelf.get_plugin(plugin).await?;
        if found.developer == account.id {
            return Ok(Visible::Own(found));
        }
        if self.ports.sharing.list_shares(plugin).await?.iter().any(|share| share.user == account.id) {
            return Ok(Visible::Shared(found));
        }
        if found.standing == Standing::Approved {
            return Ok(Visible::Listed(found));
        }
        match self.ports.installations.lookup_installation(account.id, plugin).await? {
            Some(installation) => Ok(Visible::Kept(Box::new(installation))),
            None => Err(StoreError::NotFound("plugin").into()),
        }
    }
}
