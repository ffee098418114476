//! The shared list of addresses that must be refused, where the machine has it.
#![cfg(feature = "corpus")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_domain::address::is_public;
use cordboard_net::guard::Guard;
use serde_json::Value;

#[expect(clippy::disallowed_methods, reason = "the task names the corpus in the environment")]
#[test]
fn every_listed_address_is_decided_as_listed() {
    let corpus = std::env::var("CORDBOARD_CORPUS").expect("CORDBOARD_CORPUS names the corpus; run `cargo xtask ci`");
    let text = std::fs::read_to_string(format!("{corpus}/ssrf-vectors.json")).unwrap();
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let list = |key: &str| -> Vec<String> { serde_json::from_value(vectors[key].clone()).unwrap() };
    for (key, public) in [("deny_ip", false), ("allow_ip", true)] {
        for address in list(key) {
            assert_eq!(is_public(address.parse().unwrap()), public, "{key} {address}");
        }
    }
    for url in list("deny_url") {
        assert!(Guard::default().check(&url).is_err(), "{url}");
    }
}
