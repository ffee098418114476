//! The models that the operator configured, in their order.

use std::sync::Arc;

use cordboard_domain::id::ModelId;

use crate::chat::{ChatModel, ModelInfo};

/// All models of this installation. The first one is the default.
#[derive(Clone, Default)]
pub struct ModelRegistry {
    models: Vec<Arc<dyn ChatModel>>,
}

impl ModelRegistry {
    /// A registry; of two models with one id the first wins.
    pub fn new(models: Vec<Arc<dyn ChatModel>>) -> Self {
        Self { models }
    }

    /// What can be chosen.
    pub fn list(&self) -> impl Iterator<Item = &ModelInfo> {
        self.models.iter().map(|model| model.info())
    }

    /// The model that new conversations get.
    pub fn default_id(&self) -> Option<&ModelId> {
        self.models.first().map(|model| &model.info().id)
    }

    /// The model of this id.
    pub fn lookup(&self, id: &ModelId) -> Option<Arc<dyn ChatModel>> {
        self.models.iter().find(|model| &model.info().id == id).cloned()
    }
}
