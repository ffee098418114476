//! A plugin as its developer changes it: first it lists and takes books, later it can also throw them away.

use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Json, State};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub(crate) const NAME: &str = "Bookshelf";

/// A running plugin whose manifest lacks a line. It ends with the value.
#[derive(Debug)]
pub(crate) struct Bookshelf {
    /// Such as `127.0.0.1:5003`.
    pub(crate) address: String,
    shelf: Arc<Shelf>,
    server: AbortHandle,
}

#[derive(Debug)]
struct Shelf {
    origin: String,
    token: Mutex<Option<String>>,
    may_clear: Mutex<bool>,
    books: Mutex<Vec<String>>,
}

impl Drop for Bookshelf {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Bookshelf {
    /// Starts it on a free port.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("a bound address").to_string();
        let shelf = Arc::new(Shelf {
            origin: format!("http://{address}"),
            token: Mutex::default(),
            may_clear: Mutex::default(),
            books: Mutex::new(vec!["The Dispossessed".to_owned()]),
        });
        let router = Router::new()
            .route("/.well-known/ai-plugin.json", get(manifest))
            .route("/openapi.json", get(spec))
            .route("/books", get(books).post(add))
            .with_state(shelf.clone());
        let server = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        Self { address, shelf, server }
    }

    /// Such as `http://127.0.0.1:5003`.
    pub(crate) fn origin(&self) -> &str {
        &self.shelf.origin
    }

    /// The developer shows that the address is theirs.
    pub(crate) fn publish_token(&self, token: String) {
        *self.shelf.token.lock().expect("nobody panics") = Some(token);
    }

    /// The plugin can do more from now on.
    pub(crate) fn learn_to_clear(&self) {
        *self.shelf.may_clear.lock().expect("nobody panics") = true;
    }

    pub(crate) fn books(&self) -> Vec<String> {
        self.shelf.books.lock().expect("nobody panics").clone()
    }
}

async fn manifest(State(shelf): State<Arc<Shelf>>) -> Json<Value> {
    let origin = &shelf.origin;
    let token = shelf.token.lock().expect("nobody panics").clone();
    let tokens = token.map_or_else(|| json!({}), |token| json!({ "cordboard": token }));
    Json(json!({
        "schema_version": "v1",
        "name_for_human": NAME,
        "name_for_model": "bookshelf",
        "description_for_human": "Keeps a list of the books you want to read.",
        "description_for_model": "Plugin for the person's reading list: what is on it, and adding books to it.",
        "auth": { "type": "none", "verification_tokens": tokens },
        "api": { "type": "openapi", "url": format!("{origin}/openapi.json") },
        "logo_url": format!("{origin}/logo.png"),
        "contact_email": "dora@bookshelf.example",
    }))
}

async fn spec(State(shelf): State<Arc<Shelf>>) -> Json<Value> {
    let title = json!({ "type": "string", "description": "The book's title" });
    let mut on_books = json!({
        "get": { "operationId": "listBooks", "summary": "List the books on the reading list",
            "responses": { "200": { "description": "The titles", "content": { "application/json": {
                "schema": { "type": "object", "properties": {
                    "books": { "type": "array", "items": { "type": "string" } } } } } } } } },
        "post": { "operationId": "addBook", "summary": "Add a book to the reading list",
            "requestBody": { "required": true, "content": { "application/json": { "schema":
                { "type": "object", "required": ["title"], "properties": { "title": title } } } } },
            "responses": { "200": { "description": "The books afterwards" } } },
    });
    if *shelf.may_clear.lock().expect("nobody panics") {
        on_books["delete"] = json!({ "operationId": "clearBooks", "summary": "Throw all books off the reading list",
            "responses": { "204": { "description": "They are gone" } } });
    }
    let server = json!({ "url": shelf.origin });
    Json(json!({ "openapi": "3.1.0", "info": { "title": NAME, "version": "1" }, "servers": [server],
        "paths": { "/books": on_books } }))
}

async fn books(State(shelf): State<Arc<Shelf>>) -> Json<Value> {
    let books = shelf.books.lock().expect("nobody panics").clone();
    Json(json!({ "books": books }))
}

async fn add(State(shelf): State<Arc<Shelf>>, Json(body): Json<Value>) -> Json<Value> {
    let title = body["title"].as_str().unwrap_or_default().to_owned();
    shelf.books.lock().expect("nobody panics").push(title);
    books(State(shelf)).await
}
