//! A company's handbook: full-text search over a folder of markdown pages, for answers from one's own documents.
//!
//! To try it with other pages, put them into `pages/` and list them in `library.rs`.

mod library;
mod search;
mod words;

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use axum::{Json, Router, routing::get};
use serde::{Deserialize, Serialize};

use crate::documents::Documents;
use crate::error::ApiError;
use crate::html;
use library::Page;
use search::Index;

/// The sample's name for people.
pub const TITLE: &str = "Company Handbook";

const DOCUMENTS: Documents = Documents {
    title: TITLE,
    manifest: include_str!("ai-plugin.json"),
    openapi: include_str!("openapi.yaml"),
    colour: "#b7791f",
    offer: "",
};

/// What the handlers share.
struct Handbook {
    origin: String,
    index: Index,
}

/// The plugin's server, for the address at which it is reached.
pub fn router(origin: &str) -> Router {
    let handbook = Handbook { origin: origin.to_owned(), index: Index::new(library::pages()) };
    Router::new()
        .route("/search", get(find))
        .route("/pages/{slug}", get(page))
        .route("/read/{slug}", get(read))
        .with_state(Arc::new(handbook))
        .merge(DOCUMENTS.routes(origin))
}

#[derive(Deserialize)]
struct SearchRequest {
    query: String,
    limit: Option<i64>,
}

#[derive(Serialize)]
struct SearchAnswer {
    query: String,
    results: Vec<ResultAnswer>,
}

#[derive(Serialize)]
struct ResultAnswer {
    slug: &'static str,
    title: &'static str,
    excerpt: String,
    url: String,
}

#[derive(Serialize)]
struct PageAnswer {
    slug: &'static str,
    title: &'static str,
    markdown: &'static str,
    url: String,
}

async fn find(
    State(handbook): State<Arc<Handbook>>,
    request: Result<Query<SearchRequest>, QueryRejection>,
) -> Result<Json<SearchAnswer>, ApiError> {
    let Query(request) = request?;
    if request.query.trim().is_empty() {
        return Err(ApiError::invalid("“query” must hold at least one word."));
    }
    let limit = usize::try_from(request.limit.unwrap_or(3)).ok().filter(|limit| (1..=10).contains(limit));
    let limit = limit.ok_or_else(|| ApiError::invalid("“limit” must be from 1 to 10."))?;
    let found = handbook.index.search(&request.query).into_iter().take(limit);
    let results = found.map(|hit| ResultAnswer {
        slug: hit.page.slug,
        title: hit.page.title(),
        excerpt: hit.excerpt,
        url: url(&handbook.origin, &hit.page),
    });
    Ok(Json(SearchAnswer { results: results.collect(), query: request.query }))
}

async fn page(State(handbook): State<Arc<Handbook>>, Path(slug): Path<String>) -> Result<Json<PageAnswer>, ApiError> {
    let page = known(&slug)?;
    let url = url(&handbook.origin, &page);
    Ok(Json(PageAnswer { slug: page.slug, title: page.title(), markdown: page.markdown, url }))
}

/// The page for people.
async fn read(Path(slug): Path<String>) -> Result<Html<String>, ApiError> {
    let page = known(&slug)?;
    let body = comrak::markdown_to_html(page.markdown, &comrak::Options::default());
    let title = html::escape(page.title());
    let head = format!(
        "<meta property=\"og:site_name\" content=\"{TITLE}\">\n<meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:description\" content=\"{}\">",
        html::escape(&page.introduction())
    );
    Ok(Html(html::page(page.title(), &head, &body)))
}

fn known(slug: &str) -> Result<Page, ApiError> {
    let pages = library::pages();
    let names = pages.map(|page| page.slug).join(", ");
    let page = pages.into_iter().find(|page| page.slug == slug);
    page.ok_or_else(|| ApiError::not_found(format!("There is no page “{slug}”. The pages are {names}.")))
}

fn url(origin: &str, page: &Page) -> String {
    format!("{origin}/read/{}", page.slug)
}
