//! The notebooks: each key opens its own.

use cordboard_samples::Sample;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, json as json_of, page};

/// Makes a key as a person does.
async fn key(client: &Client) -> String {
    let (_, html) = page(client.get("/").await).await;
    assert!(html.contains("<form method=\"post\" action=\"/keys\">"), "{html}");
    let (_, html) = page(client.send(Method::POST, "/keys", &json!({})).await).await;
    let key = html.split("<code id=\"key\">").nth(1).and_then(|rest| rest.split('<').next());
    key.expect("the page shows the key").to_owned()
}

async fn call(client: &Client, key: &str, method: Method, path: &str, body: Value) -> Value {
    json_of(client.send_as(key, method, path, &body).await, 200).await
}

#[tokio::test]
async fn each_key_sees_its_own_notes() {
    let client = Client::start(Sample::Notes).await;
    let (anna, bert) = (key(&client).await, key(&client).await);
    assert_ne!(anna, bert);
    call(&client, &anna, Method::POST, "/notes", json!({ "text": " the gate code is 4711 " })).await;
    let two = call(&client, &anna, Method::POST, "/notes", json!({ "text": "feed the cat" })).await;
    let notes = json!([{ "id": 1, "text": "the gate code is 4711" }, { "id": 2, "text": "feed the cat" }]);
    assert_eq!(two["notes"], notes);
    assert_eq!(call(&client, &bert, Method::GET, "/notes", json!({})).await["notes"], json!([]));
    let foreign = client.send_as(&bert, Method::DELETE, "/notes/1", &json!({})).await;
    assert_eq!(json_of(foreign, 404).await["error"], "The notebook has no note 1.");
    let left = call(&client, &anna, Method::DELETE, "/notes/1", json!({})).await;
    assert_eq!(left["notes"], json!([{ "id": 2, "text": "feed the cat" }]));
    // A number is never given again.
    let again = call(&client, &anna, Method::POST, "/notes", json!({ "text": "x" })).await;
    assert_eq!(again["notes"][1]["id"], 3);
}

#[tokio::test]
async fn nothing_opens_without_a_key() {
    let client = Client::start(Sample::Notes).await;
    key(&client).await;
    for (method, path) in [(Method::GET, "/notes"), (Method::POST, "/notes"), (Method::DELETE, "/notes/1")] {
        let response = client.send(method.clone(), path, &json!({ "text": "x" })).await;
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        json_of(response, 401).await;
        for wrong in ["", "note-", "note-unknown"] {
            json_of(client.send_as(wrong, method.clone(), path, &json!({ "text": "x" })).await, 401).await;
        }
    }
}

#[tokio::test]
async fn mistakes_are_answered_in_words() {
    let client = Client::start(Sample::Notes).await;
    let key = key(&client).await;
    json_of(client.send_as(&key, Method::POST, "/notes", &json!({ "text": " " })).await, 422).await;
    json_of(client.send_as(&key, Method::POST, "/notes", &json!({})).await, 422).await;
    json_of(client.send_as(&key, Method::DELETE, "/notes/first", &json!({})).await, 422).await;
}
