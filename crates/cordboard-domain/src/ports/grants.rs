//! Standing permissions.

use async_trait::async_trait;

use super::StoreError;
use crate::grant::Grant;
use crate::id::{GrantId, UserId};
use crate::time::Timestamp;

/// What people allowed once for all.
#[async_trait]
pub trait Grants: Send + Sync {
    async fn add_grant(&self, grant: &Grant) -> Result<(), StoreError>;
    /// A person's, the newest first; those whose time is over too.
    async fn list_grants(&self, user: UserId) -> Result<Vec<Grant>, StoreError>;
    async fn record_grant_use(&self, grant: GrantId, at: Timestamp) -> Result<(), StoreError>;
    /// Takes one back; somebody else's is not found.
    async fn revoke_grant(&self, user: UserId, grant: GrantId) -> Result<(), StoreError>;
}
