//! What the handlers work with.

use std::sync::Arc;

use cordboard_agent::engine::Engine;
use cordboard_agent::installation::Installer;
use cordboard_domain::ports::{Accounts, Conversations, FetchImage, Journal, PluginShelf};
use cordboard_domain::time::{Clock, Entropy};
use tokio_util::sync::CancellationToken;

/// The whole application behind the pages. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub engine: Engine,
    pub installer: Installer,
    pub journal: Arc<dyn Journal>,
    pub conversations: Arc<dyn Conversations>,
    pub shelf: Arc<dyn PluginShelf>,
    pub accounts: Arc<dyn Accounts>,
    pub images: Arc<dyn FetchImage>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Requests that work with what the operator installed; shown where a conversation is empty.
    pub suggestions: Vec<String>,
    /// Host names under which the server is reached, besides loopback.
    pub hosts: Vec<String>,
    /// Cancelled when the server stops, which ends open event streams.
    pub shutdown: CancellationToken,
}
