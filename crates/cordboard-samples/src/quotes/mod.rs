//! Quotes of invented people, for one service: it has a key, and its token in the manifest proves whose the domain is.

mod collection;
mod contract;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bearer::bearer;
use crate::documents::Documents;
use crate::error::ApiError;
use collection::{Collection, Quote};

pub use contract::Contract;

/// The sample's name for people.
pub const TITLE: &str = "Invented Quotes";

const DOCUMENTS: Documents = Documents {
    title: TITLE,
    manifest: include_str!("ai-plugin.json"),
    openapi: include_str!("openapi.yaml"),
    colour: "#6b46c1",
    offer: "",
};

/// What the handlers share.
struct Library {
    collection: Collection,
    contract: Contract,
}

/// The plugin's server, for the address at which it is reached and the service that may use it.
pub fn router(origin: &str, contract: &Contract) -> Router {
    let library = Library { collection: Collection::load(), contract: contract.clone() };
    let contract = contract.clone();
    Router::new()
        .route("/quotes", get(find))
        .with_state(Arc::new(library))
        .merge(DOCUMENTS.routes_with(origin, move |manifest| with_token(manifest, contract.verification_token())))
}

#[derive(Deserialize)]
struct QuotesRequest {
    about: Option<String>,
    person: Option<String>,
}

#[derive(Serialize)]
struct QuotesAnswer<'a> {
    quotes: Vec<&'a Quote>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known_subjects: Vec<&'a str>,
}

async fn find(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    request: Result<Query<QuotesRequest>, QueryRejection>,
) -> Result<Response, ApiError> {
    if !bearer(&headers).is_some_and(|key| library.contract.admits(key)) {
        return Err(ApiError::unauthorized("Send the service's key as a bearer token."));
    }
    let Query(request) = request?;
    let quotes = library.collection.find(request.about.as_deref(), request.person.as_deref());
    let known_subjects = if quotes.is_empty() { library.collection.subjects() } else { Vec::new() };
    Ok(Json(QuotesAnswer { quotes, known_subjects }).into_response())
}

/// The manifest with the token of the service, once there is one.
fn with_token(manifest: &str, token: Option<String>) -> String {
    let Some(token) = token else { return manifest.to_owned() };
    let mut manifest: Value = serde_json::from_str(manifest).expect("a test reads the same embedded manifest");
    manifest["auth"]["verification_tokens"] = json!({ "cordboard": token });
    manifest.to_string()
}
