//! Installing a plugin: fetch its documents, compile them, pin the version.

mod address;
mod gather;

use std::sync::Arc;

use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::{InstalledPlugin, PluginDocuments, PluginVersion, VersionDigest};
use cordboard_domain::ports::{FetchDocument, FetchError, PluginShelf, StoreError};
use cordboard_domain::time::{Clock, Entropy};
use cordboard_spec::toolset::{CompileError, Toolset};
use url::Url;

use crate::library::LibraryError;

/// Installs plugins.
#[derive(Clone)]
pub struct Installer {
    pub documents: Arc<dyn FetchDocument>,
    pub shelf: Arc<dyn PluginShelf>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// A plugin as it was just installed.
#[derive(Debug)]
pub struct Installation {
    pub plugin: InstalledPlugin,
    pub documents: PluginDocuments,
    pub toolset: Toolset,
}

/// Documents that make a plugin, before anything is kept.
#[derive(Debug)]
pub struct Candidate {
    pub documents: PluginDocuments,
    pub toolset: Toolset,
    /// What the plugin is known by: the origin of its manifest, or the address of its description.
    pub origin: String,
}

/// Why a plugin was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error(
        "`{0}` is not the address of a plugin; give a domain (`hotels.example`), `localhost:PORT`, or the URL of an \
         ai-plugin.json or of an OpenAPI document"
    )]
    Address(String),
    #[error("the manifest could not be fetched: {0}")]
    ManifestFetch(#[source] FetchError),
    #[error("the manifest of {from} is served by {to}, which is neither the same host nor one below it")]
    Redirected { from: String, to: String },
    #[error("`api.url` is {0}, a private address of another origin, which is not the plugin's to name")]
    PrivateSpec(String),
    #[error("the compilation of the plugin was interrupted; try again")]
    Interrupted,
    #[error("the OpenAPI document could not be fetched: {0}")]
    SpecFetch(#[source] FetchError),
    #[error("the pasted text names no server with a full address; say at which address the API is served")]
    NoAddress,
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error("{reason}")]
    NothingUsable { reason: String, candidate: Box<Candidate> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LibraryError> for InstallError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Store(error) => Self::Store(error),
            LibraryError::Compile(error) => Self::Compile(error),
            LibraryError::Interrupted => Self::Interrupted,
            LibraryError::Address(address) => Self::Address(address),
        }
    }
}

impl Installer {
    /// Installs the plugin at an address as a person types it, or brings an installed one up to date.
    pub async fn install(&self, address: &str) -> Result<Installation, InstallError> {
        self.keep(self.fetch(address).await?).await
    }

    /// Installs what a person pasted: a manifest, or an API description served at `address` where it names no server.
    pub async fn install_text(&self, text: &str, address: &str) -> Result<Installation, InstallError> {
        self.keep(self.read(text, address).await?).await
    }

    async fn keep(&self, candidate: Candidate) -> Result<Installation, InstallError> {
        let Candidate { documents, toolset, origin } = candidate;
        let known = self.shelf.lookup_plugin_by_origin(&origin).await?;
        let id = known.map_or_else(|| PluginId::generate(&*self.clock, &*self.entropy), |plugin| plugin.id);
        let digest = VersionDigest::of(&documents);
        let plugin = InstalledPlugin {
            id,
            origin,
            name_for_model: toolset.namespace(),
            name_for_human: toolset.manifest.name_for_human.clone(),
            description_for_human: toolset.manifest.description_for_human.clone(),
            current: digest.clone(),
        };
        let version = PluginVersion { plugin: id, digest, documents, fetched_at: self.clock.now() };
        self.shelf.install(&plugin, &version).await?;
        Ok(Installation { plugin, documents: version.documents, toolset })
    }
}

fn parse_url(text: &str) -> Result<Url, InstallError> {
    Url::parse(text).map_err(|_| InstallError::Address(text.to_owned()))
}
