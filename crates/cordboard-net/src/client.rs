//! The one HTTP client. It checks each address and every redirect, caps sizes and times, and uses no proxy, no cookie and
//! no ambient credential.

use std::time::Duration;

use cordboard_domain::address::is_public;
use cordboard_domain::origin::NamedBy;
use futures::StreamExt;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Method, Response, redirect};
use url::Url;

use crate::content_coding::{Damaged, Reading};
use crate::guard::{Admitted, Guard, Refusal};
use crate::resolver::{PrivateName, PublicResolver};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_REDIRECTS: usize = 3;

/// Sends requests within the rules of its [`Guard`].
#[derive(Debug, Clone)]
pub struct GuardedClient {
    guard: Guard,
    /// Connects to public addresses only.
    public: Client,
    /// Connects anywhere; used for origins that the operator named, and for nothing else.
    named: Client,
}

/// What bounds one exchange.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first byte sent to the last byte received, redirects included.
    pub total: Duration,
    /// Of the body after decompression, in bytes.
    pub body_bytes: usize,
}

/// A request before it is checked.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
}

/// A response that has been read whole, up to its limit.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// After redirects.
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether more was sent than the limit.
    pub truncated: bool,
}

/// Why an exchange did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Unreachable(String),
    #[error("no answer within {0} s")]
    TimedOut(u64),
    #[error("{0}")]
    Broken(String),
}

impl From<Refusal> for ExchangeError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl From<Damaged> for ExchangeError {
    fn from(damaged: Damaged) -> Self {
        Self::Broken(damaged.to_string())
    }
}

impl GuardedClient {
    /// A client for the whole process.
    pub fn new(guard: Guard, user_agent: &str) -> Result<Self, reqwest::Error> {
        // Another part of the process may have installed the same provider already, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "this is the guarded client")]
        let builder = || {
            Client::builder()
                .user_agent(user_agent)
                .no_proxy()
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
        };
        let public = builder().dns_resolver(PublicResolver).build()?;
        Ok(Self { guard, public, named: builder().build()? })
    }

    /// The rules in force.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends a request to a named address and reads the answer. Redirects of safe methods are followed, each checked like
    /// the first address; headers that were given for the first origin do not go to another.
    pub async fn exchange(
        &self,
        named_by: &NamedBy,
        outgoing: Outgoing,
        limits: Limits,
    ) -> Result<Exchange, ExchangeError> {
        let seconds = limits.total.as_secs();
        let whole = async {
            let (url, response) = self.follow(named_by, outgoing).await?;
            read(url, response, limits.body_bytes).await
        };
        tokio::time::timeout(limits.total, whole).await.unwrap_or(Err(ExchangeError::TimedOut(seconds)))
    }

    /// Follows redirects to an answer, and gives it as it begins and where it comes from. Takes any time.
    pub(crate) async fn follow(
        &self,
        named_by: &NamedBy,
        mut outgoing: Outgoing,
    ) -> Result<(Url, Response), ExchangeError> {
        let mut named_by = named_by.clone();
        for _ in 0..=MAX_REDIRECTS {
            let admitted = self.guard.check_for(&named_by, &outgoing.url)?;
            outgoing.headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
            let response = self.send(&admitted, &outgoing).await?;
            let Some(next) = redirect_target(&admitted.url, &outgoing.method, &response) else {
                return Ok((admitted.url, response));
            };
            if next.origin() != admitted.url.origin() {
                outgoing.headers = HeaderMap::new();
            }
            // The server that redirects names the next address, not the source of the first one.
            named_by = NamedBy::Source(admitted.url);
            outgoing.url = next.into();
        }
        Err(ExchangeError::Broken(format!("more than {MAX_REDIRECTS} redirects")))
    }

    /// Sends one request, follows nothing, and gives the response as it begins.
    pub(crate) async fn send(&self, admitted: &Admitted, outgoing: &Outgoing) -> Result<Response, ExchangeError> {
        let client = if admitted.named { &self.named } else { &self.public };
        let mut request =
            client.request(outgoing.method.clone(), admitted.url.clone()).headers(outgoing.headers.clone());
        if let Some(body) = &outgoing.body {
            request = request.body(body.clone());
        }
        let response = request.send().await.map_err(|error| describe(&error))?;
        let peer_is_fine = admitted.named || response.remote_addr().is_none_or(|address| is_public(address.ip()));
        if !peer_is_fine {
            return Err(ExchangeError::Refused("the connection led to an address that is not public".to_owned()));
        }
        Ok(response)
    }
}

pub(crate) fn redirect_target(base: &Url, method: &Method, response: &Response) -> Option<Url> {
    let follows = response.status().is_redirection() && (method == Method::GET || method == Method::HEAD);
    let location = response.headers().get(LOCATION).filter(|_| follows)?;
    base.join(location.to_str().ok()?).ok()
}

async fn read(url: Url, response: Response, limit: usize) -> Result<Exchange, ExchangeError> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut reading = Reading::new(&headers, limit);
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        if !reading.take(&chunk.map_err(|error| describe(&error))?)? {
            break;
        }
    }
    let content = reading.finish()?;
    Ok(Exchange { url, status, headers, body: content.bytes, truncated: content.truncated })
}

/// What went wrong, told by the innermost cause, which is the one that a person can act on.
pub(crate) fn describe(error: &reqwest::Error) -> ExchangeError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        if inner.downcast_ref::<PrivateName>().is_some() {
            return ExchangeError::Refused(inner.to_string());
        }
        cause = inner;
    }
    let reason = cause.to_string();
    if error.is_timeout() {
        return ExchangeError::TimedOut(CONNECT_TIMEOUT.as_secs());
    }
    if error.is_connect() { ExchangeError::Unreachable(reason) } else { ExchangeError::Broken(reason) }
}
