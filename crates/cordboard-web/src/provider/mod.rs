//! Signing in through an OpenID Connect provider that the operator configured.

mod exchange;
mod http;
mod newcomers;
mod pending;

use std::fmt;
use std::sync::Arc;

use cordboard_domain::account::Role;
use cordboard_domain::origin::{is_private, is_same_origin};
use cordboard_domain::ports::ReachProvider;
use url::Url;

pub(crate) use exchange::{Person, depart, identify};
pub(crate) use newcomers::{Admission, admit};
pub(crate) use pending::Pending;

/// What the operator says about the provider.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Word for word as in the provider's tokens, with or without a slash at its end: `https://id.example.org/realm`.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// As people know the provider: "Sign in with …".
    pub name: String,
    /// What somebody becomes who signs in for the first time.
    pub role: Role,
    /// Where there are some, only verified addresses of these domains are let in.
    pub email_domains: Vec<String>,
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, client_id, client_secret: _, name, role, email_domains } = self;
        formatter
            .debug_struct("ProviderSettings")
            .field("issuer", &issuer)
            .field("client_id", client_id)
            .field("name", name)
            .field("role", role)
            .field("email_domains", email_domains)
            .finish_non_exhaustive()
    }
}

/// The provider and the way to it.
#[derive(Clone)]
pub struct Provider {
    pub settings: ProviderSettings,
    pub reach: Arc<dyn ReachProvider>,
}

/// Why somebody could not be signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// Nothing that the person could do about.
    #[error("{0}")]
    Unusable(String),
    /// The answer does not belong to a sign-in that was begun here.
    #[error("{0}")]
    Untrusted(String),
}

impl Provider {
    /// What the provider's documents name is used over TLS only, except at a provider on this machine or network.
    fn is_safe(&self, url: &Url) -> bool {
        let is_local = |issuer: Url| url.scheme() == "http" && is_same_origin(&issuer, url) && is_private(&issuer);
        url.scheme() == "https" || Url::parse(&self.settings.issuer).is_ok_and(is_local)
    }
}
