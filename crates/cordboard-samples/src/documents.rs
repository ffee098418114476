//! What makes an HTTP API a plugin: the manifest and the `OpenAPI` description, with a logo and a page of terms.
//!
//! The documents are static files in which `http://localhost:PORT` stands for the origin where the sample runs.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;

use crate::html::{escape, page};

const PLACEHOLDER: &str = "http://localhost:PORT";
const LOGO: &str = include_str!("logo.svg");

/// The static files of one sample.
pub(crate) struct Documents {
    pub(crate) title: &'static str,
    /// `ai-plugin.json`
    pub(crate) manifest: &'static str,
    /// `openapi.yaml`
    pub(crate) openapi: &'static str,
    /// The logo's colour, as CSS writes it.
    pub(crate) colour: &'static str,
    /// What else the front page offers, as HTML.
    pub(crate) offer: &'static str,
}

impl Documents {
    /// Routes that serve the documents for a server at `origin`.
    pub(crate) fn routes(&self, origin: &str) -> Router {
        self.routes_with(origin, str::to_owned)
    }

    /// The same with a manifest that is finished whenever it is asked for.
    pub(crate) fn routes_with<F>(&self, origin: &str, finish: F) -> Router
    where
        F: Fn(&str) -> String + Clone + Send + Sync + 'static,
    {
        let manifest = self.manifest.replace(PLACEHOLDER, origin);
        let openapi = self.openapi.replace(PLACEHOLDER, origin);
        let logo = LOGO.replace("COLOUR", self.colour);
        let front = front_page(self.title, self.offer);
        let legal = legal_page(self.title);
        Router::new()
            .route(
                "/.well-known/ai-plugin.json",
                get(async move || ([(CONTENT_TYPE, "application/json")], finish(&manifest))),
            )
            .route("/openapi.yaml", get(async move || ([(CONTENT_TYPE, "application/yaml")], openapi)))
            .route("/logo.svg", get(async move || ([(CONTENT_TYPE, "image/svg+xml")], logo)))
            .route("/legal", get(async move || Html(legal)))
            .route("/", get(async move || Html(front)))
    }
}

fn front_page(title: &str, offer: &str) -> String {
    let body = format!(
        "<p><img src=\"/logo.svg\" alt=\"\" width=\"96\" height=\"96\"></p>\n<h1>{}</h1>\n\
         <p>A sample plugin for Cordboard. A chat host needs two documents of it: its \
         <a href=\"/.well-known/ai-plugin.json\">manifest</a> and its \
         <a href=\"/openapi.yaml\">OpenAPI description</a>.</p>\n{offer}",
        escape(title)
    );
    page(title, "", &body)
}

fn legal_page(title: &str) -> String {
    let body = format!(
        "<h1>{}: terms</h1>\n<p>This is a sample. Everything it tells is invented, it keeps what you send in memory \
         until it stops, and it comes without any warranty.</p>",
        escape(title)
    );
    page("Terms", "", &body)
}
