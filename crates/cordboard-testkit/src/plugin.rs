//! A plugin that records what it is sent and answers what the test wants.

use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// A request that reached the plugin.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// An answer that the plugin gives to everything.
#[derive(Debug, Clone)]
struct Answer {
    status: StatusCode,
    content_type: String,
    body: Vec<u8>,
    /// Never answers.
    hangs: bool,
}

#[derive(Debug)]
struct Shared {
    origin: String,
    manifest: Mutex<Option<String>>,
    spec: Mutex<Option<String>>,
    /// Further documents by path; `None` is not found.
    documents: Mutex<HashMap<String, Option<String>>>,
    redirects: Mutex<HashMap<String, String>>,
    answer: Mutex<Answer>,
    /// Answers by path, before the one for everything.
    answers: Mutex<HashMap<String, Answer>>,
    received: Mutex<Vec<Received>>,
}

/// A running fake plugin named `todo` with the operations `getTodos`, `addTodo` and `deleteTodo`.
#[derive(Debug)]
pub struct FakePlugin {
    shared: Arc<Shared>,
    server: AbortHandle,
}

impl Drop for FakePlugin {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakePlugin {
    /// Starts the plugin on a free port.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let body = json!({ "todos": ["buy bread"] }).to_string().into();
        let answer = Answer { status: StatusCode::OK, content_type: "application/json".into(), body, hangs: false };
        let shared = Arc::new(Shared {
            origin: format!("http://localhost:{port}"),
            manifest: Mutex::default(),
            spec: Mutex::default(),
            documents: Mutex::default(),
            redirects: Mutex::default(),
            answer: Mutex::new(answer),
            answers: Mutex::default(),
            received: Mutex::default(),
        });
        let router = Router::new().fallback(respond).with_state(shared.clone());
        let server = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        Self { shared, server }
    }

    /// Such as `http://localhost:5003`.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// Serves another manifest.
    pub fn set_manifest(&self, text: impl Into<String>) {
        *lock(&self.shared.manifest) = Some(text.into());
    }

    /// Serves another OpenAPI document.
    pub fn set_spec(&self, text: impl Into<String>) {
        *lock(&self.shared.spec) = Some(text.into());
    }

    /// Serves a document at a path, or says that there is none.
    pub fn set_document(&self, path: &str, text: Option<&str>) {
        lock(&self.shared.documents).insert(path.to_owned(), text.map(str::to_owned));
    }

    /// Sends who asks for a path to another address.
    pub fn redirect(&self, path: &str, to: &str) {
        lock(&self.shared.redirects).insert(path.to_owned(), to.to_owned());
    }

    /// Answers every call with this.
    pub fn answer_with(&self, status: u16, content_type: &str, body: impl Into<Vec<u8>>) {
        let status = StatusCode::from_u16(status).expect("a valid status");
        *lock(&self.shared.answer) =
            Answer { status, content_type: content_type.to_owned(), body: body.into(), hangs: false };
    }

    /// Answers every request to a path with this.
    pub fn answer_at(&self, path: &str, status: u16, content_type: &str, body: impl Into<Vec<u8>>) {
        let status = StatusCode::from_u16(status).expect("a valid status");
        let answer = Answer { status, content_type: content_type.to_owned(), body: body.into(), hangs: false };
        lock(&self.shared.answers).insert(path.to_owned(), answer);
    }

    /// Serves the usual manifest with another `auth`.
    pub fn ask_for(&self, auth: Value) {
        let mut manifest: Value = serde_json::from_str(&manifest(self.origin())).expect("a manifest is JSON");
        manifest["auth"] = auth;
        self.set_manifest(manifest.to_string());
    }

    /// Serves the usual manifest with OAuth at this plugin's own `/authorize` and `/token`.
    pub fn ask_for_oauth(&self) {
        let origin = self.origin();
        self.ask_for(json!({
            "type": "oauth",
            "client_url": format!("{origin}/authorize"),
            "scope": "todos",
            "authorization_url": format!("{origin}/token"),
            "authorization_content_type": "application/json",
        }));
    }

    /// Answers no call any more.
    pub fn hang(&self) {
        lock(&self.shared.answer).hangs = true;
    }

    /// The calls so far; fetches of manifest, spec and what verifies the domain do not count.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// Stops listening, as a plugin that is down.
    pub fn stop(&self) {
        self.server.abort();
    }
}

async fn respond(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(to) = lock(&shared.redirects).get(uri.path()) {
        return Redirect::temporary(to).into_response();
    }
    if let Some(document) = lock(&shared.documents).get(uri.path()) {
        return document.clone().ok_or(StatusCode::NOT_FOUND).into_response();
    }
    match uri.path() {
        "/.well-known/ai-plugin.json" => {
            let text = lock(&shared.manifest).clone().unwrap_or_else(|| manifest(&shared.origin));
            return ([(header::CONTENT_TYPE, "application/json")], text).into_response();
        }
        "/openapi.yaml" => {
            let text = lock(&shared.spec).clone().unwrap_or_else(|| SPEC.to_owned());
            return ([(header::CONTENT_TYPE, "text/yaml")], text).into_response();
        }
        path if path.starts_with("/.well-known/") => return StatusCode::NOT_FOUND.into_response(),
        _ => {}
    }
    let target = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    lock(&shared.received).push(Received { method: method.to_string(), target, headers, body });
    let own = lock(&shared.answers).get(uri.path()).cloned();
    let answer = own.unwrap_or_else(|| lock(&shared.answer).clone());
    if answer.hangs {
        std::future::pending::<()>().await;
    }
    (answer.status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}

fn manifest(origin: &str) -> String {
    let manifest: Value = json!({
        "schema_version": "v1",
        "name_for_human": "Todo list",
        "name_for_model": "todo",
        "description_for_human": "Manage your todo list.",
        "description_for_model": "Plugin for managing a todo list.",
        "auth": { "type": "none" },
        "api": { "type": "openapi", "url": format!("{origin}/openapi.yaml") },
        "logo_url": format!("{origin}/logo.png"),
        "contact_email": "support@todo.example",
        "legal_info_url": "https://todo.example/legal"
    });
    manifest.to_string()
}

const SPEC: &str = "\
openapi: 3.0.1
info: {title: Todo, version: v1}
paths:
  /todos:
    get:
      operationId: getTodos
      summary: Get the list of todos
      parameters:
        - {in: query, name: limit, schema: {type: integer}, description: How many at most}
    post:
      operationId: addTodo
      summary: Add a todo to the list
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                todo: {type: string, description: The todo, required: true}
    delete:
      operationId: deleteTodo
      summary: Delete a todo from the list
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [todo_idx], properties: {todo_idx: {type: integer}}}
";
