//! Descriptions made to hurt: what many operations share, and names beyond all measure, stay within bounds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::source::Source;
use cordboard_spec::toolset::Toolset;
use serde_json::{Value, json};
use url::Url;

fn compile(document: &Value) -> Toolset {
    let url = Url::parse("https://hostile.example/openapi.json").unwrap();
    Toolset::compile_bare(&Bundle::read(&url, document.to_string()).unwrap()).unwrap()
}

fn codes(toolset: &Toolset) -> Vec<&'static str> {
    toolset.all_findings().map(|finding| finding.code).collect()
}

/// As many paths that all refer to one path item.
fn sharing(item: &Value, count: usize) -> Value {
    let path = |number: usize| (format!("/{number}"), json!({"$ref": "#/components/pathItems/P"}));
    let paths: Value = (0..count).map(path).collect();
    json!({"openapi": "3.1.0", "paths": paths, "components": {"pathItems": {"P": item}}})
}

#[test]
fn keys_beyond_all_measure_end_in_an_error() {
    let key = "k".repeat(5_000);
    for text in [format!("{{\"openapi\": \"3.0.0\", \"{key}\": 1}}"), format!("openapi: 3.0.0\n? {key}\n: 1\n")] {
        let problem = Source::parse("openapi", text).unwrap_err().to_string();
        assert!(problem.ends_with("a key is longer than 4,096 bytes"), "{problem}");
    }
}

#[test]
fn keys_behind_aliases_are_counted() {
    let aliases = vec!["*a"; 200_000].join(", ");
    let text = format!("a: &a {{{}: 1}}\nb: [{aliases}]\n", "k".repeat(4_000));
    assert!(Source::parse("openapi", text).unwrap_err().to_string().contains("5 million"));
}

#[test]
fn parameters_beyond_all_measure_are_left_out_and_told() {
    let listed: Vec<Value> = (0..2_100).map(|each| json!({"name": format!("p{each}"), "in": "query"})).collect();
    let toolset = compile(&json!({"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": listed}}}}));
    assert_eq!((toolset.operations[0].arguments.len(), codes(&toolset)), (2_000, vec!["too-many-parameters"]));
}

#[test]
fn what_operations_share_counts_for_each() {
    let long = (0..2_000).map(|each| format!("{each:04000}"));
    let content: Value =
        ["application/json".to_owned()].into_iter().chain(long).map(|each| (each, json!({}))).collect();
    let toolset = compile(&sharing(&json!({"get": {"responses": {"200": {"content": content}}}}), 200));
    let usable = toolset.operations.len();
    assert!((50..100).contains(&usable), "{usable}");
    assert_eq!((toolset.left_out, codes(&toolset)), (200 - usable, vec!["too-many-operations"]));
}

#[test]
fn long_texts_that_operations_share_are_cut() {
    let long = "long ".repeat(20_000);
    let parameter = json!({"name": "q", "in": "query", "description": long});
    let toolset = compile(&sharing(&json!({"get": {"summary": long, "parameters": [parameter]}}), 2));
    let operation = &toolset.operations[0];
    assert!(operation.summary.len() < 10_000 && operation.describe(&operation.arguments[0]).len() < 2_100);
}
