//! A server that hands out a plugin's two documents as the test wrote them, mistakes included.

use std::future::IntoFuture as _;
use std::net::Ipv4Addr;

use axum::{Router, routing::get};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// A manifest in which nothing is wrong; its line breaks are what tests count by.
pub(crate) const MANIFEST: &str = r#"{
  "schema_version": "v1",
  "name_for_human": "Ships",
  "name_for_model": "ships",
  "description_for_human": "Lists ships.",
  "description_for_model": "Lists ships.",
  "auth": { "type": "none" },
  "api": { "type": "openapi", "url": "/openapi.yaml" },
  "logo_url": "/logo.png",
  "contact_email": "ships@example.com",
  "legal_info_url": "https://ships.example/legal"
}"#;

/// An `OpenAPI` document in which nothing is wrong.
pub(crate) const SPEC: &str = "openapi: 3.0.1\ninfo: {title: Ships, version: v1}\npaths:\n  /ships:\n    get:\n      \
                               operationId: listShips\n      summary: List ships\n      responses: {'200': \
                               {description: Ships}}\n";

/// A running server.
#[derive(Debug)]
pub(crate) struct StubPlugin {
    /// Such as `127.0.0.1:5003`.
    pub(crate) address: String,
    server: AbortHandle,
}

impl Drop for StubPlugin {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl StubPlugin {
    /// Starts a server with these documents on a free port.
    pub(crate) async fn start(manifest: &str, spec: &str) -> Self {
        let routes = Router::new().route("/ships", get(async || "[\"Vasa\"]"));
        Self::start_with(spec, |_| manifest.to_owned(), routes).await
    }

    /// Starts a server with this API beside its documents, of which the manifest may name the server's origin.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(crate) async fn start_with(spec: &str, manifest: impl FnOnce(&str) -> String, api: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("a bound address").to_string();
        let (manifest, spec) = (manifest(&format!("http://{address}")), spec.to_owned());
        let router = api
            .route("/.well-known/ai-plugin.json", get(async move || manifest))
            .route("/openapi.yaml", get(async move || spec));
        let server = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        Self { address, server }
    }

    /// Such as `http://127.0.0.1:5003`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}
