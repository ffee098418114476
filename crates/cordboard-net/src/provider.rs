//! Reaches the provider that vouches for people.

use std::time::Duration;

use async_trait::async_trait;
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchError, ProviderRequest, ProviderResponse, ReachProvider};
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::client::{GuardedClient, Limits, Outgoing};
use crate::documents::fetch_error;

/// Its documents and tokens are small, and somebody waits before a page.
const LIMITS: Limits = Limits { total: Duration::from_secs(10), body_bytes: 1024 * 1024 };

#[async_trait]
impl ReachProvider for GuardedClient {
    async fn reach(&self, request: ProviderRequest) -> Result<ProviderResponse, FetchError> {
        let ProviderRequest { url, headers, body } = request;
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let headers = headers.iter().filter_map(|(name, value)| header(name, value)).collect::<HeaderMap>();
        let outgoing = Outgoing { method, url: url.clone(), headers, body };
        let exchange =
            self.exchange(&NamedBy::Person, outgoing, LIMITS).await.map_err(|error| fetch_error(&url, error))?;
        if exchange.truncated {
            return Err(FetchError::TooLarge { url, limit: LIMITS.body_bytes as u64 });
        }
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = exchange.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(ProviderResponse { status: exchange.status, headers, body: exchange.body })
    }
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}
