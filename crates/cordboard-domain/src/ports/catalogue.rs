//! Plugins, the people who have them, and the store.

use async_trait::async_trait;

use super::{Resolution, StoreError};
use crate::id::{PluginId, ShareLinkId, UserId};
use crate::installation::{Installation, Provenance, Share, ShareLink};
use crate::plugin::{Facts, Plugin, PluginVersion, Verification, VersionDigest};
use crate::secret::TokenDigest;
use crate::storefront::{StoreEntry, StorePage, StoreQuery};
use crate::time::Timestamp;

/// Registered plugins and every version that was ever pinned.
#[async_trait]
pub trait PluginShelf: Send + Sync {
    /// Adds a plugin with its first version. Conflicts when the developer has registered the origin already.
    async fn register(&self, plugin: &Plugin, version: &PluginVersion) -> Result<(), StoreError>;
    /// Adds a version beside the plugin's current one.
    async fn add_version(&self, version: &PluginVersion) -> Result<(), StoreError>;
    /// Makes a version that was added the current one, together with the step of the standing that comes of it. Conflicts
    /// when the plugin has another version or standing by now than in `before`.
    async fn make_current(
        &self,
        before: &Plugin,
        version: &PluginVersion,
        step: Option<&Resolution>,
    ) -> Result<(), StoreError>;
    async fn get_plugin(&self, id: PluginId) -> Result<Plugin, StoreError>;
    async fn lookup_registration(&self, developer: UserId, origin: &str) -> Result<Option<Plugin>, StoreError>;
    /// A developer's own plugins, by name.
    async fn list_registrations(&self, developer: UserId) -> Result<Vec<Plugin>, StoreError>;
    async fn get_version(&self, digest: &VersionDigest) -> Result<PluginVersion, StoreError>;
    /// Notes where the verification token was found.
    async fn set_verified(&self, plugin: PluginId, found: &Verification) -> Result<(), StoreError>;
    /// Plugins that nobody looked at after `since`, the longest waiting first: those before reviewers or beyond, and those
    /// that somebody besides their developer has.
    async fn list_due(&self, since: Timestamp, limit: u32) -> Result<Vec<Plugin>, StoreError>;
    /// Takes it upon the caller to look at a plugin that is due, and notes it for `at`; `false` when somebody else was faster.
    async fn claim_look(&self, plugin: PluginId, since: Timestamp, at: Timestamp) -> Result<bool, StoreError>;
    /// Takes a plugin away from everybody, with its versions; [`StoreError::Conflict`] where it is banned.
    async fn unregister(&self, plugin: PluginId) -> Result<(), StoreError>;
}

/// What people have installed.
#[async_trait]
pub trait Installations: Send + Sync {
    /// Installs a plugin for a person. Who has it keeps their version, whatever they came by; what is shared is had only as
    /// long as it is.
    async fn install(
        &self,
        user: UserId,
        plugin: PluginId,
        version: &VersionDigest,
        provenance: Provenance,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Goes over to another version of a plugin that a person has; active conversations go over too.
    async fn go_over(
        &self,
        user: UserId,
        plugin: PluginId,
        version: &VersionDigest,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// By name; banned plugins included, so that people learn of it.
    async fn list_installations(&self, user: UserId) -> Result<Vec<Installation>, StoreError>;
    async fn lookup_installation(&self, user: UserId, plugin: PluginId) -> Result<Option<Installation>, StoreError>;
    /// Takes the plugin from the person and from their conversations.
    async fn uninstall(&self, user: UserId, plugin: PluginId) -> Result<(), StoreError>;
    /// Notes that a person used a plugin, which makes one more of its people where they did not lately.
    async fn record_use(&self, user: UserId, plugin: PluginId, at: Timestamp) -> Result<(), StoreError>;
}

/// With whom developers share their plugins.
#[async_trait]
pub trait Sharing: Send + Sync {
    /// By name.
    async fn list_shares(&self, plugin: PluginId) -> Result<Vec<Share>, StoreError>;
    /// Plugins that are shared with a person.
    async fn list_shared_with(&self, user: UserId) -> Result<Vec<Plugin>, StoreError>;
    /// Shares with one more person; [`StoreError::Full`] where `limit` people have it. Twice is once.
    async fn share(&self, plugin: PluginId, user: UserId, limit: u32, at: Timestamp) -> Result<(), StoreError>;
    /// Ends it, and takes the plugin from the person unless they have it from the store.
    async fn revoke_share(&self, plugin: PluginId, user: UserId) -> Result<(), StoreError>;
    async fn add_share_link(&self, link: &ShareLink, secret: &TokenDigest) -> Result<(), StoreError>;
    /// Open links, the newest first.
    async fn list_share_links(&self, plugin: PluginId, now: Timestamp) -> Result<Vec<ShareLink>, StoreError>;
    async fn lookup_share_link(&self, secret: &TokenDigest, now: Timestamp) -> Result<Option<ShareLink>, StoreError>;
    async fn revoke_share_link(&self, plugin: PluginId, link: ShareLinkId) -> Result<(), StoreError>;
}

/// The store.
#[async_trait]
pub trait Storefront: Send + Sync {
    async fn search_store(&self, query: &StoreQuery) -> Result<StorePage, StoreError>;
    /// A plugin that is in the store.
    async fn lookup_store_entry(&self, viewer: UserId, plugin: PluginId) -> Result<Option<StoreEntry>, StoreError>;
    /// Counts anew how many people used each plugin lately: uses age, and people go.
    async fn recount_people(&self, now: Timestamp) -> Result<(), StoreError>;
    /// Plugins of other origins whose names look like this one: those in the store, and those that the viewer has; without
    /// a viewer, those that anybody has. A pasted plugin only claims its origin, so those of that origin count too.
    async fn look_alikes(&self, facts: &Facts, origin: &str, viewer: Option<UserId>)
    -> Result<Vec<Plugin>, StoreError>;
}
