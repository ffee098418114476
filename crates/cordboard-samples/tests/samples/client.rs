//! A running sample and a small HTTP client for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use cordboard_samples::{Clock, RunningSample, Sample, Setup, spawn_with};
use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// Noon of some day, while every sample is running.
pub(crate) const NOON: i64 = 1_760_011_200;

pub(crate) struct Client {
    pub(crate) server: RunningSample,
    http: reqwest::Client,
    /// What the sample's clock says, in seconds since 1970.
    seconds: Arc<AtomicI64>,
}

impl Client {
    pub(crate) async fn start(sample: Sample) -> Self {
        Self::start_at(sample, NOON).await
    }

    /// Starts a sample with its clock stopped at `seconds` since 1970.
    pub(crate) async fn start_at(sample: Sample, seconds: i64) -> Self {
        // The samples speak plain HTTP, yet the client wants to be told which TLS it would use. Again is no harm.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let seconds = Arc::new(AtomicI64::new(seconds));
        let time = seconds.clone();
        let clock =
            Clock::telling(move || Timestamp::from_second(time.load(Ordering::Relaxed)).expect("a time in range"));
        let server = spawn_with(sample, 0, Setup::new(clock)).await.expect("a free port");
        #[expect(clippy::disallowed_methods, reason = "the test is the other side of the wire")]
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        Self { server, http, seconds }
    }

    /// Lets time pass for the sample.
    pub(crate) fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A request for a path, to be completed.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.server.origin()))
    }

    /// GET of a path or of a whole address.
    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.server.origin()) };
        self.http.get(url).send().await.expect("an answer")
    }

    /// GET of a path that answers 200 with JSON.
    pub(crate) async fn get_json(&self, path: &str) -> Value {
        json(self.get(path).await, 200).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Response {
        let request = self.request(method, path).header("content-type", "application/json").body(body.to_string());
        request.send().await.expect("an answer")
    }

    /// The same with a bearer token.
    pub(crate) async fn send_as(&self, token: &str, method: Method, path: &str, body: &Value) -> Response {
        let request = self.request(method, path).bearer_auth(token).header("content-type", "application/json");
        request.body(body.to_string()).send().await.expect("an answer")
    }
}

/// The JSON body of an answer with this status.
pub(crate) async fn json(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), status, "{}", response.url());
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_str(&response.text().await.expect("a body")).expect("JSON")
}

/// The content type and the body of an answer with status 200.
pub(crate) async fn page(response: Response) -> (String, String) {
    assert_eq!(response.status(), 200, "{}", response.url());
    let label = response.headers()["content-type"].to_str().expect("text").to_owned();
    (label, response.text().await.expect("a body"))
}
