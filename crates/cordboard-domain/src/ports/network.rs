//! What leaves the machine.

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::call::{CallContext, CallFailure, PlannedCall, RawResponse};
use crate::origin::NamedBy;

/// Places one call. The implementation adds credentials and the host's headers and enforces its limits.
#[async_trait]
pub trait Dispatch: Send + Sync {
    async fn dispatch(&self, call: &PlannedCall, context: &CallContext) -> Result<RawResponse, CallFailure>;
}

/// A document as fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedDocument {
    /// Where it came from after redirects.
    pub url: String,
    pub content_type: String,
    /// Not compressed.
    pub body: Vec<u8>,
}

/// Why a document could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{url} is not an address that Cordboard may fetch: {reason}")]
    Refused { url: String, reason: String },
    #[error("nothing answers at {url} ({reason}); start the plugin or correct its address")]
    Unreachable { url: String, reason: String },
    #[error("{url} did not answer within {seconds} s")]
    TimedOut { url: String, seconds: u64 },
    #[error("{url} answered {status}")]
    Status { url: String, status: u16 },
    #[error("{url} sent more than {limit} bytes")]
    TooLarge { url: String, limit: u64 },
    #[error("the answer of {url} broke off: {reason}")]
    Broken { url: String, reason: String },
}

/// Fetches manifests and specs.
#[async_trait]
pub trait FetchDocument: Send + Sync {
    /// `named_by` is whose word the address is: it may not lead to an origin that is there for another plugin.
    async fn fetch(&self, url: &str, named_by: &NamedBy) -> Result<FetchedDocument, FetchError>;
}

/// A picture as fetched, which may be anything that calls itself one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedImage {
    pub bytes: Vec<u8>,
    pub fresh_for: Option<Duration>,
}

/// Fetches pictures that a plugin or a page names.
#[async_trait]
pub trait FetchImage: Send + Sync {
    /// `named_by` is whose word the address is: it may not lead to an origin that is there for another plugin.
    async fn fetch_image(&self, url: &str, named_by: &NamedBy) -> Result<FetchedImage, FetchError>;
}

/// The beginning of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedPage {
    /// Where it came from after redirects.
    pub url: Url,
    /// Of HTML or XHTML.
    pub content_type: String,
    /// Not compressed; at least the page's head, unless that is longer than a megabyte.
    pub bytes: Vec<u8>,
    /// How long the server lets others use this answer; `None` where it says nothing.
    pub fresh_for: Option<Duration>,
}

/// Fetches the heads of pages that a plugin's result links to.
#[async_trait]
pub trait FetchPage: Send + Sync {
    /// `named_by` is whose word the address is: it may not lead to an origin that is there for another plugin.
    async fn fetch_page(&self, url: &str, named_by: &NamedBy) -> Result<FetchedPage, FetchError>;
}

/// A request to the provider that vouches for people: posted where it has a body.
#[derive(Debug, Clone)]
pub struct ProviderRequest {
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
}

/// What the provider answered.
#[derive(Debug, Clone)]
pub struct ProviderResponse {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Speaks with the provider of identities that the operator configured.
#[async_trait]
pub trait ReachProvider: Send + Sync {
    async fn reach(&self, request: ProviderRequest) -> Result<ProviderResponse, FetchError>;
}
