//! Fetches pictures for people's pages, so that their browsers contact nobody but this host. Whether the bytes are a
//! picture is for others to find out.

use std::time::Duration;

use async_trait::async_trait;
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchError, FetchImage, FetchedImage};
use reqwest::Method;
use reqwest::header::HeaderMap;

use crate::client::{GuardedClient, Limits, Outgoing};
use crate::documents::fetch_error;
use crate::freshness::fresh_for;

const LIMITS: Limits = Limits { total: Duration::from_secs(10), body_bytes: 5 * 1024 * 1024 };

#[async_trait]
impl FetchImage for GuardedClient {
    async fn fetch_image(&self, url: &str, named_by: &NamedBy) -> Result<FetchedImage, FetchError> {
        let outgoing = Outgoing { method: Method::GET, url: url.to_owned(), headers: HeaderMap::new(), body: None };
        let exchange = self.exchange(named_by, outgoing, LIMITS).await;
        let exchange = exchange.map_err(|error| fetch_error(url, error))?;
        let url = url.to_owned();
        if !(200..300).contains(&exchange.status) {
            return Err(FetchError::Status { url, status: exchange.status });
        }
        if exchange.truncated {
            return Err(FetchError::TooLarge { url, limit: LIMITS.body_bytes as u64 });
        }
        Ok(FetchedImage { fresh_for: fresh_for(&exchange.headers), bytes: exchange.body })
    }
}
