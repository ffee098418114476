//! The to-do list.

use cordboard_samples::Sample;
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, json as json_of};

async fn list(items: &[&str]) -> Client {
    let client = Client::start(Sample::Todo).await;
    for item in items {
        json_of(client.send(Method::POST, "/todos", &json!({ "todo": item })).await, 200).await;
    }
    client
}

#[tokio::test]
async fn items_are_kept_in_order() {
    let client = list(&[]).await;
    assert_eq!(client.get_json("/todos").await, json!({ "todos": [] }));
    let client = list(&["buy milk", " call Ann "]).await;
    assert_eq!(client.get_json("/todos").await, json!({ "todos": ["buy milk", "call Ann"] }));
}

#[tokio::test]
async fn delete_takes_a_body_with_words_of_the_item() {
    for words in ["milk", "Buy MILK", "the milk", "buy the milk", "to buy milk"] {
        let client = list(&["call the dentist", "buy milk"]).await;
        let answer = json_of(client.send(Method::DELETE, "/todos", &json!({ "todo": words })).await, 200).await;
        assert_eq!(answer, json!({ "removed": "buy milk", "todos": ["call the dentist"] }), "{words}");
    }
}

#[tokio::test]
async fn delete_leaves_other_items_alone() {
    for words in ["call the bank", "bread", "the"] {
        let client = list(&["buy milk", "call a dentist"]).await;
        let answer = json_of(client.send(Method::DELETE, "/todos", &json!({ "todo": words })).await, 404).await;
        assert_eq!(answer["error"], format!("No item on the list matches “{words}”."));
    }
}

#[tokio::test]
async fn mistakes_are_answered_in_words() {
    let client = list(&[]).await;
    json_of(client.send(Method::POST, "/todos", &json!({ "todo": " " })).await, 422).await;
    let answer = json_of(client.send(Method::POST, "/todos", &json!({ "text": "x" })).await, 422).await;
    assert!(answer["error"].as_str().expect("text").contains("missing field `todo`"));
}
