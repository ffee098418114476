//! Example requests that developers edited.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::example_requests::{EditedExamples, ExampleRequests};
use crate::id::PluginId;

/// Edited example requests, by plugin and operation. They belong to the plugin, not to one of its versions.
#[async_trait]
pub trait Examples: Send + Sync {
    /// Those of several plugins; plugins without any are left out.
    async fn list_examples(&self, plugins: &[PluginId]) -> Result<BTreeMap<PluginId, EditedExamples>, StoreError>;
    /// Replaces the edited requests of an operation.
    async fn set_examples(
        &self,
        plugin: PluginId,
        operation: &str,
        examples: &ExampleRequests,
    ) -> Result<(), StoreError>;
    /// Deletes the edited requests of an operation; none is fine.
    async fn delete_examples(&self, plugin: PluginId, operation: &str) -> Result<(), StoreError>;
}
