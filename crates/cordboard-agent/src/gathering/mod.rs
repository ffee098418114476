//! From an address as a person types it to a compiled plugin: fetch manifest, description and what that refers to. Nothing
//! is kept here; `catalogue` does that.

mod address;
mod gather;
mod verification;

use std::sync::Arc;

use cordboard_domain::origin::ListedOrigins;
use cordboard_domain::plugin::{Facts, PluginDocuments, VersionDigest};
use cordboard_domain::ports::{FetchDocument, FetchError};
use cordboard_spec::toolset::{CompileError, Toolset};
use url::Url;

use crate::library::LibraryError;

pub use address::WELL_KNOWN;
pub use verification::CHALLENGE;

/// Gathers and compiles the documents of plugins.
#[derive(Clone)]
pub struct Gatherer {
    pub documents: Arc<dyn FetchDocument>,
    /// The private origins that the operator lists with plugins.
    pub listed: ListedOrigins,
}

/// Documents that make a plugin, before anything is kept.
#[derive(Debug)]
pub struct Candidate {
    pub documents: PluginDocuments,
    pub toolset: Toolset,
    pub digest: VersionDigest,
    pub facts: Facts,
    /// What the plugin is known by: the origin of its manifest, or the address of its description.
    pub origin: String,
}

/// Why documents made no plugin.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
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
}

impl From<LibraryError> for GatherError {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Compile(error) => Self::Compile(error),
            LibraryError::Address(address) => Self::Address(address),
            // Compiling asks no store.
            LibraryError::Interrupted | LibraryError::Store(_) => Self::Interrupted,
        }
    }
}

fn parse_url(text: &str) -> Result<Url, GatherError> {
    Url::parse(text).map_err(|_| GatherError::Address(text.to_owned()))
}
