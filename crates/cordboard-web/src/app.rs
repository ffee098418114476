//! What the handlers work with.

use std::sync::Arc;

use cordboard_agent::catalogue::Catalogue;
use cordboard_agent::engine::Engine;
use cordboard_domain::ports::{Conversations, Credentials, FetchImage, Grants, Journal, People, Privacy};
use cordboard_domain::time::{Clock, Entropy};
use tokio_util::sync::CancellationToken;

use crate::provider::Provider;
use crate::rate_limit::Doors;

/// The whole application behind the pages. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub engine: Engine,
    pub catalogue: Catalogue,
    pub journal: Arc<dyn Journal>,
    pub conversations: Arc<dyn Conversations>,
    pub people: Arc<dyn People>,
    pub credentials: Arc<dyn Credentials>,
    pub grants: Arc<dyn Grants>,
    pub privacy: Arc<dyn Privacy>,
    pub images: Arc<dyn FetchImage>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub doors: Doors,
    /// Who vouches for people besides this server, where the operator configured one.
    pub provider: Option<Provider>,
    pub settings: Arc<Settings>,
    /// Cancelled when the server stops, which ends open event streams.
    pub shutdown: CancellationToken,
}

/// What the operator decided about the pages.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests that work with what the operator installed; shown where a conversation is empty.
    pub suggestions: Vec<String>,
    /// Host names under which the server is reached, besides loopback.
    pub hosts: Vec<String>,
    /// Whether browsers reach the server through HTTPS, so that cookies may be bound to it.
    pub is_https: bool,
    /// How many plugins may be active in one conversation.
    pub most_active: usize,
    /// The header in which the operator's proxy tells the address of the client, such as `x-forwarded-for`.
    pub client_address_header: Option<String>,
    /// The header in which the operator's proxy tells where the client is, as a code of ISO 3166-2 or 3166-1.
    pub place_header: Option<String>,
    /// Where everybody is who says nothing else, as the operator has it.
    pub place: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            suggestions: Vec::new(),
            hosts: Vec::new(),
            is_https: false,
            most_active: 3,
            client_address_header: None,
            place_header: None,
            place: None,
        }
    }
}
