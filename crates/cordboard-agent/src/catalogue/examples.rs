//! Example requests of a plugin's operations, as its developer edits them.

use cordboard_domain::example_requests::{EditedExamples, ExampleRequests};
use cordboard_domain::ports::StoreError;
use cordboard_spec::toolset::operation::Operation;

use super::access::OwnPlugin;
use super::{Catalogue, CatalogueError};

/// Where the example requests of an operation come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleSource {
    /// The API description.
    Published,
    /// Made from the operation's description.
    Made,
    /// Its developer, on this server.
    Edited,
}

impl ExampleSource {
    pub const ALL: [Self; 3] = [Self::Published, Self::Made, Self::Edited];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Made => "made",
            Self::Edited => "edited",
        }
    }

    /// The example requests that models are given of an operation as it was published, and where they come from.
    pub fn of<'examples>(
        operation: &'examples Operation,
        edited: &'examples EditedExamples,
    ) -> (Self, &'examples [String]) {
        match edited.get(&operation.name) {
            Some(examples) => (Self::Edited, examples.as_slice()),
            None if operation.examples.is_empty() => (Self::Made, &operation.made_examples),
            None => (Self::Published, &operation.examples),
        }
    }
}

impl Catalogue {
    /// The edited example requests of a developer's plugin.
    pub async fn edited_examples(&self, own: &OwnPlugin) -> Result<EditedExamples, CatalogueError> {
        let plugin = own.plugin().id;
        Ok(self.ports.examples.list_examples(&[plugin]).await?.remove(&plugin).unwrap_or_default())
    }

    /// Replaces the example requests of an operation, in everybody's conversations at once.
    pub async fn edit_examples(
        &self,
        own: &OwnPlugin,
        operation: &str,
        examples: &ExampleRequests,
    ) -> Result<(), CatalogueError> {
        let plugin = own.plugin();
        let toolset = self.engine.library().get(&plugin.current).await?;
        if toolset.operation(operation).is_none() {
            return Err(StoreError::NotFound("operation").into());
        }
        Ok(self.ports.examples.set_examples(plugin.id, operation, examples).await?)
    }

    /// Goes back to the published or made example requests of an operation.
    pub async fn reset_examples(&self, own: &OwnPlugin, operation: &str) -> Result<(), CatalogueError> {
        Ok(self.ports.examples.delete_examples(own.plugin().id, operation).await?)
    }
}
