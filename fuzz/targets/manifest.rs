//! Manifests of any kind are read or refused.
#![no_main]

use cordboard_spec::toolset::read_manifest;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|text: &str| {
    let address = Url::parse("https://a.example/.well-known/ai-plugin.json").expect("it is an address");
    let _ = read_manifest(&address, text);
});
