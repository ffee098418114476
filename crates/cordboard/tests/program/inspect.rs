//! `inspect`: what of a plugin or a document can be used, in words and as JSON.

use cordboard_samples::{Sample, spawn};
use serde_json::json;

use crate::program::Home;

const SPEC: &str = "openapi: 3.0.3
info: {title: Notes}
paths:
  /notes:
    get:
      operationId: getNotes
      summary: List the notes
      parameters:
        - {$ref: 'parts/common.yaml#/limit'}
  /notes/{id}:
    get: {operationId: getNote}
  /broken/{:
    get: {operationId: broken}
";

#[tokio::test]
async fn a_file_is_inspected_with_what_lies_beside_it() {
    let home = Home::new();
    let file = home.write("notes.yaml", SPEC);
    std::fs::create_dir(home.path("parts")).expect("a folder");
    home.write("parts/common.yaml", "limit: {name: limit, in: query, schema: {type: integer}}");
    let path = file.to_str().expect("a plain path");
    home.run(&["inspect", path]).await.expect(1).prints(&[
        "Notes (OpenAPI 3.0.3)",
        "1 ready · 1 degraded · 1 refused",
        "getNotes",
        "[undeclared-path-parameter]",
        "notes.yaml:11:5: warning: the path has `{id}`, which is not declared",
        "11 |     get: {operationId: getNote}",
        "[broken-path]",
    ]);
    let report = home.run(&["inspect", "--json", path]).await.expect(1).json();
    assert_eq!(report["counts"], json!({"ready": 1, "degraded": 1, "refused": 1, "left_out": 0}));
    let degraded = &report["operations"][1];
    assert_eq!(degraded["status"], "degraded");
    assert_eq!(degraded["reason"], "undeclared-path-parameter");
    assert_eq!((&degraded["pointer"], &degraded["position"]["line"]), (&json!("/paths/~1notes~1{id}/get"), &json!(11)));
    assert!(report["operations"][0]["tokens"]["typescript"].as_u64().is_some_and(|tokens| tokens > 5));
}

#[tokio::test]
async fn a_plugin_is_inspected_by_its_address() {
    let hotels = spawn(Sample::Hotels, 0).await.expect("a sample on a free port");
    let home = Home::new();
    home.run(&["inspect", hotels.origin()]).await.expect(0).prints(&["Nightcord Hotels", "ready", "searchHotels"]);
    home.run(&["plugin", "list"]).await.expect(0).prints(&["No plugin is installed"]);
}

#[tokio::test]
async fn what_cannot_be_read_says_where_and_why() {
    let home = Home::new();
    let file = home.write("bad.json", "{\n  \"openapi\": \"3.0.0\",\n  \"paths\": [");
    let path = file.to_str().expect("a plain path");
    home.run(&["inspect", path]).await.expect(1).prints(&["bad.json", ":3:"]);
    let report = home.run(&["inspect", "--json", path]).await.expect(1).json();
    assert!(report["error"].as_str().is_some_and(|text| text.contains(":3:")), "{report}");
}

#[tokio::test]
async fn what_lies_beside_a_file_is_found_wherever_its_api_is_served() {
    let home = Home::new();
    std::fs::create_dir(home.path("parts")).expect("a folder");
    home.write("parts/common.yaml", "limit: {name: limit, in: query, schema: {type: integer}}");
    for server in ["https://api.shop.example/v1", "https://api.shop.example/v1/"] {
        let spec = format!(
            "openapi: 3.0.3\ninfo: {{title: Notes}}\nservers: [{{url: '{server}'}}]\npaths:\n  /notes:\n    get: {{operationId: \
             getNotes, parameters: [{{$ref: 'parts/common.yaml#/limit'}}]}}\n"
        );
        let file = home.write("notes.yaml", &spec);
        let path = file.to_str().expect("a plain path");
        home.run(&["inspect", path]).await.expect(0).prints(&["1 ready · 0 degraded · 0 refused"]);
    }
}

#[tokio::test]
async fn why_a_document_could_not_be_had_is_told() {
    let home = Home::new();
    let spec = "openapi: 3.0.3\ninfo: {title: Notes}\npaths: {/notes: {get: {operationId: getNotes, parameters: [{$ref: \
                'http://10.0.0.7/common.yaml#/limit'}, {$ref: 'http://localhost:1/x.yaml#/limit'}]}}}\n";
    let file = home.write("notes.yaml", spec);
    let path = file.to_str().expect("a plain path");
    let base = ["inspect", path, "--base", "https://shop.example"];
    home.run(&base).await.expect(0).prints(&[
        "[external-reference]",
        "`http://10.0.0.7/common.yaml#/limit` points to a document that could not be had: its address is private",
        "`http://localhost:1/x.yaml#/limit` points to a document that could not be had: its address is private",
    ]);
}

#[tokio::test]
async fn a_document_without_a_usable_operation_is_reported_whole() {
    let home = Home::new();
    let spec = "openapi: 3.0.3\ninfo: {title: Notes}\npaths:\n  /broken/{:\n    get: {operationId: broken}\n";
    let file = home.write("notes.yaml", spec);
    let path = file.to_str().expect("a plain path");
    let report = home.run(&["inspect", "--json", path]).await.expect(1).json();
    assert!(report["error"].as_str().is_some_and(|text| text.contains("no operation that can be called")), "{report}");
    assert_eq!(report["counts"], json!({"ready": 0, "degraded": 0, "refused": 1, "left_out": 0}));
    let refused = &report["operations"][0];
    assert_eq!((&refused["reason"], &refused["position"]["line"]), (&json!("broken-path"), &json!(4)));
    home.run(&["inspect", path])
        .await
        .expect(1)
        .prints(&["0 ready · 0 degraded · 1 refused", "no operation that can be called"]);
}
