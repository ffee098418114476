//! Large files, in pieces, from where an earlier attempt broke off.

use bytes::Bytes;
use cordboard_domain::ports::FetchError;
use futures::{StreamExt, stream::BoxStream};
use reqwest::Method;
use reqwest::header::{CONTENT_RANGE, HeaderMap, HeaderValue, RANGE};

use crate::client::{ExchangeError, GuardedClient, Outgoing, describe};
use crate::documents::fetch_error;

const MAX_REDIRECTS: usize = 5;

/// A download that has begun.
pub struct Download {
    /// Where in the file the pieces begin: the offset asked for, or 0 when the server starts over.
    pub offset: u64,
    /// Bytes still to come, if the server says.
    pub remaining: Option<u64>,
    pub pieces: BoxStream<'static, Result<Bytes, FetchError>>,
}

impl GuardedClient {
    /// Begins a download at byte `offset`. Every redirect is checked by the guard.
    pub async fn download(&self, url: &str, offset: u64) -> Result<Download, FetchError> {
        let mut address = url.to_owned();
        for _ in 0..=MAX_REDIRECTS {
            let fail = |error: ExchangeError| fetch_error(url, error);
            let admitted = self.guard().check(&address).map_err(|refusal| fail(refusal.into()))?;
            let mut headers = HeaderMap::new();
            if offset > 0
                && let Ok(range) = HeaderValue::from_str(&format!("bytes={offset}-"))
            {
                headers.insert(RANGE, range);
            }
            let outgoing = Outgoing { method: Method::GET, url: address.clone(), headers, body: None };
            let response = self.send(&admitted, &outgoing).await.map_err(fail)?;
            if let Some(next) = crate::client::redirect_target(&admitted.url, &outgoing.method, &response) {
                address = next.into();
                continue;
            }
            let status = response.status().as_u16();
            if !response.status().is_success() {
                return Err(FetchError::Status { url: url.to_owned(), status });
            }
            let resumed = status == 206 && response.headers().contains_key(CONTENT_RANGE);
            let remaining = response.content_length();
            let name = url.to_owned();
            let pieces = response
                .bytes_stream()
                .map(move |piece| piece.map_err(|error| fetch_error(&name, describe(&error))))
                .boxed();
            return Ok(Download { offset: if resumed { offset } else { 0 }, remaining, pieces });
        }
        Err(FetchError::Broken { url: url.to_owned(), reason: format!("more than {MAX_REDIRECTS} redirects") })
    }
}
