//! Places the calls that models ask for.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cordboard_domain::call::{CallContext, CallFailure, FailureKind, PlannedCall, RawResponse, SentRequest};
use cordboard_domain::origin::NamedBy;
use cordboard_domain::ports::Dispatch;
use cordboard_domain::time::Clock;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::client::{Exchange, ExchangeError, GuardedClient, Limits, Outgoing};
use crate::host_headers::HostHeaders;

/// The most that is read of one response after decompression, in bytes; what a model sees of it is cut further.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;
/// The most that is sent, in bytes: ChatGPT allowed 100,000 characters; files need more.
const MAX_REQUEST_BYTES: usize = 10 * 1024 * 1024;
const ACCEPTED: &str = "application/json, text/*;q=0.9, */*;q=0.5";

/// Sends planned calls through the guarded client.
#[derive(Clone)]
pub struct Dispatcher {
    client: GuardedClient,
    host_headers: HostHeaders,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl Dispatcher {
    /// A dispatcher that gives each call `timeout` (ChatGPT gave 45 s).
    pub fn new(client: GuardedClient, host_headers: HostHeaders, clock: Arc<dyn Clock>, timeout: Duration) -> Self {
        Self { client, host_headers, clock, limits: Limits { total: timeout, body_bytes: MAX_BODY_BYTES } }
    }

    fn outgoing(&self, call: &PlannedCall, context: &CallContext) -> Result<Outgoing, CallFailure> {
        let method = Method::from_bytes(call.method.as_str().as_bytes())
            .map_err(|error| failure(FailureKind::Broken, error.to_string()))?;
        if call.body.as_ref().is_some_and(|body| body.content.as_bytes().len() > MAX_REQUEST_BYTES) {
            let message = format!("The request is longer than {MAX_REQUEST_BYTES} bytes; it was not sent.");
            return Err(failure(FailureKind::Refused, message));
        }
        Ok(Outgoing {
            method,
            url: call.url.clone(),
            headers: self.headers(call, context)?,
            body: call.body.as_ref().map(|body| body.content.as_bytes().to_vec()),
        })
    }

    fn headers(&self, call: &PlannedCall, context: &CallContext) -> Result<HeaderMap, CallFailure> {
        let mut headers = HeaderMap::new();
        for (name, value) in &call.headers {
            let name = HeaderName::try_from(name);
            let value = HeaderValue::try_from(value);
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err(failure(FailureKind::Refused, "A header of the call is not valid HTTP.".to_owned()));
            };
            headers.append(name, value);
        }
        // What the operation says that it produces comes with the planned call.
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static(ACCEPTED));
        if let Some(body) = &call.body
            && let Ok(value) = HeaderValue::from_str(&body.content_type)
        {
            headers.insert(CONTENT_TYPE, value);
        }
        self.host_headers.add(call, context, self.clock.now(), &mut headers);
        Ok(headers)
    }
}

#[async_trait]
impl Dispatch for Dispatcher {
    async fn dispatch(&self, call: &PlannedCall, context: &CallContext) -> Result<RawResponse, CallFailure> {
        let outgoing = self.outgoing(call, context)?;
        let headers = outgoing.headers.iter().map(|(name, value)| (name.to_string(), text_of(value))).collect();
        let sent = SentRequest { url: outgoing.url.clone(), headers };
        let started = self.clock.now();
        let named_by = NamedBy::home(call.home.clone());
        let exchange = self.client.exchange(&named_by, outgoing, self.limits).await.map_err(call_failure)?;
        let elapsed = self.clock.now().duration_since(started).as_millis();
        Ok(raw_response(sent, exchange, u64::try_from(elapsed).unwrap_or(0)))
    }
}

fn text_of(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn raw_response(sent: SentRequest, exchange: Exchange, elapsed_ms: u64) -> RawResponse {
    RawResponse {
        sent,
        status: exchange.status,
        headers: exchange.headers.iter().map(|(name, value)| (name.to_string(), text_of(value))).collect(),
        body: exchange.body,
        truncated: exchange.truncated,
        elapsed_ms,
    }
}

fn failure(kind: FailureKind, message: String) -> CallFailure {
    CallFailure { kind, message }
}

fn call_failure(error: ExchangeError) -> CallFailure {
    match error {
        ExchangeError::Refused(reason) => failure(FailureKind::Refused, format!("The call was not sent: {reason}.")),
        ExchangeError::Unreachable(reason) => {
            failure(FailureKind::Unreachable, format!("The plugin's server does not answer: {reason}. Is it running?"))
        }
        ExchangeError::TimedOut(seconds) => {
            failure(FailureKind::TimedOut, format!("The plugin's server did not answer within {seconds} s."))
        }
        ExchangeError::Broken(reason) => {
            failure(FailureKind::Broken, format!("The plugin's answer could not be read: {reason}."))
        }
    }
}
