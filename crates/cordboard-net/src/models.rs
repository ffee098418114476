//! Reaches model servers for the providers of `cordboard-model`.

use std::time::Duration;

use cordboard_model::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::client::{ExchangeError, GuardedClient, Outgoing, describe};

/// A busy local model reads a long prompt for minutes before its first byte.
const FIRST_BYTE: Duration = Duration::from_mins(5);
/// Between two pieces of a stream.
const NEXT_BYTE: Duration = Duration::from_mins(2);

impl Transport for GuardedClient {
    fn post(&self, request: TransportRequest) -> BoxFuture<'static, Result<TransportResponse, TransportError>> {
        let client = self.clone();
        async move { client.post_to_model(request).await }.boxed()
    }
}

impl GuardedClient {
    async fn post_to_model(&self, request: TransportRequest) -> Result<TransportResponse, TransportError> {
        let admitted = self
            .guard()
            .check(&request.url)
            .map_err(|refusal| TransportError(format!("may not be reached: {refusal}")))?;
        let outgoing = Outgoing {
            method: Method::POST,
            url: request.url.clone(),
            headers: headers(request.key.as_deref())?,
            body: Some(request.body.to_string().into_bytes()),
        };
        let response = tokio::time::timeout(FIRST_BYTE, self.send(&admitted, &outgoing))
            .await
            .map_err(|_| TransportError(format!("did not answer within {} s", FIRST_BYTE.as_secs())))?
            .map_err(|error| transport_error(&error))?;
        let status = response.status().as_u16();
        let body = watched(response).boxed();
        Ok(TransportResponse { status, body })
    }
}

/// The body in pieces, ending in an error when the server falls silent.
fn watched(response: reqwest::Response) -> impl futures::Stream<Item = Result<bytes::Bytes, TransportError>> + Send {
    let pieces = response.bytes_stream().boxed();
    futures::stream::unfold(Some(pieces), |pieces| async {
        let mut pieces = pieces?;
        match tokio::time::timeout(NEXT_BYTE, pieces.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(pieces))),
            Ok(Some(Err(error))) => Some((Err(transport_error(&describe(&error))), None)),
            Err(_) => Some((Err(TransportError(format!("fell silent for {} s", NEXT_BYTE.as_secs()))), None)),
        }
    })
}

fn headers(key: Option<&str>) -> Result<HeaderMap, TransportError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| TransportError("cannot be sent its key: it has characters that HTTP forbids".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

fn transport_error(error: &ExchangeError) -> TransportError {
    TransportError(match error {
        ExchangeError::Refused(reason) => format!("may not be reached: {reason}"),
        ExchangeError::Unreachable(reason) => format!("does not answer: {reason}"),
        ExchangeError::TimedOut(seconds) => format!("did not answer within {seconds} s"),
        ExchangeError::Broken(reason) => format!("broke off: {reason}"),
    })
}
