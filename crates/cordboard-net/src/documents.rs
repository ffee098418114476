//! Fetches manifests and specs.

use std::time::Duration;

use async_trait::async_trait;
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::{FetchDocument, FetchError, FetchedDocument};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::client::{ExchangeError, GuardedClient, Limits, Outgoing};
use crate::content_coding::unpacked;

const LIMITS: Limits = Limits { total: Duration::from_secs(15), body_bytes: 50 * 1024 * 1024 };

#[async_trait]
impl FetchDocument for GuardedClient {
    async fn fetch(&self, url: &str, named_by: &NamedBy) -> Result<FetchedDocument, FetchError> {
        let outgoing = Outgoing { method: Method::GET, url: url.to_owned(), headers: HeaderMap::new(), body: None };
        let exchange = self.exchange(named_by, outgoing, LIMITS).await.map_err(|error| fetch_error(url, error))?;
        if !(200..300).contains(&exchange.status) {
            return Err(FetchError::Status { url: exchange.url.into(), status: exchange.status });
        }
        if exchange.truncated {
            return Err(FetchError::TooLarge { url: exchange.url.into(), limit: LIMITS.body_bytes as u64 });
        }
        let url = exchange.url.to_string();
        let content =
            unpacked(&exchange.body, LIMITS.body_bytes).map_err(|damaged| fetch_error(&url, damaged.into()))?;
        if content.truncated {
            return Err(FetchError::TooLarge { url, limit: LIMITS.body_bytes as u64 });
        }
        Ok(FetchedDocument { url, content_type: content_type(&exchange.headers), body: content.bytes })
    }
}

pub(crate) fn content_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

pub(crate) fn fetch_error(url: &str, error: ExchangeError) -> FetchError {
    let url = url.to_owned();
    match error {
        ExchangeError::Refused(reason) => FetchError::Refused { url, reason },
        ExchangeError::Unreachable(reason) => FetchError::Unreachable { url, reason },
        ExchangeError::TimedOut(seconds) => FetchError::TimedOut { url, seconds },
        ExchangeError::Broken(reason) => FetchError::Broken { url, reason },
    }
}
