//! Any arguments that fit an operation's schema become a request from which they can be read again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod decode;
mod operation;

use cordboard_domain::call::PlannedCall;
use cordboard_domain::plugin::VersionDigest;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::Toolset;
use proptest::prelude::*;
use serde_json::{Map, Value};
use url::Url;

use operation::Sample;

fn call(sample: &Sample) -> PlannedCall {
    let address = Url::parse("https://a.example/openapi.json").unwrap();
    let bundle = Bundle::read(&address, sample.description().to_string()).unwrap();
    let toolset = Toolset::compile_bare(&bundle).unwrap();
    let operation = &toolset.operations[0];
    let arguments = Value::Object(sample.arguments()).to_string();
    let checked = validate::arguments(operation, &arguments).unwrap();
    assert!(checked.repairs.is_empty(), "{:?}", checked.repairs);
    let version = VersionDigest::from_stored("v".to_owned());
    let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
    plan::plan(operation, plugin, &version, &checked.arguments).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests_can_be_read_back(sample in operation::samples()) {
        let call = call(&sample);
        let mut found = Map::new();
        for parameter in &sample.parameters {
            found.insert(parameter.name.clone(), decode::parameter(parameter, &call));
        }
        if let Some((body, members)) = &sample.body {
            found.extend(decode::body(*body, members, &call));
        }
        prop_assert_eq!(Value::Object(found), Value::Object(sample.arguments()), "{:?}", call);
    }
}
