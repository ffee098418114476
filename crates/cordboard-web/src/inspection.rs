//! A version of a plugin, looked into: operations, findings, tokens, and what a model is told.

use std::sync::Arc;

use axum::http::StatusCode;
use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::{PluginDocuments, VersionDigest};
use cordboard_spec::render::{index, typescript};
use cordboard_spec::report::Report;
use cordboard_spec::toolset::Toolset;
use minijinja::value::Serde;
use minijinja::{Value, context};

use crate::app::App;
use crate::error::{WebError, sentence};

/// Above this, a page shows the index of an API instead of everything a model could be told.
const MAX_SHOWN_TOKENS: usize = 12_000;

/// A version with all there is to say about it.
pub(crate) struct Inspection {
    pub(crate) toolset: Arc<Toolset>,
    pub(crate) documents: PluginDocuments,
    pub(crate) report: Report,
}

impl Inspection {
    /// A plugin's version with the example requests that its developer edited, as models are shown it.
    pub(crate) async fn of(app: &App, plugin: PluginId, version: &VersionDigest) -> Result<Self, WebError> {
        let refused =
            |problem: String| WebError::new(StatusCode::CONFLICT, "This plugin cannot be used", sentence(&problem));
        let toolset = app.engine.library().get_edited(plugin, version).await;
        let toolset = toolset.map_err(|problem| refused(problem.to_string()))?;
        let documents = app.catalogue.ports.shelf.get_version(version).await?.documents;
        let inspecting = tokio::task::spawn_blocking(move || {
            let report = cordboard_lint::inspect(&toolset, &documents);
            Self { toolset, documents, report }
        });
        inspecting.await.map_err(|problem| refused(problem.to_string()))
    }

    /// For `operations.html`, `findings.html` and `model_text.html`.
    pub(crate) fn view(&self) -> Value {
        let is_large = self.report.tokens.typescript > MAX_SHOWN_TOKENS;
        context! {
            report => Value::from(Serde(&self.report)),
            is_large,
            model_text => self.model_text(is_large),
        }
    }

    /// What the model is told, or of a large API only the index that it starts from.
    fn model_text(&self, is_large: bool) -> String {
        let namespace = self.toolset.namespace();
        if is_large { index::render(&self.toolset, &namespace) } else { typescript::render(&self.toolset, &namespace) }
    }
}
