//! How a provider reaches its server; the network crate implements it.

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::Value;

/// Sends one request to a model server.
pub trait Transport: Send + Sync {
    /// Posts JSON and gives the answer as it arrives.
    fn post(&self, request: TransportRequest) -> BoxFuture<'static, Result<TransportResponse, TransportError>>;
}

/// A request to a model server.
#[derive(Clone)]
pub struct TransportRequest {
    pub url: String,
    /// Sent as `Authorization: Bearer …`.
    pub key: Option<String>,
    pub body: Value,
}

/// The beginning of an answer, and the rest as it comes.
pub struct TransportResponse {
    pub status: u16,
    pub body: BoxStream<'static, Result<Bytes, TransportError>>,
}

/// Why there is no answer, in the words that follow "the model server at …": `does not answer: connection refused`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TransportError(pub String);
