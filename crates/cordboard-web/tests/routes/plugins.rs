//! Registering plugins in the page, and what is said of their documents.

use cordboard_testkit::TestBuilder;

#[tokio::test]
async fn a_plugin_is_registered_by_its_address_and_shows_what_the_model_is_told() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let address = app.plugin.origin().trim_start_matches("http://").to_owned();
    let answer = page.post("/develop", &[("address", &address)]).await;
    assert_eq!(answer.status(), 303);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let html = page.html(&location).await;
    for text in ["Todo list", "addTodo", "POST /todos", "namespace todo {"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(page.get("/plugins").await.text().await.unwrap().contains("Manage your todo list."));
    let plugin = location.replace("/develop/", "/plugins/");
    page.post(&format!("{plugin}/remove"), &[]).await;
    assert!(page.get("/plugins").await.text().await.unwrap().contains("Nothing is installed yet"));
}

#[tokio::test]
async fn problems_name_the_document_the_line_and_the_remedy() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let origin = app.plugin.origin().to_owned();
    let check = async |expected: &str| {
        let answer = page.post("/develop", &[("address", &origin)]).await;
        assert_eq!(answer.status(), 422);
        let html = answer.text().await.unwrap().replace("&#x2f;", "/");
        assert!(html.contains(expected), "{expected} in {html}");
    };
    app.plugin.set_manifest("{\n  \"schema_version\": \"v1\",\n  oops\n}");
    check("ai-plugin.json:3:").await;
    app.plugin.set_manifest("<!doctype html><p>Not found");
    check("is a web page, not a JSON or YAML document").await;
    app.plugin.set_manifest("{\"name_for_model\": \"x\", \"api\": {\"url\": \"/openapi.yaml\"}}");
    app.plugin.set_spec("name: x\n");
    check("is not an API description").await;
    app.plugin.set_spec("openapi: 3.0.0\npaths:\n  /a/{b:\n    get: {}\n");
    check("openapi.yaml:3:3: error: the path `/a/{b` has a brace that is not closed").await;
    app.plugin.stop();
    check("The manifest could not be fetched: nothing answers at").await;
}

#[tokio::test]
async fn a_private_address_that_the_operator_did_not_name_is_refused() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    for address in ["localhost:9", "10.0.0.1", "http://169.254.169.254/", "http://[::1]/", "http://printer/"] {
        let html = page.post("/develop", &[("address", address)]).await.text().await.unwrap();
        assert!(html.contains("--allow-origin"), "{address}: {html}");
    }
}

#[tokio::test]
async fn the_page_of_a_plugin_is_its_report() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    app.plugin.set_spec("openapi: 3.0.0\npaths:\n  /a/{b}:\n    get: {operationId: getA}\n  /c/{d:\n    get: {}\n");
    let answer = page.post("/develop", &[("address", app.plugin.origin())]).await;
    let html = page.html(answer.headers()["location"].to_str().unwrap()).await.replace("&#x2f;", "/");
    for text in
        ["0 ready · 1 degraded · 1 refused", "undeclared-path-parameter", "openapi.yaml:4:5", "broken-path", "tokens"]
    {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[tokio::test]
async fn an_api_without_a_manifest_installs_with_what_it_refers_to() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let spec = r#"{"openapi": "3.1.0", "info": {"title": "Notes"}, "paths": {"/notes": {"get": {"operationId": "getNotes",
        "parameters": [{"$ref": "shared/common.yaml#/limit"}, {"$ref": "gone.yaml#/x"}]}}}}"#;
    app.plugin.set_document("/.well-known/ai-plugin.json", None);
    app.plugin.set_document("/openapi.json", Some(spec));
    app.plugin.set_document(
        "/shared/common.yaml",
        Some("limit: {name: limit, in: query, schema: {$ref: '#/number'}}\nnumber: {type: integer}"),
    );
    app.plugin.set_document("/gone.yaml", None);
    let answer = page.post("/develop", &[("address", app.plugin.origin())]).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let html = page.html(answer.headers()["location"].to_str().unwrap()).await.replace("&#x2f;", "/");
    for text in ["Notes", "limit?: number", "external-reference", "0 ready · 1 degraded"] {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[tokio::test]
async fn a_pasted_document_installs_too() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let text = "openapi: 3.0.0\ninfo: {title: Pasted}\npaths: {/a: {get: {operationId: a}}}";
    let refused = page.post("/develop", &[("text", text)]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("names no server"));
    let answer = page.post("/develop", &[("text", text), ("address", "api.example")]).await;
    assert_eq!(answer.status(), 303);
    let html = page.html(answer.headers()["location"].to_str().unwrap()).await.replace("&#x2f;", "/");
    assert!(html.contains("Pasted") && html.contains("https://api.example/"), "{html}");
}
