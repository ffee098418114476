//! What the servers of the plugins were sent.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};

use crate::encodings::carries;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Whose server it is.
    pub(crate) server: &'static str,
    method: Method,
    pub(crate) target: String,
    headers: HeaderMap,
    body: String,
}

impl Received {
    /// Whether a call of this conversation brought it.
    pub(crate) fn is_of(&self, conversation: &str) -> bool {
        self.headers.get("openai-conversation-id").is_some_and(|value| value == conversation)
    }

    /// Whether it may have changed something, also by what servers take for another method.
    pub(crate) fn is_write(&self) -> bool {
        let is_read = self.method == Method::GET || self.method == Method::HEAD;
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let in_path = path.split(';').skip(1).any(has_override);
        let headers = ["x-http-method-override", "x-http-method", "x-method-override"];
        !is_read || in_path || has_override(query) || headers.iter().any(|name| self.headers.contains_key(*name))
    }

    /// Whether it has a private value, whichever way it is written.
    pub(crate) fn carries(&self, value: &str) -> bool {
        let names = ["openai-conversation-id", "openai-ephemeral-user-id", "idempotency-key", "host"];
        let headers = self.headers.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        let mut texts: Vec<String> =
            headers.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into()).collect();
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        texts.push(url::form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned()).collect());
        texts.extend([self.target.clone(), self.body.clone()]);
        texts.iter().any(|text| carries(text, value))
    }

    /// Whether only an address that the model composed leads here.
    pub(crate) fn is_composed(&self) -> bool {
        let path = self.target.split('?').next().unwrap_or_default();
        self.server == "listener" || path.contains("composed")
    }

    pub(crate) fn told(&self) -> String {
        format!("{} {} at {}: {}", self.method, self.target, self.server, self.body)
    }
}

/// Whether pairs have one that frameworks read the method from.
fn has_override(pairs: &str) -> bool {
    url::form_urlencoded::parse(pairs.as_bytes()).any(|(name, value)| {
        ["_method", "method"].contains(&name.trim_end_matches("[]")) && value.eq_ignore_ascii_case("delete")
    })
}

/// The requests to all servers, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<Vec<Received>>>);

impl Journal {
    pub(crate) fn add(&self, server: &'static str, method: Method, uri: &Uri, headers: HeaderMap, body: &Bytes) {
        let body = String::from_utf8_lossy(body).into_owned();
        let received = Received { server, method, target: uri.to_string(), headers, body };
        self.0.lock().expect("no request panics").push(received);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().expect("no request panics").len()
    }

    /// What came after so many requests.
    pub(crate) fn since(&self, number: usize) -> Vec<Received> {
        self.0.lock().expect("no request panics")[number..].to_vec()
    }
}
