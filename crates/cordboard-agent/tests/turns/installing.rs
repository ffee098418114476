//! What servers say of their documents, and what becomes of it.

use std::sync::Arc;

use async_trait::async_trait;
use cordboard_agent::gathering::{GatherError, Gatherer};
use cordboard_domain::origin::{ListedOrigins, NamedBy};
use cordboard_domain::plugin::DocumentSource;
use cordboard_domain::ports::{FetchDocument, FetchError, FetchedDocument};
use cordboard_testkit::TestBuilder;

const SPEC: &str = "openapi: 3.0.0\ninfo: {title: Odd}\npaths: {/a: {get: {operationId: a}}}";

#[tokio::test]
async fn labels_of_documents_do_not_matter() {
    let app = TestBuilder::new(Vec::new()).start().await;
    for label in ["text/json", "text/vnd.yaml", "application/octet-stream", "text/html"] {
        app.plugin.answer_with(200, label, SPEC);
        let found = app.catalogue.gatherer.fetch(&format!("{}/odd/openapi.json", app.plugin.origin())).await.unwrap();
        assert_eq!(found.toolset.operations[0].name, "a", "{label}");
    }
}

#[tokio::test]
async fn a_manifest_that_wants_a_key_says_so() {
    let app = TestBuilder::new(Vec::new()).start().await;
    app.plugin.answer_with(401, "application/json", r#"{"error": "no key"}"#);
    let refused = app.catalogue.gatherer.fetch(&format!("{}/x/ai-plugin.json", app.plugin.origin())).await.unwrap_err();
    assert!(refused.to_string().ends_with("/x/ai-plugin.json answered 401"), "{refused}");
}

#[tokio::test]
async fn a_description_is_found_at_any_address() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let origin = app.plugin.origin().to_owned();
    app.plugin.set_document("/api/schema/", Some(SPEC));
    let fetched =
        async |address: &str| app.catalogue.gatherer.fetch(address).await.unwrap().toolset.manifest.name_for_human;
    let manifests = fetched(&origin).await;
    assert_eq!(fetched(&format!("{origin}/api/schema/")).await, "Odd");
    app.plugin.set_document("/docs", Some("<html>a page</html>"));
    assert_eq!(fetched(&format!("{origin}/docs")).await, manifests);
}

/// A server that keeps everything but its description for who has a key.
struct Locked;

#[async_trait]
impl FetchDocument for Locked {
    async fn fetch(&self, url: &str, _: &NamedBy) -> Result<FetchedDocument, FetchError> {
        if url.ends_with("/openapi.yaml") {
            return Ok(FetchedDocument { url: url.to_owned(), content_type: String::new(), body: SPEC.into() });
        }
        Err(FetchError::Status { url: url.to_owned(), status: 401 })
    }
}

#[tokio::test]
async fn the_description_of_a_plugin_whose_manifest_wants_a_key_is_used() {
    let gatherer = Gatherer { documents: Arc::new(Locked), listed: ListedOrigins::default() };
    let found = gatherer.fetch("shop.example").await.unwrap();
    assert_eq!(found.origin, "https://shop.example/openapi.yaml");
}

#[tokio::test]
async fn documents_name_no_private_address_of_another_origin() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let spec = "openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{$ref: 'http://10.0.0.7/x.yaml#/q'}, {$ref: \
                'parts/gone.yaml#/q'}]}}}";
    app.plugin.set_spec(spec);
    app.plugin.set_document("/parts/gone.yaml", None);
    let found = app.catalogue.gatherer.fetch(app.plugin.origin()).await.unwrap();
    let messages: Vec<&str> =
        found.toolset.operations[0].restrictions.iter().map(|finding| finding.message.as_str()).collect();
    assert!(messages[0].contains("its address is private and another origin's"), "{messages:?}");
    assert!(messages[1].contains("/parts/gone.yaml answered 404"), "{messages:?}");

    let manifest = r#"{"name_for_model": "x", "name_for_human": "x", "description_for_human": "x", "description_for_model": "x",
        "auth": {"type": "none"}, "api": {"url": "http://10.0.0.7/openapi.yaml"}}"#;
    app.plugin.set_manifest(manifest);
    let refused = app.catalogue.gatherer.fetch(app.plugin.origin()).await;
    assert!(matches!(refused, Err(GatherError::PrivateSpec(_))), "{refused:?}");
}

#[tokio::test]
async fn an_open_server_of_a_pasted_document_is_no_address() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let spec = SPEC.replace("paths:", "servers: [{url: 'https://{tenant}.shop.example/v1'}]\npaths:");
    assert!(matches!(
        app.catalogue.gatherer.read("it", &spec, "", DocumentSource::Pasted).await,
        Err(GatherError::NoAddress)
    ));
    let found =
        app.catalogue.gatherer.read("it", &spec, "https://mine.shop.example", DocumentSource::Pasted).await.unwrap();
    let operation = &found.toolset.operations[0];
    assert_eq!(operation.server, "https://mine.shop.example");
    assert_eq!(operation.restrictions[0].code, "invalid-server");
    assert!(operation.restrictions[0].message.contains("has a variable without a default"));
}
