//! Whatever a model writes as arguments becomes a request to the operation's own server, or is refused.
#![no_main]

use std::sync::LazyLock;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::Toolset;
use libfuzzer_sys::fuzz_target;
use url::Url;

static TOOLSET: LazyLock<Toolset> = LazyLock::new(|| {
    let address = Url::parse("https://a.example/openapi.yaml").expect("it is an address");
    let bundle = Bundle::read(&address, include_str!("../seeds/spec/styles.yaml")).expect("it is YAML");
    Toolset::compile_bare(&bundle).expect("it has operations")
});

fuzz_target!(|text: &str| {
    let plugin = "01890000000070008000000000000000".parse().expect("it is an id");
    let version = serde_json::from_str("\"fuzz\"").expect("it is a digest");
    for operation in &TOOLSET.operations {
        let Ok(checked) = validate::arguments(operation, text) else { continue };
        let Ok(call) = plan::plan(operation, plugin, &version, &checked.arguments) else { continue };
        assert!(call.url.starts_with("https://a.example/v1/"), "{}", call.url);
        let safe = |text: &str| text.is_ascii() && !text.chars().any(char::is_control);
        assert!(call.headers.iter().all(|(name, value)| safe(name) && safe(value)), "{:?}", call.headers);
    }
});
