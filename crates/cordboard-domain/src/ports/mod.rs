//! What the turn engine and the pages need from the rest of the world, as traits. Storage and network implement them;
//! tests bring their own.

mod accounts;
mod catalogue;
mod conversations;
mod credentials;
mod examples;
mod grants;
mod network;
mod privacy;
mod reviews;

pub use accounts::{AccessTokens, Accounts, Invitations, People, PersonalData, Sessions};
pub use catalogue::{Installations, PluginShelf, Sharing, Storefront};
pub use conversations::{Conversations, Journal, Results, Settings, TurnClaim};
pub use credentials::{
    Callback, ClientRegistration, Connected, CredentialError, Credentials, Ending, Farewell, SealedPlace, Vault,
};
pub use examples::Examples;
pub use grants::Grants;
pub use network::{
    Dispatch, FetchDocument, FetchError, FetchImage, FetchPage, FetchedDocument, FetchedImage, FetchedPage,
    ProviderRequest, ProviderResponse, ReachProvider,
};
pub use privacy::Privacy;
pub use reviews::{Resolution, Reviews};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was first, or the name is taken; load again and decide anew.
    #[error("something else was stored meanwhile")]
    Conflict,
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// As many are there as may be.
    #[error("there is no room for another {0}")]
    Full(&'static str),
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
}
