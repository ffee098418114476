//! Pictures and links in results of real plugins, where the machine has their descriptions: the host shows all of them.
#![cfg(feature = "corpus")]
#![allow(clippy::print_stderr, reason = "the counts are what the run is for")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use std::fs;
use std::path::PathBuf;

use cordboard_agent::data_flow::may_fetch;
use cordboard_domain::id::{ModelId, TurnId};
use cordboard_domain::time::Timestamp;
use cordboard_domain::turn::{Round, Step, Turn};
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::toolset::Toolset;
use cordboard_spec::toolset::operation::Operation;
use serde_json::{Map, Value, json};
use url::Url;

/// The most operations of one plugin, so that many plugins count.
const OPERATIONS: usize = 5;
const LEAST_PLUGINS: usize = 50;

const MANIFEST: &str = r#"{"name_for_model": "x", "name_for_human": "x", "auth": {"type": "none"},
    "api": {"url": "https://plugin.example/openapi.yaml"}}"#;

#[expect(clippy::disallowed_methods, reason = "the task names the corpus in the environment")]
fn specs() -> Vec<String> {
    let corpus = std::env::var_os("CORDBOARD_CORPUS").expect("CORDBOARD_CORPUS names the corpus; run `cargo xtask ci`");
    let mut paths: Vec<PathBuf> = fs::read_dir(PathBuf::from(corpus).join("plugin-store/specs"))
        .unwrap()
        .map(|each| each.unwrap().path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()).collect()
}

/// A value that a model would send, by the name and schema of an argument.
fn plausible(name: &str, schema: &Value) -> Value {
    if let Some(example) = ["example", "default"].iter().find_map(|key| schema.get(*key)) {
        return example.clone();
    }
    if let Some(first) = schema.get("enum").and_then(|values| values.get(0)) {
        return first.clone();
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("integer" | "number") => json!(10),
        Some("boolean") => json!(true),
        Some("array") => json!([plausible(name, schema.get("items").unwrap_or(&Value::Null))]),
        Some("object") => properties(schema),
        _ => json!(text(name)),
    }
}

fn properties(schema: &Value) -> Value {
    let members = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    Value::Object(members.map(|(name, schema)| (name.clone(), plausible(name, schema))).collect::<Map<_, _>>())
}

fn text(name: &str) -> &'static str {
    let name = name.to_lowercase();
    let known = [
        ("city", "San Francisco"),
        ("location", "San Francisco, California"),
        ("country", "Portugal"),
        ("date", "2026-12-04"),
        ("lang", "english"),
        ("id", "4f1c2a90-77d3"),
        ("url", "https://www.wikipedia.org/wiki/Lisbon"),
        ("query", "comfortable running shoes"),
        ("keyword", "running shoes"),
        ("name", "Golden Gate Bridge"),
    ];
    known.iter().find(|(part, _)| name.contains(part)).map_or("running shoes", |(_, text)| text)
}

/// Addresses as results have them: at the plugin's own server, some with what was asked for in them, and at usual hosts of
/// pictures.
fn addresses(own: &str, arguments: &Value) -> Vec<String> {
    let asked = arguments.as_object().into_iter().flat_map(Map::values).find_map(Value::as_str).unwrap_or("shoes");
    let slug: String = asked.to_lowercase().split(|each: char| !each.is_alphanumeric()).collect::<Vec<_>>().join("-");
    let mut found: Vec<String> = ["/images/8812.jpg", "/p/8f3a77bc91?size=large", "/static/logo.png"]
        .iter()
        .map(|path| format!("{own}{path}"))
        .collect();
    found.push(format!("{own}/items/{slug}"));
    found.push(format!("{own}/search?q={}", asked.replace(' ', "%20")));
    found.extend(
        [
            "https://images.unsplash.com/photo-1506744038136-46273834b3fb?w=400",
            "https://m.media-amazon.com/images/I/71s8PQKqvBL._AC_SX679_.jpg",
            "https://d111111abcdef8.cloudfront.net/2026/11/ab12cd34.webp",
            "https://res.cloudinary.com/demo/image/upload/v1312461204/sample.jpg",
            "https://i.imgur.com/a1B2c3D.png",
            "https://maps.gstatic.com/mapfiles/place_api/icons/v1/png_71/restaurant-71.png",
            "https://cdn.shopify.com/s/files/1/0533/2089/files/placeholder-images-image_large.png?v=1530129081",
            "https://storage.googleapis.com/bucket-7/o/2f6d.jpg?alt=media&token=5e1f0c9a",
        ]
        .map(str::to_owned),
    );
    found
}

fn turn(operation: &Operation, own: &str, arguments: &Value, urls: &[String]) -> Turn {
    let items: Vec<Value> = urls
        .iter()
        .enumerate()
        .map(|(number, url)| json!({"id": number, "title": format!("Item {number}"), "image": url, "link": url}))
        .collect();
    let body = json!({ "results": items }).to_string();
    let id = "0190f1f0-a0a0-7000-8000-000000000001";
    let call = json!({
        "id": id, "model_call_id": "", "tool": operation.name, "raw_arguments": arguments.to_string(),
        "plan": {"plugin": id, "version": "", "operation": operation.name, "method": "GET", "url": format!("{own}/x"),
                 "headers": [], "body": null},
        "preview": {"plugin_name": "X", "summary": "", "host": "", "arguments": arguments},
        "state": {"state": "answered", "response": {"status": 200, "content_type": "", "headers": [], "body": body,
                  "truncated": false, "elapsed_ms": 1}},
    });
    let typed: Vec<&str> =
        arguments.as_object().into_iter().flat_map(Map::values).filter_map(Value::as_str).step_by(2).collect();
    Turn {
        id: id.parse::<TurnId>().unwrap(),
        user_message: format!("{}: {}", operation.headline(), typed.join(", ")),
        model: ModelId(String::new()),
        follows: None,
        started_at: Timestamp::UNIX_EPOCH,
        rounds: vec![Round { steps: vec![Step::Call(serde_json::from_value(call).unwrap())], is_complete: true }],
        progress: String::new(),
        outcome: None,
        sequence: 1,
    }
}

#[test]
fn pictures_and_links_of_real_plugins_are_kept() {
    let (mut plugins, mut all, mut lost) = (0, 0, Vec::new());
    for spec in specs() {
        let address = Url::parse("https://plugin.example/openapi.yaml").unwrap();
        let Ok(bundle) = Bundle::read(&address, spec.as_str()) else { continue };
        let manifest = Url::parse("https://plugin.example/.well-known/ai-plugin.json").unwrap();
        let Ok(toolset) = Toolset::compile(&manifest, MANIFEST, &bundle) else { continue };
        let usable = toolset.operations.iter().filter(|each| Url::parse(&each.server).is_ok()).take(OPERATIONS);
        let mut is_counted = false;
        for operation in usable {
            is_counted = true;
            let own = Url::parse(&operation.server).unwrap().origin().ascii_serialization();
            let arguments = properties(&operation.parameters);
            let urls = addresses(&own, &arguments);
            let turns = [turn(operation, &own, &arguments, &urls)];
            all += urls.len();
            lost.extend(
                urls.into_iter()
                    .filter(|url| may_fetch(&turns, &[], url).is_none())
                    .map(|url| (url, arguments.clone())),
            );
        }
        plugins += usize::from(is_counted);
    }
    eprintln!("{plugins} plugins, {all} addresses, {} lost", lost.len());
    assert!(plugins >= LEAST_PLUGINS, "{plugins} plugins");
    assert!(lost.is_empty(), "{} of {all}: {:#?}", lost.len(), &lost[..lost.len().min(10)]);
}
