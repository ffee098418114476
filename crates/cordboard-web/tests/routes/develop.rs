//! What developers see of their own plugins.

use cordboard_domain::account::Role;
use cordboard_domain::time::SignedDuration;

use crate::scene::{MUST_CALL, app, location, person, read, registered, spec_with};

const SPEC_WITH_EXAMPLES: &str = "openapi: 3.0.1
info: {title: Todo, version: '1'}
paths:
  /todos:
    get: {operationId: getTodos, summary: List the todos, x-cordboard-examples: [What is left?]}
    post: {operationId: addTodo, summary: Add a todo to the list}
";

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

#[tokio::test]
async fn example_requests_are_shown_edited_and_reset() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    app.plugin.set_spec(SPEC_WITH_EXAMPLES);
    let home = registered(&app, &developer).await;
    let (save, reset) = (format!("{home}/examples"), format!("{home}/examples/reset"));
    let shown = async || read(developer.get(&home).await).await.1;
    let html = shown().await;
    for text in [
        "1 published · 1 made · 0 edited",
        "<code>getTodos</code> <span class=\"badge \">published</span>",
        "<code>addTodo</code> <span class=\"badge \">made</span>",
        ">\nWhat is left?</textarea>",
        ">\nAdd a todo to the list\nCan you add a todo to the list?</textarea>",
        "// Example: What is left?",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(!html.contains("ones again"), "nothing is edited: {html}");

    for (operation, others) in [("getTodos", "published"), ("addTodo", "made")] {
        let form = [("operation", operation), ("examples", " Was <ist> noch offen? \r\n\r\nWhat now?")];
        assert_eq!(location(developer.post(&save, &form).await).await, format!("{home}#examples-{operation}"));
        let html = shown().await;
        for text in [
            format!("<code>{operation}</code> <span class=\"badge accent\">edited</span>"),
            ">\nWas &lt;ist&gt; noch offen?\nWhat now?</textarea>".to_owned(),
            format!(">Use the {others} ones again</button>"),
            "// Example: Was &lt;ist&gt; noch offen?".to_owned(),
        ] {
            assert!(html.contains(&text), "{text} in {html}");
        }
        let form = [("operation", operation)];
        assert_eq!(location(developer.post(&reset, &form).await).await, format!("{home}#examples-{operation}"));
        assert!(shown().await.contains("1 published · 1 made · 0 edited"));
    }
}

#[tokio::test]
async fn example_requests_that_do_not_fit_are_given_back() {
    let app = app().await;
    let developer = person(&app, "dora", Role::Developer).await;
    let home = registered(&app, &developer).await;
    let save = format!("{home}/examples");
    let (many, long) = (["Show my list"; 9].join("\n"), "x".repeat(201));
    for (examples, problem) in [
        (" \n", "Write at least one example request"),
        (&many, "at most 8 example requests; there are 9"),
        (&long, "at most 200 characters; this one has 201"),
        ("Pay\u{202E}pal", "shown here by their numbers: “Pay⟨U+202E⟩pal”"),
    ] {
        let form = [("operation", "addTodo"), ("examples", examples)];
        let (status, html) = read(developer.post(&save, &form).await).await;
        assert!(status == 422 && html.contains(problem), "{problem} in {html}");
        assert!(html.contains("<details id=\"examples-addTodo\" open>"), "{html}");
        assert!(html.contains(&format!(">\n{examples}</textarea>")), "what was typed stays: {html}");
    }
    let unknown = [("operation", "launch"), ("examples", "Launch it")];
    assert_eq!(developer.post(&save, &unknown).await.status(), 404);
    let stranger = person(&app, "eve", Role::Developer).await;
    let form = [("operation", "addTodo"), ("examples", "Mine now")];
    assert_eq!(stranger.post(&save, &form).await.status(), 404);
    assert!(!developer.html(&home).await.contains("Mine now"));
}
