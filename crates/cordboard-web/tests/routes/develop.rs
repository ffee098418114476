//! What developers see of their own plugins.

use cordboard_domain::account::Role;
use cordboard_domain::time::SignedDuration;

use crate::scene::{MUST_CALL, app, location, person, read, registered, spec_with};

#[tokio::test]
async fn the_page_shows_what_the_host_understood_and_what_the_model_is_told() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    assert!(developer.html("/develop").await.contains("Nothing registered yet"));
    let home = registered(&app, &developer).await;
    let html = developer.html(&home).await;
    for text in [
        "Not reviewed",
        "type getTodos = (_: {",
        "Validated manifest",
        "&quot;name_for_model&quot;: &quot;todo&quot;",
        "Validated description",
        "&quot;operationId&quot;: &quot;getTodos&quot;",
        "Nothing: calls carry no credential.",
        "Not verified yet",
        "&quot;verification_tokens&quot;: {",
        "0 of 15 people",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(developer.html("/develop").await.contains("1 read, 2 writes"));
}

#[tokio::test]
async fn what_signing_in_needs_is_said_plainly() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let table = [
        (r#"{"type": "service_http", "authorization_type": "bearer"}"#, "One key from you"),
        (r#"{"type": "user_http", "authorization_type": "basic"}"#, "A key from each person, sent with their calls as"),
        (
            r#"{"type": "oauth", "client_url": "https://todo.example/authorize", "authorization_url": "/token"}"#,
            "People agree at",
        ),
        (r#"{"type": "oauth", "client_url": "https://todo.example/authorize"}"#, "cannot be used"),
    ];
    for (auth, expected) in table {
        let origin = app.plugin.origin();
        app.plugin.set_manifest(format!(
            r#"{{"name_for_model": "todo", "auth": {auth}, "api": {{"type": "openapi", "url": "{origin}/openapi.yaml"}}}}"#
        ));
        let home = registered(&app, &developer).await;
        let html = developer.html(&home).await;
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[tokio::test]
async fn a_change_is_noticed_and_a_broken_document_is_quoted() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let changed = format!("{home}/changed");
    assert!(developer.html(&changed).await.contains("data-state=\"same\""));
    app.plugin.set_spec(spec_with(&["book"]));
    assert!(developer.html(&changed).await.contains("data-state=\"same\""), "the server is asked every other second");
    app.clock.advance(SignedDuration::from_secs(2));
    let piece = developer.html(&changed).await;
    assert!(piece.contains("has changed") && piece.contains("data-auto"), "{piece}");
    app.plugin.set_manifest("{\n  \"schema_version\": \"v1\",\n  oops\n}");
    app.clock.advance(SignedDuration::from_secs(2));
    let piece = developer.html(&changed).await;
    assert!(piece.contains("data-state=\"broken\"") && piece.contains("ai-plugin.json:3:"), "{piece}");
    let (status, html) = read(developer.post(&format!("{home}/refresh"), &[]).await).await;
    assert!(status == 422 && html.contains("ai-plugin.json:3:"), "{html}");
    assert!(
        html.contains("type getTodos") && !html.contains("data-watch"),
        "the last version stays, and waits: {html}"
    );
}

#[tokio::test]
async fn a_refused_submission_keeps_what_was_written() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let form = [("category", "data"), ("must_call", MUST_CALL), ("must_not_call", "Write a poem")];
    let (status, html) = read(developer.post(&format!("{home}/submit"), &form).await).await;
    assert!(status == 422 && html.contains("at least 3 requests that must not call"), "{html}");
    for text in ["Write a poem</textarea>", "Read me my list", "value=\"data\" selected"] {
        assert!(html.contains(text), "{text} in {html}");
    }
    let (status, html) = read(developer.post(&format!("{home}/submit"), &[]).await).await;
    assert!(status == 422 && html.contains("Choose a category."), "{html}");
}

#[tokio::test]
async fn a_registration_goes_only_with_its_name_typed() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let remove = format!("{home}/remove");
    let (status, html) = read(developer.post(&remove, &[("name", "Todo")]).await).await;
    assert!(status == 422 && html.contains("Nothing was removed. Type todo to confirm."), "{html}");
    assert_eq!(location(developer.post(&remove, &[("name", " todo ")]).await).await, "/develop");
    assert_eq!(developer.get(&home).await.status(), 404);
    assert!(developer.html("/plugins").await.contains("Nothing is installed yet"));
}

#[tokio::test]
async fn an_unverified_plugin_is_looked_at_before_it_is_installed() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let path = "/plugins/unverified";
    let html = read(developer.post(path, &[("address", app.plugin.origin())]).await).await.1;
    for text in ["All that is known of it is where it came from", app.plugin.origin(), "1 read, 2 writes", "asks first"]
    {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(developer.html("/plugins").await.contains("Nothing is installed yet"));
    let version = html.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    app.plugin.set_spec(spec_with(&["book"]));
    let form = [("address", app.plugin.origin()), ("version", version)];
    let html = read(developer.post(path, &form).await).await.1;
    assert!(html.contains("It changed since you looked") && html.contains("book"), "{html}");
    let version = html.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = [("address", app.plugin.origin()), ("version", version)];
    let plugin = location(developer.post(path, &form).await).await;
    assert!(developer.html(&plugin).await.contains("Nobody reviewed this version yet"));
    let (status, html) = read(developer.post(path, &[("address", "not a host")]).await).await;
    assert!(status == 422 && html.contains("is not the address of a plugin"), "{html}");
}
