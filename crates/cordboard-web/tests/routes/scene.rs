//! What the tests of plugins set up.

use std::fmt::Write as _;

use cordboard_domain::account::Role;
use cordboard_domain::id::{PluginId, UserId};
use cordboard_domain::plugin::{
    Category, DocumentSource, Facts, Plugin, PluginDocuments, PluginVersion, Standing, VersionDigest,
};
use cordboard_domain::ports::PluginShelf as _;
use cordboard_domain::time::Clock as _;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};

pub(crate) const MUST_CALL: &str =
    "What is on my list?\nShow my todos\nIs milk on my list?\nRead me my list\nAny todos?";
pub(crate) const MUST_NOT_CALL: &str = "Write a poem\nWhat is 2 + 2?\nWho was Ada Lovelace?";

/// An application around one fake plugin, without a script.
pub(crate) async fn app() -> TestApp {
    TestBuilder::new(Vec::new()).start().await
}

/// A new person's pages.
pub(crate) async fn person(app: &TestApp, login: &str, role: Role) -> TestPage {
    signed_in(app, app.person(login, role).await.id).await
}

pub(crate) async fn signed_in(app: &TestApp, user: UserId) -> TestPage {
    let mut page = app.open_as(user).await;
    page.sign_in().await;
    page
}

/// Where an answer leads; it must lead somewhere.
pub(crate) async fn location(answer: reqwest::Response) -> String {
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    match location {
        Some(location) => location,
        None => panic!("no redirect, but {}: {}", answer.status(), answer.text().await.unwrap()),
    }
}

/// The status and the page of an answer, with slashes as people write them.
pub(crate) async fn read(answer: reqwest::Response) -> (u16, String) {
    (answer.status().as_u16(), answer.text().await.unwrap().replace("&#x2f;", "/").replace("&#x27;", "'"))
}

/// Registers the fake plugin as a developer does, and gives its page under `/develop`.
pub(crate) async fn registered(app: &TestApp, developer: &TestPage) -> String {
    location(developer.post("/develop", &[("address", app.plugin.origin())]).await).await
}

/// The plugin behind a page's address.
pub(crate) async fn plugin(app: &TestApp, page: &str) -> Plugin {
    let id: PluginId = page.rsplit('/').next().unwrap().parse().unwrap();
    app.store.get_plugin(id).await.unwrap()
}

/// The fake plugin publishes its token, and its developer refreshes.
pub(crate) async fn verified(app: &TestApp, developer: &TestPage, page: &str) {
    let token = plugin(app, page).await.verification_token;
    app.plugin.set_manifest(manifest(app.plugin.origin(), "Todo list", &token));
    assert_eq!(developer.post(&format!("{page}/refresh"), &[]).await.status(), 303);
}

pub(crate) fn manifest(origin: &str, name: &str, token: &str) -> String {
    format!(
        r#"{{"schema_version": "v1", "name_for_human": "{name}", "name_for_model": "todo",
        "description_for_human": "Manage your todo list.", "description_for_model": "Plugin for managing a todo list.",
        "auth": {{"type": "none", "verification_tokens": {{"cordboard": "{token}"}}}},
        "api": {{"type": "openapi", "url": "{origin}/openapi.yaml"}}, "logo_url": "{origin}/logo.png",
        "contact_email": "support@todo.example", "legal_info_url": "https://todo.example/legal"}}"#
    )
}

/// Puts the plugin before reviewers, and gives the submission's page.
pub(crate) async fn submitted(app: &TestApp, developer: &TestPage, reviewer: &TestPage, page: &str) -> String {
    let form = [("category", "productivity"), ("must_call", MUST_CALL), ("must_not_call", MUST_NOT_CALL)];
    let answer = developer.post(&format!("{page}/submit"), &form).await;
    assert_eq!(location(answer).await, format!("{page}#review"));
    app.engine.finish().await;
    let list = reviewer.html("/reviews").await;
    let (_, rest) = list.split_once("href=\"/reviews/").expect("a submission waits");
    format!("/reviews/{}", rest.split('"').next().unwrap())
}

/// The operations of a fake plugin that also books.
pub(crate) fn spec_with(more: &[&str]) -> String {
    let mut spec = "openapi: 3.0.1\ninfo: {title: Todo, version: v1}\npaths:\n  /todos:\n    get: {operationId: getTodos, \
                    summary: Get the list of todos}\n    post: {operationId: addTodo, summary: Add a todo to the list}\n"
        .to_owned();
    for name in more {
        let _ = writeln!(spec, "  /{name}:\n    post: {{operationId: {name}, summary: Does {name}}}");
    }
    spec
}

/// A plugin that is in the store already.
pub(crate) async fn listed(app: &TestApp, number: u16, name: &str, category: Category) -> Plugin {
    let id: PluginId = format!("0190f1f0a0a070008000000000{number:06x}").parse().unwrap();
    let origin = format!("https://p{number}.example");
    let documents = PluginDocuments {
        source: DocumentSource::Fetched,
        manifest_url: format!("{origin}/.well-known/ai-plugin.json"),
        manifest_text: manifest(&origin, name, ""),
        spec_url: format!("{origin}/openapi.yaml"),
        spec_text: spec_with(&[]),
        others: Vec::new(),
    };
    let facts = Facts {
        name_for_model: "todo".to_owned(),
        name_for_human: name.to_owned(),
        description_for_human: format!("What {name} does for people."),
        logo_url: Some(format!("{origin}/logo.png")),
        auth: "none".to_owned(),
        reads: 12,
        writes: 3,
        tokens: 1_234,
        hosts: vec![origin.clone()],
        ..Facts::default()
    };
    let digest = VersionDigest::of(origin.as_bytes());
    let plugin = Plugin {
        id,
        developer: app.owner,
        origin,
        facts: facts.clone(),
        standing: Standing::Approved,
        category: Some(category),
        current: digest.clone(),
        approved: Some(digest.clone()),
        verification_token: "token".to_owned(),
        verified_at: None,
        verified_origins: Vec::new(),
        cosmetic_changes_pass: false,
        created_at: app.clock.now(),
    };
    let version = PluginVersion { plugin: id, digest, facts, documents, fetched_at: app.clock.now() };
    app.store.register(&plugin, &version).await.unwrap();
    plugin
}
