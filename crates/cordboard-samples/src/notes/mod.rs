//! Notebooks: each personal key opens one, and only that one. All are gone when the server stops.

mod notebook;
mod page;

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Json, Path, State};
use axum::http::HeaderMap;
use axum::routing::{delete, get, post};
use axum::{Router, response::Html};
use serde::{Deserialize, Serialize};

use crate::bearer::bearer;
use crate::documents::Documents;
use crate::error::ApiError;
use notebook::{Note, Notebook, Notebooks};

/// The sample's name for people.
pub const TITLE: &str = "Notebook";

const DOCUMENTS: Documents = Documents {
    title: TITLE,
    manifest: include_str!("ai-plugin.json"),
    openapi: include_str!("openapi.yaml"),
    colour: "#b7791f",
    offer: page::FORM,
};

type Shelf = State<Arc<Notebooks>>;

/// The plugin's server, for the address at which it is reached.
pub fn router(origin: &str) -> Router {
    Router::new()
        .route("/keys", post(make_key))
        .route("/notes", get(list).post(add))
        .route("/notes/{id}", delete(remove))
        .with_state(Arc::new(Notebooks::default()))
        .merge(DOCUMENTS.routes(origin))
}

#[derive(Deserialize)]
struct NoteRequest {
    text: String,
}

#[derive(Serialize)]
struct NotesAnswer {
    notes: Vec<Note>,
}

/// A new key, which is shown this once.
async fn make_key(State(notebooks): Shelf) -> Html<String> {
    Html(page::with_key(&notebooks.begin()))
}

async fn list(State(notebooks): Shelf, headers: HeaderMap) -> Result<Json<NotesAnswer>, ApiError> {
    within(&notebooks, &headers, |_| Ok(()))
}

async fn add(
    State(notebooks): Shelf,
    headers: HeaderMap,
    body: Result<Json<NoteRequest>, JsonRejection>,
) -> Result<Json<NotesAnswer>, ApiError> {
    within(&notebooks, &headers, |notebook| match body?.text.trim() {
        "" => Err(ApiError::invalid("“text” must say what is to be noted.")),
        text => {
            notebook.add(text);
            Ok(())
        }
    })
}

async fn remove(
    State(notebooks): Shelf,
    headers: HeaderMap,
    id: Result<Path<u32>, PathRejection>,
) -> Result<Json<NotesAnswer>, ApiError> {
    within(&notebooks, &headers, |notebook| {
        let Path(id) = id.map_err(|_| ApiError::invalid("“id” must be the number of a note."))?;
        let is_gone = notebook.remove(id);
        is_gone.then_some(()).ok_or_else(|| ApiError::not_found(format!("The notebook has no note {id}.")))
    })
}

/// Does something with the notebook that the caller's key opens, and answers what it holds afterwards.
fn within(
    notebooks: &Notebooks,
    headers: &HeaderMap,
    work: impl FnOnce(&mut Notebook) -> Result<(), ApiError>,
) -> Result<Json<NotesAnswer>, ApiError> {
    let done = notebooks.open(bearer(headers).unwrap_or_default(), |notebook| {
        work(notebook).map(|()| Json(NotesAnswer { notes: notebook.notes().to_vec() }))
    });
    done.unwrap_or_else(|| {
        Err(ApiError::unauthorized("Send a key of yours as a bearer token. You make one at the notebook's front page."))
    })
}
