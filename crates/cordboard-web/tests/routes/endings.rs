//! What is deleted or removed takes its credentials along, at the plugin's server too.

use cordboard_domain::account::Role;
use cordboard_domain::connection::ConnectionState;
use cordboard_domain::ports::{Accounts as _, Vault as _};
use cordboard_testkit::{TestApp, TestBuilder, TestPage};
use serde_json::{Value, json};

use crate::support::{joined, owner};

const CLIENT: [(&str, &str); 4] =
    [("scheme", "ai-plugin.json#auth"), ("client_id", "cordboard"), ("client_secret", "s"), ("auth", "post")];
const SCHEME: [(&str, &str); 1] = [("scheme", "ai-plugin.json#auth")];

/// An application with a plugin whose server takes tokens back.
async fn app() -> TestApp {
    let app = TestBuilder::new(Vec::new()).start().await;
    let origin = app.plugin.origin();
    app.plugin.ask_for(json!({
        "type": "oauth", "client_url": format!("{origin}/authorize"), "scope": "todos",
        "authorization_url": format!("{origin}/token"), "authorization_content_type": "application/json",
        "revocation_url": format!("{origin}/revoke"),
    }));
    let tokens = json!({"access_token": "access", "refresh_token": "refresh", "expires_in": 3600});
    app.plugin.answer_at("/token", 200, "application/json", tokens.to_string());
    app.plugin.answer_at("/revoke", 200, "text/plain", "");
    app
}

/// A developer registers the plugin and connects with it; gives the plugin's page.
async fn connected(app: &TestApp, page: &TestPage) -> String {
    let answer = page.post("/develop", &[("address", app.plugin.origin())]).await;
    let home = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(page.post(&format!("{home}/client"), &CLIENT).await.status(), 303);
    connect(page, &home).await;
    home
}

async fn connect(page: &TestPage, home: &str) {
    let path = home.replace("/develop/", "/connect/");
    let away = page.post(&path, &[]).await.text().await.unwrap();
    let (_, rest) = away.split_once("state=").unwrap();
    let state: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    assert_eq!(page.get(&format!("{path}/callback?code=c&state={state}")).await.status(), 303);
}

/// What the plugin's server was told of tokens.
fn given_up(app: &TestApp) -> Vec<Value> {
    let received = app.plugin.received();
    let told = received.iter().filter(|each| each.target == "/revoke");
    told.map(|each| serde_json::from_str::<Value>(&each.body).unwrap()["token"].clone()).collect()
}

#[tokio::test]
async fn who_leaves_gives_their_tokens_up() {
    let app = app().await;
    let (_, page) = joined(&app, "ada", Role::Developer).await;
    connected(&app, &page).await;
    assert_eq!(page.post("/account/delete", &[("login", "not hers")]).await.status(), 422);
    assert_eq!(given_up(&app), [""; 0]);
    assert_eq!(page.post("/account/delete", &[("login", "ada")]).await.status(), 303);
    assert_eq!(given_up(&app), ["refresh"]);
}

#[tokio::test]
async fn an_admin_who_deletes_somebody_gives_their_tokens_up() {
    let app = app().await;
    let (ada, page) = joined(&app, "ada", Role::Developer).await;
    connected(&app, &page).await;
    let (admin, base) = (owner(&app).await, format!("/people/{}", ada.id));
    assert_eq!(admin.post(&format!("{base}/delete"), &[]).await.status(), 409);
    assert_eq!(given_up(&app), [""; 0], "she stays");
    admin.post(&format!("{base}/active"), &[("active", "false")]).await;
    // Her plugin's server is down for this, which keeps nobody from being deleted.
    app.plugin.answer_at("/revoke", 500, "text/plain", "down");
    assert_eq!(admin.post(&format!("{base}/delete"), &[]).await.status(), 303);
    assert_eq!(given_up(&app), ["refresh"]);
    assert!(app.store.get_account(ada.id).await.is_err());
}

#[tokio::test]
async fn a_plugin_that_is_removed_gives_its_tokens_up() {
    let app = app().await;
    let page = owner(&app).await;
    let home = connected(&app, &page).await;
    assert_eq!(page.post(&format!("{home}/remove"), &[("name", "other")]).await.status(), 422);
    assert_eq!(given_up(&app), [""; 0]);
    assert_eq!(page.post(&format!("{home}/remove"), &[("name", "todo")]).await.status(), 303);
    assert_eq!(given_up(&app), ["refresh"]);
}

#[tokio::test]
async fn a_developer_removes_a_client_and_people_connect_again_once_there_is_another() {
    let app = app().await;
    let page = owner(&app).await;
    let home = connected(&app, &page).await;
    let shown = page.html(&home).await;
    assert!(shown.contains("Remove the client") && shown.contains("asked to connect again"), "{shown}");
    let answer = page.post(&format!("{home}/sign-in/remove"), &SCHEME).await;
    assert_eq!(answer.headers()["location"], format!("{home}#needs"));
    assert_eq!(given_up(&app), ["refresh"]);
    let shown = page.html(&home).await;
    assert!(shown.contains("Register Cordboard as a client") && !shown.contains("Remove the client"), "{shown}");
    let kept = app.store.list_connections(app.owner).await.unwrap();
    assert_eq!((kept.len(), kept[0].state), (1, ConnectionState::Broken));
    assert!(page.html("/connections").await.contains("Connect again"));
    let path = home.replace("/develop/", "/connect/");
    assert!(page.html(&path).await.contains("has not set up signing in"));
    assert_eq!(page.post(&path, &[]).await.status(), 409);
    assert_eq!(page.post(&format!("{home}/client"), &CLIENT).await.status(), 303);
    connect(&page, &home).await;
}

#[tokio::test]
async fn a_developer_removes_a_key_for_everybody() {
    let app = app().await;
    app.plugin.ask_for(json!({"type": "service_http"}));
    let page = owner(&app).await;
    let home = format!("/develop/{}", app.registered().await.id);
    assert!(!page.html(&home).await.contains("Remove the key"), "there is none yet");
    page.post(&format!("{home}/key"), &[SCHEME[0], ("key", "the-service-key")]).await;
    let shown = page.html(&home).await;
    assert!(shown.contains("Remove the key") && shown.contains("until you give another key"), "{shown}");
    assert_eq!(page.post(&format!("{home}/sign-in/remove"), &SCHEME).await.status(), 303);
    assert!(page.html(&home).await.contains("Until you give the key, calls are not sent"));
    assert_eq!(page.post(&format!("{home}/sign-in/remove"), &SCHEME).await.status(), 303, "twice is as good as once");
}
