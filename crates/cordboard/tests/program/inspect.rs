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
    assert_eq!(report["counts"], json!({"ready": 1, "degraded": 1, "refused": 1}));
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
