//! A plugin's life between its developer and everybody: registered, tried, shared, reviewed, installed, changed.
//!
//! Whoever may act on a plugin holds a type that says so (`access`); the functions here take that type.

pub mod access;
mod evidence;
pub mod examples;
mod install;
mod register;
mod review;
mod share;
mod upkeep;
mod watch;

use std::sync::Arc;

use cordboard_domain::example_requests::InvalidExamples;
use cordboard_domain::plugin::{InvalidStanding, Plugin};
use cordboard_domain::ports::{
    Accounts, Examples, Installations, PluginShelf, Reviews, Sharing, StoreError, Storefront,
};
use cordboard_domain::review::InvalidRequests;
use cordboard_domain::time::{Clock, Entropy, SignedDuration};
use cordboard_model::registry::ModelRegistry;

use crate::engine::Engine;
use crate::gathering::{CHALLENGE, GatherError, Gatherer};
use crate::library::LibraryError;

pub use register::Registered;
pub use watch::Watched;

/// The store's side of things that the catalogue works with.
#[derive(Clone)]
pub struct CataloguePorts {
    pub shelf: Arc<dyn PluginShelf>,
    pub examples: Arc<dyn Examples>,
    pub installations: Arc<dyn Installations>,
    pub sharing: Arc<dyn Sharing>,
    pub reviews: Arc<dyn Reviews>,
    pub storefront: Arc<dyn Storefront>,
    pub accounts: Arc<dyn Accounts>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// What the operator decided.
#[derive(Debug, Clone)]
pub struct CatalogueConfig {
    /// With how many people a plugin that is not in the store may be shared.
    pub share_limit: u32,
    /// How many percent of a model's window the plugins may take while evidence is gathered.
    pub tool_share: u32,
    /// How long after a look at a plugin's documents comes the next, and up to a tenth more.
    pub look_interval: SignedDuration,
}

impl Default for CatalogueConfig {
    fn default() -> Self {
        Self { share_limit: 15, tool_share: 10, look_interval: SignedDuration::from_hours(1) }
    }
}

/// The catalogue. Cheap to clone.
#[derive(Clone)]
pub struct Catalogue {
    pub ports: CataloguePorts,
    pub gatherer: Gatherer,
    pub config: CatalogueConfig,
    engine: Engine,
    models: ModelRegistry,
    watch: watch::Looks,
}

/// Why something with plugins was not done.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Gather(#[from] GatherError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error(transparent)]
    Requests(#[from] InvalidRequests),
    #[error(transparent)]
    Examples(#[from] InvalidExamples),
    #[error("this needs the role of a {0}")]
    Role(cordboard_domain::account::Role),
    #[error("{0}")]
    Standing(#[from] InvalidStanding),
    #[error("{0} people have it already, which is as many as may; take it from somebody first")]
    Full(u32),
    #[error("nobody here has the login `{0}`")]
    NobodyOfThatName(String),
    #[error("you registered it yourself and have it already")]
    Yourself,
    #[error("reviewers banned {0}, so nobody can use it")]
    Banned(String),
    #[error("a submission is decided by somebody other than its developer")]
    OwnSubmission,
    #[error("a ban is ended by somebody other than the plugin's developer")]
    OwnBan,
    #[error("reviewers banned it, and its registration stays as long as the ban does")]
    StaysBanned,
    #[error("another plugin from {0} is in the store already")]
    OriginTaken(String),
    #[error(
        "the domain is not verified: {origin} must serve `\"cordboard\": \"{token}\"` in `auth.verification_tokens` of \
         /.well-known/ai-plugin.json, or the token alone in {CHALLENGE}; publish it, then try again"
    )]
    NotVerified { token: String, origin: String },
    #[error("this is not the present version or state any more; look again")]
    Outdated,
    #[error("a document that the plugin needs cannot be had now, so nothing was changed: {0}")]
    Unavailable(String),
    #[error("no chat model is configured")]
    NoModel,
    #[error("give a reason")]
    NoReason,
}

impl Catalogue {
    /// A catalogue beside an engine, whose library and models it uses.
    pub fn new(ports: CataloguePorts, gatherer: Gatherer, engine: Engine, config: CatalogueConfig) -> Self {
        let models = engine.models().clone();
        Self { ports, gatherer, config, engine, models, watch: watch::Looks::default() }
    }
}

/// Whether a version of the plugin was ever approved.
fn was_approved(plugin: &Plugin) -> bool {
    plugin.approved.is_some()
}
