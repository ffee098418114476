//! The list of requests in `eval/requests.toml` fits the samples it is about, and the samples do not give it away.

use std::collections::BTreeMap;

use cordboard_samples::Sample;
use serde_json::Value;

use crate::client::Client;
use crate::documents::{Operation, operations, spec};

const LIST: &str = include_str!("../../../../eval/requests.toml");

fn requests() -> Vec<Value> {
    let list: Value = toml::from_str(LIST).expect("TOML");
    list["request"].as_array().expect("requests").clone()
}

async fn all_operations() -> BTreeMap<String, Operation> {
    let mut all = BTreeMap::new();
    for sample in Sample::ALL {
        let spec = spec(&Client::start(sample).await).await;
        all.extend(
            operations(&spec).into_iter().map(|operation| (format!("{}.{}", sample.name(), operation.id), operation)),
        );
    }
    all
}

fn fields<'a>(request: &'a Value, table: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    request[table].as_object().into_iter().flatten()
}

#[tokio::test]
async fn expected_arguments_fit_the_operations() {
    let operations = all_operations().await;
    for request in requests() {
        let Some(name) = request["operation"].as_str() else { continue };
        let operation = operations.get(name).unwrap_or_else(|| panic!("{name} is no operation"));
        let tables = ["arguments", "optional", "contains"];
        for (argument, value) in tables.iter().flat_map(|table| fields(&request, table)) {
            let parameter = operation.parameters.iter().find(|(name, ..)| name == argument);
            let (_, _, schema) = parameter.unwrap_or_else(|| panic!("{name} has no {argument}"));
            assert_eq!(value.is_string(), schema["type"] == "string", "{name} {argument}");
            assert!(schema["enum"].as_array().is_none_or(|allowed| allowed.contains(value)), "{name} {argument}");
        }
        for (argument, required, _) in &operation.parameters {
            let given = ["arguments", "contains"].iter().any(|table| !request[table][argument].is_null());
            assert!(given || !required, "{request} lacks {argument}");
        }
    }
}

#[tokio::test]
async fn every_operation_is_asked_for_except_the_league_s_clubs() {
    let asked: Vec<_> =
        requests().iter().filter_map(|request| request["operation"].as_str().map(str::to_owned)).collect();
    let operations = all_operations().await;
    let silent: Vec<_> = operations.keys().filter(|name| !asked.contains(name)).collect();
    assert_eq!(silent, ["scores.getTeam"]);
}

#[tokio::test]
async fn examples_do_not_repeat_requests() {
    let plain = |text: &str| text.to_lowercase().replace(|c: char| !c.is_alphanumeric(), " ");
    let words = |text: &str| plain(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let requests: Vec<_> = requests().iter().map(|request| words(request["text"].as_str().expect("text"))).collect();
    for (name, operation) in all_operations().await {
        for example in &operation.examples {
            let example_words = words(example);
            let repeated =
                example_words.windows(4).any(|span| requests.iter().any(|it| it.windows(4).any(|own| own == span)));
            assert!(!repeated, "{name}: {example}");
        }
    }
}

#[test]
fn the_list_has_the_agreed_shape() {
    let requests = requests();
    let demo: Vec<_> = requests.iter().filter(|it| it["demo"] == true).map(|it| it["text"].clone()).collect();
    assert_eq!(demo.len(), 3, "{demo:?}");
    assert!(requests.len() >= 48);
    assert!(requests.iter().filter(|it| it["operation"].is_null()).count() >= 12);
}
