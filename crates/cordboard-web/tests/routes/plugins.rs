//! Installing plugins in the page.

use cordboard_testkit::TestBuilder;

#[tokio::test]
async fn a_plugin_is_installed_by_its_address_and_shows_what_the_model_is_told() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let address = app.plugin.origin().trim_start_matches("http://").to_owned();
    let answer = page.post("/plugins", &[("address", &address)]).await;
    assert_eq!(answer.status(), 303);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let html = page.html(&location).await;
    for text in ["Todo list", "addTodo", "POST /todos", "namespace todo {"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(page.get("/plugins").await.text().await.unwrap().contains("Manage your todo list."));
    page.post(&format!("{location}/remove"), &[]).await;
    assert!(page.get("/plugins").await.text().await.unwrap().contains("Nothing is installed yet."));
}

#[tokio::test]
async fn problems_name_the_document_the_line_and_the_remedy() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let origin = app.plugin.origin().to_owned();
    let check = async |expected: &str| {
        let answer = page.post("/plugins", &[("address", &origin)]).await;
        assert_eq!(answer.status(), 422);
        let html = answer.text().await.unwrap().replace("&#x2f;", "/");
        assert!(html.contains(expected), "{expected} in {html}");
    };
    app.plugin.set_manifest("{\n  \"schema_version\": \"v1\",\n  oops\n}");
    check("ai-plugin.json:3:").await;
    app.plugin.set_manifest("<!doctype html><p>Not found");
    check("is a web page, not a JSON or YAML document").await;
    app.plugin.set_manifest("{\"name_for_model\": \"x\", \"api\": {\"url\": \"/openapi.yaml\"}}");
    app.plugin.set_spec("swagger: '2.0'\npaths: {}\n");
    check("is a Swagger 2.0 document; convert it").await;
    app.plugin.set_spec("openapi: 3.0.0\npaths:\n  /a/{b}:\n    get: {}\n");
    check("openapi.yaml:4:5: error: the path has `{b}`, but no path parameter").await;
    app.plugin.stop();
    check("The manifest could not be fetched: nothing answers at").await;
}

#[tokio::test]
async fn a_private_address_that_the_operator_did_not_name_is_refused() {
    let app = TestBuilder::new(Vec::new()).start().await;
    let mut page = app.open().await;
    page.sign_in().await;
    for address in ["localhost:9", "10.0.0.1", "http://169.254.169.254/", "http://[::1]/", "http://printer/"] {
        let html = page.post("/plugins", &[("address", address)]).await.text().await.unwrap();
        assert!(html.contains("--allow-origin"), "{address}: {html}");
    }
}
