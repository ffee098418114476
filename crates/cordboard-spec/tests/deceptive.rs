//! Characters that hide or reorder text: found with their places, and visible to models as they are to reviewers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_domain::plugin::VersionDigest;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::render::typescript;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::Toolset;
use url::Url;

const HIDDEN: [char; 5] = ['\u{202E}', '\u{200B}', '\u{2066}', '\u{E0041}', '\u{FEFF}'];

fn compiled(manifest: &str, spec: &str) -> Toolset {
    let url = Url::parse("https://a.example/.well-known/ai-plugin.json").unwrap();
    let spec_url = Url::parse("https://a.example/openapi.yaml").unwrap();
    Toolset::compile(&url, manifest, &Bundle::read(&spec_url, spec).unwrap()).unwrap()
}

fn manifest(text: &str) -> String {
    format!(
        "{{\"schema_version\": \"v1\",\n\"name_for_human\": \"Na{text}me\",\n\"name_for_model\": \"a\",\n\
         \"description_for_human\": \"For{text}people\",\n\"description_for_model\": \"For{text}models\",\n\
         \"auth\": {{\"type\": \"none\"}}, \"api\": {{\"type\": \"openapi\", \"url\": \"/openapi.yaml\"}}}}"
    )
}

fn spec(text: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: A, version: '1'}}
paths:
  /a:
    get:
      operationId: find
      summary: 'Sum{text}mary'
      description: 'De{text}scription'
      tags: ['Ta{text}g']
      x-cordboard-examples: ['Ex{text}ample']
      parameters:
        - {{name: 'q{text}', in: query, description: 'Ar{text}gument', schema: {{type: string, enum: ['a{text}', b]}}}}
        - {{name: o, in: query, schema: {{type: object, properties: {{x: {{type: string, description: 'In{text}ner', example: 'Ca{text}se'}}}}}}}}
"
    )
}

#[test]
fn every_text_is_found_with_its_place() {
    for hidden in HIDDEN.map(String::from) {
        let toolset = compiled(&manifest(&hidden), &spec(&hidden));
        let found: Vec<(&str, bool)> = toolset
            .all_findings()
            .filter(|finding| finding.code == "deceptive-text")
            .map(|finding| (finding.pointer.as_str(), finding.position.is_some()))
            .collect();
        let expected = [
            "/name_for_human",
            "/description_for_human",
            "/description_for_model",
            "/paths/~1a/get/summary",
            "/paths/~1a/get/description",
            "/paths/~1a/get/tags/0",
            "/paths/~1a/get/x-cordboard-examples/0",
            "/paths/~1a/get/parameters/0/name",
            "/paths/~1a/get/parameters/0/description",
            "/paths/~1a/get/parameters/0/schema/enum/0",
            "/paths/~1a/get/parameters/1/schema/properties/x/description",
            "/paths/~1a/get/parameters/1/schema/properties/x/example",
        ];
        assert_eq!(found, expected.map(|pointer| (pointer, true)), "{hidden:?}");
    }
    let plain = compiled(&manifest(""), &spec("é👩‍🔧"));
    assert!(plain.all_findings().all(|finding| finding.code != "deceptive-text"));
}

#[test]
fn a_model_sees_what_reviewers_see_and_the_request_keeps_its_bytes() {
    for hidden in HIDDEN {
        let toolset = compiled(&manifest(&hidden.to_string()), &spec(&hidden.to_string()));
        let shown = format!("⟨U+{:04X}⟩", u32::from(hidden));
        let operation = &toolset.operations[0];
        let described = [
            &toolset.manifest.name_for_human,
            &toolset.manifest.description_for_human,
            &toolset.manifest.description_for_model,
            &operation.summary,
            &operation.description,
            &operation.tags[0],
            &operation.examples[0],
            &operation.describe(&operation.arguments[0]).to_owned(),
            &operation.schema(&operation.arguments[1])["properties"]["x"].to_string(),
        ];
        for text in described {
            assert!(text.contains(&shown) && !text.contains(hidden), "{text:?}");
        }
        let before_values = typescript::render(&toolset, "a").replace(&format!("a{hidden}"), "");
        assert!(!before_values.contains(hidden), "{before_values:?}");

        let raw = format!("{{\"{}\": \"a{hidden}\"}}", operation.arguments[0].name);
        let checked = validate::arguments(operation, &raw).unwrap();
        let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
        let version = VersionDigest::from_stored(String::new());
        let call = plan::plan(operation, plugin, &version, &checked.arguments).unwrap();
        let pairs: Vec<_> = Url::parse(&call.url).unwrap().query_pairs().into_owned().collect();
        assert_eq!(pairs, [(format!("q{hidden}"), format!("a{hidden}"))]);
    }
}
