//! The to-do list: the smallest useful plugin. One list in memory, for one user; it is gone when the server stops.

use std::sync::{Arc, Mutex};

use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, State};
use axum::{Router, routing::get};
use serde::{Deserialize, Serialize};

use crate::documents::Documents;
use crate::error::ApiError;

/// The sample's name for people.
pub const TITLE: &str = "TODO list";

const DOCUMENTS: Documents = Documents {
    title: TITLE,
    manifest: include_str!("ai-plugin.json"),
    openapi: include_str!("openapi.yaml"),
    colour: "#2f855a",
    offer: "",
};

type Todos = Arc<Mutex<Vec<String>>>;

/// The plugin's server, for the address at which it is reached.
pub fn router(origin: &str) -> Router {
    Router::new()
        .route("/todos", get(show).post(add).delete(remove))
        .with_state(Todos::default())
        .merge(DOCUMENTS.routes(origin))
}

/// The body of POST and of DELETE.
#[derive(Deserialize)]
struct TodoRequest {
    todo: String,
}

#[derive(Serialize)]
struct TodosAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<String>,
    todos: Vec<String>,
}

async fn show(State(todos): State<Todos>) -> Json<TodosAnswer> {
    answer(None, &with(&todos, |todos| todos.clone()))
}

async fn add(
    State(todos): State<Todos>,
    body: Result<Json<TodoRequest>, JsonRejection>,
) -> Result<Json<TodosAnswer>, ApiError> {
    let todo = stated(body)?;
    let left = with(&todos, |todos| {
        todos.push(todo);
        todos.clone()
    });
    Ok(answer(None, &left))
}

async fn remove(
    State(todos): State<Todos>,
    body: Result<Json<TodoRequest>, JsonRejection>,
) -> Result<Json<TodosAnswer>, ApiError> {
    let wanted = stated(body)?;
    with(&todos, |todos| {
        let place = todos.iter().position(|item| names(&wanted, item));
        let place = place.ok_or_else(|| ApiError::not_found(format!("No item on the list matches “{wanted}”.")))?;
        let removed = todos.remove(place);
        Ok(answer(Some(removed), todos))
    })
}

/// Does `wanted` name this item? Either one contains the other, or all its words, without case and articles.
fn names(wanted: &str, item: &str) -> bool {
    let (wanted, item) = (wanted.to_lowercase(), item.to_lowercase());
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.filter(|word| !["the", "a", "an", "my"].contains(word)).map(str::to_owned).collect()
    };
    let (wanted_words, item_words) = (words(&wanted), words(&item));
    let within = |some: &[String], all: &[String]| !some.is_empty() && some.iter().all(|word| all.contains(word));
    item.contains(&wanted) || within(&wanted_words, &item_words) || within(&item_words, &wanted_words)
}

fn stated(body: Result<Json<TodoRequest>, JsonRejection>) -> Result<String, ApiError> {
    let Json(request) = body?;
    match request.todo.trim() {
        "" => Err(ApiError::invalid("“todo” must say what is to be done.")),
        todo => Ok(todo.to_owned()),
    }
}

fn answer(removed: Option<String>, todos: &[String]) -> Json<TodosAnswer> {
    Json(TodosAnswer { removed, todos: todos.to_vec() })
}

fn with<T>(todos: &Todos, work: impl FnOnce(&mut Vec<String>) -> T) -> T {
    work(&mut todos.lock().expect("no code panics while it holds the list"))
}
