//! What every sample publishes is right by the plugin protocol and within its limits.

use cordboard_samples::Sample;
use serde_json::{Value, json};

use crate::client::{Client, json as json_of, page};
use crate::yaml;

/// One operation of a sample.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) examples: Vec<String>,
    /// Name, whether it is required, and its schema; those of the body included.
    pub(crate) parameters: Vec<(String, bool, Value)>,
    body: Value,
}

/// The operations in a sample's description, with `$ref`s in the body resolved.
pub(crate) fn operations(spec: &Value) -> Vec<Operation> {
    let paths = spec["paths"].as_object().expect("paths").values();
    let methods = paths.flat_map(|path| path.as_object().expect("methods").values());
    methods.map(|operation| read(spec, operation)).collect()
}

fn read(spec: &Value, operation: &Value) -> Operation {
    let own = operation["parameters"].as_array().into_iter().flatten();
    let mut parameters: Vec<_> =
        own.map(|it| (text(&it["name"]), it["required"] == json!(true), it["schema"].clone())).collect();
    let mut body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if let Some(reference) = body["$ref"].as_str() {
        body = spec.pointer(reference.trim_start_matches('#')).expect("a schema");
    }
    for (name, schema) in body["properties"].as_object().into_iter().flatten() {
        let required = body["required"].as_array().expect("a list").contains(&json!(name));
        parameters.push((name.clone(), required, schema.clone()));
    }
    let examples = operation["x-cordboard-examples"].as_array().expect("examples").iter().map(text).collect();
    Operation { id: text(&operation["operationId"]), examples, parameters, body: operation.clone() }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

pub(crate) async fn spec(client: &Client) -> Value {
    let (label, text) = page(client.get("/openapi.yaml").await).await;
    assert_eq!(label, "application/yaml");
    yaml::parse(&text)
}

#[tokio::test]
async fn manifests_follow_the_protocol() {
    for sample in Sample::ALL {
        let client = Client::start(sample).await;
        let origin = client.server.origin();
        let manifest = json_of(client.get("/.well-known/ai-plugin.json").await, 200).await;
        assert_eq!(manifest["schema_version"], "v1");
        assert_eq!(manifest["name_for_model"], sample.name());
        assert_eq!(manifest["name_for_human"], sample.title());
        assert!(sample.title().len() <= 20);
        assert!(text(&manifest["description_for_human"]).len() <= 100);
        assert!(text(&manifest["description_for_model"]).len() <= 8000);
        let auth = match sample {
            Sample::Hotels => "oauth",
            Sample::Notes => "user_http",
            Sample::Quotes => "service_http",
            Sample::Todo | Sample::Handbook | Sample::Scores => "none",
        };
        assert_eq!(manifest["auth"]["type"], auth);
        assert_eq!(manifest["api"], json!({ "type": "openapi", "url": format!("{origin}/openapi.yaml") }));
        assert!(text(&manifest["contact_email"]).contains('@'));
        let (logo, _) = page(client.get(&text(&manifest["logo_url"])).await).await;
        assert_eq!(logo, "image/svg+xml");
        for path in ["/", &text(&manifest["legal_info_url"])] {
            assert!(page(client.get(path).await).await.1.contains(sample.title()));
        }
    }
}

#[tokio::test]
async fn descriptions_are_within_the_limits() {
    for sample in Sample::ALL {
        let client = Client::start(sample).await;
        let spec = spec(&client).await;
        assert_eq!(spec["servers"], json!([{ "url": client.server.origin() }]));
        for operation in operations(&spec) {
            let id = &operation.id;
            assert!(text(&operation.body["summary"]).len() <= 200, "{id}");
            assert!(operation.body["description"].as_str().unwrap_or_default().len() <= 200, "{id}");
            assert!((2..=3).contains(&operation.examples.len()), "{id}");
            for parameter in operation.body["parameters"].as_array().into_iter().flatten() {
                assert!(text(&parameter["description"]).len() <= 200, "{id}");
                assert!(!parameter["example"].is_null(), "{id}");
            }
        }
    }
}

#[tokio::test]
async fn lookup_knows_every_name() {
    for sample in Sample::ALL {
        assert_eq!(Sample::lookup(sample.name()), Some(sample));
    }
    assert_eq!(Sample::lookup("weather"), None);
}

#[tokio::test]
async fn a_dropped_server_stops() {
    let client = Client::start(Sample::Todo).await;
    let address = client.server.origin().trim_start_matches("http://").to_owned();
    drop(client);
    // The port is released by the server's own task, so let that run.
    while tokio::net::TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}
