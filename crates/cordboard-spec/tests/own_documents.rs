//! Paths that are a plugin's own files: no operations of a plugin, but perhaps of an API that has no manifest.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::toolset::Toolset;
use url::Url;

const MANIFEST: &str = r#"{"name_for_model": "x", "auth": {"type": "none"}, "api": {"url": "/api/spec"}}"#;

const SPEC: &str = "openapi: 3.0.0\npaths: {/api/spec: {get: {}}, /.well-known/hub: {get: {}}, \
    /.well-known/ai-plugin.json: {get: {}}, /topics: {get: {}}}";

#[test]
fn well_known_paths_are_operations_where_there_is_no_manifest() {
    let url = |path: &str| Url::parse("https://a.example").unwrap().join(path).unwrap();
    let bundle = Bundle::read(&url("/api/spec"), SPEC).unwrap();
    let paths = |toolset: Toolset| toolset.operations.into_iter().map(|each| each.path).collect::<Vec<_>>();
    let manifest = url("/.well-known/ai-plugin.json");
    assert_eq!(paths(Toolset::compile(&manifest, MANIFEST, &bundle).unwrap()), ["/topics"]);
    assert_eq!(paths(Toolset::compile_bare(&bundle).unwrap()), ["/api/spec", "/.well-known/hub", "/topics"]);
}
