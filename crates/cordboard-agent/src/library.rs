//! Compiled plugins, kept by the digest of what they were compiled from.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_domain::example_requests::EditedExamples;
use cordboard_domain::id::PluginId;
use cordboard_domain::origin::ListedOrigins;
use cordboard_domain::plugin::{PluginDocuments, VersionDigest};
use cordboard_domain::ports::{Examples, PluginShelf, StoreError};
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::source::Source;
use cordboard_spec::toolset::{CompileError, Toolset};
use cordboard_spec::version::change::{Changes, Version, compare};
use url::Url;

/// Compiles versions once and keeps them, and what changed between them; a version never changes, so nothing expires.
pub struct Library {
    shelf: Arc<dyn PluginShelf>,
    examples: Arc<dyn Examples>,
    /// The private origins that the operator lists with plugins.
    listed: ListedOrigins,
    compiled: Mutex<HashMap<VersionDigest, Arc<Toolset>>>,
    /// The same with the example requests that a plugin's developer edited; replaced when they edit again.
    edited: Mutex<HashMap<(PluginId, VersionDigest), Edited>>,
    compared: Mutex<HashMap<(VersionDigest, VersionDigest), Arc<Changes>>>,
}

/// A version with edited example requests.
struct Edited {
    examples: EditedExamples,
    toolset: Arc<Toolset>,
}

/// Why a version cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("the compilation of the plugin was interrupted")]
    Interrupted,
    #[error("the stored address `{0}` is not a URL")]
    Address(String),
}

impl Library {
    /// A library over the installed plugins.
    pub fn new(shelf: Arc<dyn PluginShelf>, examples: Arc<dyn Examples>, listed: ListedOrigins) -> Self {
        let (compiled, edited, compared) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { shelf, examples, listed, compiled, edited, compared }
    }

    /// Drops a compiled version of which the store now knows more: that its documents were fetched.
    pub(crate) fn forget(&self, digest: &VersionDigest) {
        self.compiled.lock().unwrap_or_else(PoisonError::into_inner).remove(digest);
        self.edited.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, version), _| version != digest);
    }

    /// The tools of a version.
    pub async fn get(&self, digest: &VersionDigest) -> Result<Arc<Toolset>, LibraryError> {
        let known = self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned();
        if let Some(toolset) = known {
            return Ok(toolset);
        }
        let version = self.shelf.get_version(digest).await?;
        let listed = self.listed.clone();
        let compiling = tokio::task::spawn_blocking(move || compile(&version.documents, &listed));
        let toolset = Arc::new(compiling.await.map_err(|_| LibraryError::Interrupted)??);
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(compiled.entry(digest.clone()).or_insert(toolset).clone())
    }

    /// The tools of a plugin's version with the example requests that its developer edited.
    pub async fn get_edited(&self, plugin: PluginId, digest: &VersionDigest) -> Result<Arc<Toolset>, LibraryError> {
        let edited = self.examples.list_examples(&[plugin]).await?;
        self.with_examples(plugin, digest, edited.get(&plugin)).await
    }

    /// The same where the edited example requests are known.
    pub(crate) async fn with_examples(
        &self,
        plugin: PluginId,
        digest: &VersionDigest,
        examples: Option<&EditedExamples>,
    ) -> Result<Arc<Toolset>, LibraryError> {
        let toolset = self.get(digest).await?;
        let Some(examples) = examples else { return Ok(toolset) };
        let key = (plugin, digest.clone());
        let known = self.edited.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(edited) = known.get(&key).filter(|edited| edited.examples == *examples) {
            return Ok(edited.toolset.clone());
        }
        // Copying a large toolset takes milliseconds, in which others should not wait for theirs.
        drop(known);
        let toolset = Arc::new(toolset.with_examples(examples));
        let edited = Edited { examples: examples.clone(), toolset: toolset.clone() };
        self.edited.lock().unwrap_or_else(PoisonError::into_inner).insert(key, edited);
        Ok(toolset)
    }

    /// What is different in `new`, seen from `old`.
    pub async fn changes(&self, old: &VersionDigest, new: &VersionDigest) -> Result<Arc<Changes>, LibraryError> {
        let pair = (old.clone(), new.clone());
        let known = self.compared.lock().unwrap_or_else(PoisonError::into_inner).get(&pair).cloned();
        if let Some(changes) = known {
            return Ok(changes);
        }
        let toolsets = [self.get(old).await?, self.get(new).await?];
        let documents = [self.shelf.get_version(old).await?.documents, self.shelf.get_version(new).await?.documents];
        let comparing = tokio::task::spawn_blocking(move || {
            let [old, new] = [0, 1].map(|each| Version { toolset: &toolsets[each], documents: &documents[each] });
            compare(old, new)
        });
        let changes = Arc::new(comparing.await.map_err(|_| LibraryError::Interrupted)?);
        self.compared.lock().unwrap_or_else(PoisonError::into_inner).insert(pair, changes.clone());
        Ok(changes)
    }
}

/// Compiles what a plugin published.
pub fn compile(documents: &PluginDocuments, listed: &ListedOrigins) -> Result<Toolset, LibraryError> {
    let parse = |text: &str| Url::parse(text).map_err(|_| LibraryError::Address(text.to_owned()));
    let mut bundle =
        Bundle::read(&parse(&documents.spec_url)?, documents.spec_text.as_str()).map_err(CompileError::from)?;
    for other in &documents.others {
        let address = parse(&other.url)?;
        if let Some(problem) = &other.problem {
            bundle.add_failure(&address, problem.clone());
            continue;
        }
        match Source::parse(&other.url, other.text.as_str()) {
            Ok(source) => bundle.add(address, source),
            Err(problem) => bundle.add_failure(&address, problem.to_string()),
        }
    }
    let home = documents.home();
    bundle.list_origins(home.as_ref().map_or(&[], |home| listed.of(home)));
    let mut toolset = if documents.manifest_text.is_empty() {
        Toolset::compile_bare(&bundle)?
    } else {
        Toolset::compile(&parse(&documents.manifest_url)?, &documents.manifest_text, &bundle)?
    };
    toolset.home = home;
    Ok(toolset)
}
