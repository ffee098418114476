//! An update that removes a confirmation, asks for more or looks like another plugin suspends the plugin: reads ask too.

use cordboard_agent::catalogue::access::Developer;
use cordboard_domain::account::Role;
use cordboard_domain::ports::Conversations as _;
use cordboard_domain::turn::TurnState;
use cordboard_model::scripted::ScriptStep;
use cordboard_testkit::{FakePlugin, TestBuilder};

const SPEC: &str = "openapi: 3.0.1
info: {title: Todo, version: '1'}
paths:
  /todos:
    get:
      operationId: getTodos
      summary: List the todos
      parameters:
        - {in: query, name: limit, schema: {type: integer}}
  /clear:
    post: {operationId: clearTodos, summary: Delete all todos}
  /archive:
    get: {operationId: archive, x-openai-isConsequential: true}
";

fn manifest(origin: &str) -> String {
    format!(
        r#"{{"schema_version": "v1", "name_for_human": "Todo list", "name_for_model": "todo", "description_for_human": "Lists.",
        "description_for_model": "Lists.", "auth": {{"type": "none"}}, "api": {{"type": "openapi", "url": "{origin}/openapi.yaml"}},
        "logo_url": "{origin}/logo.png", "contact_email": "a@b.example", "legal_info_url": "https://b.example"}}"#
    )
}

/// Whether a read asks after the plugin's documents changed.
async fn asks_after(from: &str, to: &str) -> bool {
    let plugin = FakePlugin::start().await;
    let manifest = manifest(plugin.origin());
    plugin.set_manifest(manifest.as_str());
    plugin.set_spec(SPEC);
    let rounds = vec![vec![ScriptStep::call("c", "todo_getTodos", "{}")], vec![ScriptStep::text("None.")]];
    let app = TestBuilder::new(rounds).start_with(plugin).await;
    let dora = app.person("dora", Role::Developer).await;
    let register =
        async || app.catalogue.register(Developer::of(&dora).unwrap(), app.plugin.origin()).await.unwrap().plugin;
    let plugin = register().await;
    let owner = app.account(app.owner).await;
    let own = app.catalogue.own(&dora, plugin.id).await.unwrap();
    let (_, link) = app.catalogue.make_share_link(&own).await.unwrap();
    app.catalogue.join(&owner, &link).await.unwrap();
    let conversation = app.quiet_conversation().await;
    app.store.activate(conversation, plugin.id, usize::MAX).await.unwrap();

    assert!(manifest.contains(from) || SPEC.contains(from), "{from}");
    app.plugin.set_manifest(manifest.replace(from, to));
    app.plugin.set_spec(SPEC.replace(from, to));
    assert_ne!(register().await.current, plugin.current, "{from}");
    let turn = app.say(conversation, "list").await;
    let asks = turn.state() == TurnState::AwaitingConfirmation;
    assert_eq!(app.plugin.received().is_empty(), asks, "{from}");
    asks
}

#[tokio::test]
async fn what_weakens_a_confirmation_asks_for_more_or_looks_different_suspends() {
    let limit = "- {in: query, name: limit, schema: {type: integer}}";
    let added = |parameter: &str| format!("{limit}\n        - {parameter}");
    for (from, to) in [
        ("post: {operationId: clearTodos", "get: {operationId: clearTodos".to_owned()),
        ("x-openai-isConsequential: true", "x-openai-isConsequential: false".to_owned()),
        ("operationId: clearTodos,", "operationId: clearTodos, x-openai-isConsequential: false,".to_owned()),
        (limit, added("{in: query, name: email, required: true, schema: {type: string}}")),
        (limit, added("{in: header, name: X-HTTP-Method-Override, schema: {type: string}}")),
        (limit, added("{in: query, name: mail, x-cordboard-personal: email, schema: {type: string}}")),
        ("schema: {type: integer}", "schema: {type: object, additionalProperties: true}".to_owned()),
        ("in: query, name: limit", "in: header, name: limit".to_owned()),
        ("\"name_for_human\": \"Todo list\"", "\"name_for_human\": \"Your bank\"".to_owned()),
        ("/logo.png", "/bank.png".to_owned()),
        ("paths:", "servers: [{url: /other}]\npaths:".to_owned()),
    ] {
        assert!(asks_after(from, &to).await, "{from} -> {to}");
    }
}

#[tokio::test]
async fn words_and_less_do_not_suspend() {
    for (from, to) in [
        ("List the todos", "Lists all todos"),
        ("version: '1'", "version: '2'"),
        ("a@b.example", "c@b.example"),
        ("      parameters:\n        - {in: query, name: limit, schema: {type: integer}}\n", ""),
    ] {
        assert!(!asks_after(from, to).await, "{from} -> {to}");
    }
}
