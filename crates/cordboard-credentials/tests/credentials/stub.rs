//! A plugin's server at wire level: it answers what a test wants and keeps what it was sent.

use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    /// A member of a JSON body, or a field of a form.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&self.body) {
            return value.get(name)?.as_str().map(str::to_owned);
        }
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

type Answer = (u16, Vec<(&'static str, String)>, String);

#[derive(Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    received: Mutex<Vec<Received>>,
    delay: Mutex<Duration>,
}

#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) origin: String,
    shared: Arc<Shared>,
}

impl Stub {
    #[expect(clippy::disallowed_methods, reason = "the server ends with the test's runtime")]
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let router = Router::new().fallback(respond).with_state(shared.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { origin, shared }
    }

    pub(crate) fn answer(&self, path: &str, status: u16, kind: &'static str, body: impl Into<String>) {
        self.answer_with(path, status, vec![("content-type", kind.to_owned())], body);
    }

    pub(crate) fn answer_with(
        &self,
        path: &str,
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: impl Into<String>,
    ) {
        self.shared.answers.lock().unwrap().insert(path.to_owned(), (status, headers, body.into()));
    }

    pub(crate) fn delay(&self, delay: Duration) {
        *self.shared.delay.lock().unwrap() = delay;
    }

    pub(crate) fn received(&self, path: &str) -> Vec<Received> {
        let all = self.shared.received.lock().unwrap();
        all.iter().filter(|each| each.target.split('?').next() == Some(path)).cloned().collect()
    }
}

async fn respond(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    shared.received.lock().unwrap().push(Received { target: uri.to_string(), headers, body });
    let answer = shared.answers.lock().unwrap().get(uri.path()).cloned();
    let delay = *shared.delay.lock().unwrap();
    tokio::time::sleep(delay).await;
    let Some((status, headers, body)) = answer else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    response.headers_mut().remove("content-type");
    for (name, value) in headers {
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}
