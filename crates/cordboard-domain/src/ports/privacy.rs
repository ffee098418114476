//! What plugins learn of people.

use async_trait::async_trait;

use super::StoreError;
use crate::id::{PluginId, UserId};
use crate::personal::{Consent, Departure, PersonalField, PlaceSetting, PlaceShare, Profile};

/// What people say about themselves, whom they let know it, and what has left.
#[async_trait]
pub trait Privacy: Send + Sync {
    async fn place(&self, user: UserId) -> Result<PlaceSetting, StoreError>;
    /// Keeps what a person decided about where they are.
    async fn set_place(&self, user: UserId, share: PlaceShare, own: Option<&str>) -> Result<(), StoreError>;
    /// Keeps where the operator's proxy saw a person.
    async fn set_seen_place(&self, user: UserId, seen: &str) -> Result<(), StoreError>;
    async fn profile(&self, user: UserId) -> Result<Profile, StoreError>;
    /// Keeps what a person says about themselves, or forgets it.
    async fn set_profile(&self, user: UserId, field: PersonalField, value: Option<&str>) -> Result<(), StoreError>;
    /// What a person decided, by plugin and field.
    async fn list_consents(&self, user: UserId) -> Result<Vec<Consent>, StoreError>;
    /// Keeps a decision, in place of an earlier one.
    async fn set_consent(&self, consent: &Consent) -> Result<(), StoreError>;
    /// Forgets a decision, so that the plugin gets nothing and may ask again.
    async fn revoke_consent(&self, user: UserId, plugin: PluginId, field: PersonalField) -> Result<(), StoreError>;
    /// Writes down what is about to leave; once for each call.
    async fn record_departure(&self, departure: &Departure) -> Result<(), StoreError>;
    /// What has left in a person's name, the newest first; for one plugin or for all.
    async fn list_departures(
        &self,
        user: UserId,
        plugin: Option<PluginId>,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<Departure>, StoreError>;
}
