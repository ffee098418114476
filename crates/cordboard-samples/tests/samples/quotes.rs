//! The quotes: one service's key opens them, and the manifest shows that service's token.

use cordboard_samples::Sample;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, json as json_of};

async fn find(client: &Client, key: &str, query: &str) -> Value {
    json_of(client.send_as(key, Method::GET, &format!("/quotes?{query}"), &json!({})).await, 200).await
}

#[tokio::test]
async fn quotes_are_found_by_subject_and_person() {
    let client = Client::start(Sample::Quotes).await;
    let key = client.server.setup().contract.issue_key();
    let courage = find(&client, &key, "about=Courage").await;
    assert_eq!(courage["quotes"].as_array().expect("quotes").len(), 2);
    let one = find(&client, &key, "about=courage&person=tovin").await;
    let quote =
        json!({ "text": "Courage is fear that has an appointment.", "person": "Tovin Marsh", "about": "courage" });
    assert_eq!(one["quotes"], json!([quote]));
    assert_eq!(find(&client, &key, "").await["quotes"].as_array().expect("quotes").len(), 3);
    let none = find(&client, &key, "about=taxes").await;
    assert_eq!(none["quotes"], json!([]));
    assert_eq!(none["known_subjects"], json!(["courage", "friendship", "learning", "patience", "travel", "work"]));
}

#[tokio::test]
async fn only_the_newest_key_opens_them() {
    let client = Client::start(Sample::Quotes).await;
    let contract = &client.server.setup().contract;
    let refused = async |key: &str| json_of(client.send_as(key, Method::GET, "/quotes", &json!({})).await, 401).await;
    refused("").await;
    json_of(client.get("/quotes").await, 401).await;
    let old = contract.issue_key();
    find(&client, &old, "").await;
    let new = contract.issue_key();
    refused(&old).await;
    refused(&new[..new.len() - 1]).await;
    find(&client, &new, "").await;
}

#[tokio::test]
async fn the_manifest_shows_the_token_that_was_handed_over() {
    let client = Client::start(Sample::Quotes).await;
    let before = client.get_json("/.well-known/ai-plugin.json").await;
    assert_eq!(before["auth"]["verification_tokens"], json!({}));
    client.server.setup().contract.publish("a \"token\"");
    let mut after = client.get_json("/.well-known/ai-plugin.json").await;
    assert_eq!(after["auth"]["verification_tokens"], json!({ "cordboard": "a \"token\"" }));
    after["auth"]["verification_tokens"] = json!({});
    assert_eq!(after, before);
}
