//! The quickstart's plugin from manifest to request, with every leniency that it needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use cordboard_domain::example_requests::ExampleRequests;
use cordboard_domain::plugin::VersionDigest;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::render::typescript;
use cordboard_spec::request::{plan, validate};
use cordboard_spec::toolset::Toolset;
use url::Url;

const MANIFEST: &str = r#"{
    "schema_version": "v1", "name_for_human": "TODO List", "name_for_model": "todo",
    "description_for_human": "Manage your TODO list.",
    "description_for_model": "Plugin for managing a TODO list, you can add, remove and view your TODOs.",
    "auth": { "type": "none" },
    "api": { "type": "openapi", "url": "http://localhost:3333/openapi.yaml", "is_user_authenticated": false },
    "logo_url": "http://localhost:3333/logo.png", "contact_email": "a@b.example", "legal_info_url": "http://b.example"
}"#;

const SPEC: &str = "\
openapi: 3.0.1
info:
  title: TODO Plugin
  version: 'v1'
servers:
  - url: https://localhost:3333
paths:
  /todos/{username}:
    get:
      operationId: getTodos
      summary: Get the list of todos
      x-cordboard-examples: [What do I have to do?]
      parameters:
        - {in: path, name: username, schema: {type: string}, required: true, description: The name of the user.}
        - {in: header, name: Authorization, schema: {type: string}}
      responses:
        200: {description: OK}
    post:
      operationId: addTodo
      summary: Add a todo to the list
      parameters:
        - {in: path, name: username, schema: {type: string}, required: true}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/addTodoRequest'
    delete:
      operationId: delete-todo
      summary: Delete a todo
      parameters:
        - {in: path, name: username, schema: {type: string}, required: true}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: object, required: [todo_idx], properties: {todo_idx: {type: integer}}}
  /broken:
    get:
      operationId: broken
      parameters:
        - $ref: '#/components/parameters/nowhere'
components:
  schemas:
    addTodoRequest:
      type: object
      required: [todo]
      properties:
        todo:
          type: string
          description: The todo to add to the list.
          required: true
        username:
          type: string
          enum: [me, you]
";

fn toolset() -> Toolset {
    let manifest_url = Url::parse("http://localhost:3333/.well-known/ai-plugin.json").unwrap();
    let spec_url = Url::parse("http://localhost:3333/openapi.yaml").unwrap();
    Toolset::compile(&manifest_url, MANIFEST, &Bundle::read(&spec_url, SPEC).unwrap()).unwrap()
}

#[test]
fn the_model_sees_the_compact_form() {
    insta::assert_snapshot!(typescript::render(&toolset(), "todo"), @r#"
    // Plugin for managing a TODO list, you can add, remove and view your TODOs.
    namespace todo {

    // Get the list of todos
    // Example: What do I have to do?
    type getTodos = (_: {
    // The name of the user.
    username: string,
    }) => any;

    // Add a todo to the list
    type addTodo = (_: {
    username: string,
    // The todo to add to the list.
    todo: string,
    body_username?: "me" | "you",
    }) => any;

    // Delete a todo
    type delete_todo = (_: {
    username: string,
    todo_idx: number,
    }) => any;

    type broken = () => any;

    } // namespace todo
    "#);
}

#[test]
fn one_broken_operation_is_degraded_with_its_line_and_the_others_are_ready() {
    let toolset = toolset();
    assert_eq!(toolset.counts(), [3, 1, 0]);
    assert_eq!(
        toolset.operation("broken").unwrap().restrictions[0].to_string(),
        "http://localhost:3333/openapi.yaml:43:11: warning: `#/components/parameters/nowhere` points to nothing in this \
         document; the parameter is left out [unresolvable-reference]"
    );
}

fn check(operation: &str, arguments: &str, expected: Result<(&str, Option<&str>), &str>) {
    let toolset = toolset();
    let operation = toolset.operation(operation).unwrap();
    let plugin = "0190f1f0a0a070008000000000000001".parse().unwrap();
    let version = VersionDigest::from_stored("v".to_owned());
    let planned =
        validate::arguments(operation, arguments).map_err(|problem| problem.to_string()).and_then(|checked| {
            plan::plan(operation, plugin, &version, &checked.arguments).map_err(|problem| problem.to_string())
        });
    let body = planned.as_ref().ok().and_then(|call| call.body.as_ref()).map(|body| body.content.describe());
    let got = planned.as_ref().map(|call| (call.url.as_str(), body.as_deref()));
    assert_eq!(got.map_err(String::as_str), expected);
}

#[test]
fn arguments_become_exact_requests() {
    check("getTodos", r#"{"username": "a/b c"}"#, Ok(("http://localhost:3333/todos/a%2Fb%20c", None)));
    check(
        "addTodo",
        r#"{"username": "me", "todo": "milk", "body_username": "you"}"#,
        Ok(("http://localhost:3333/todos/me", Some(r#"{"todo":"milk","username":"you"}"#))),
    );
    check(
        "delete_todo",
        r#"{"username": "me", "todo_idx": 0}"#,
        Ok(("http://localhost:3333/todos/me", Some(r#"{"todo_idx":0}"#))),
    );
}

#[test]
fn arguments_that_do_not_fit_are_named() {
    check("getTodos", "{}", Err("The argument `username` is missing."));
    check(
        "getTodos",
        r#"{"username": ".."}"#,
        Err("The path argument `username` is empty or made of dots, so the address would be another one."),
    );
    check(
        "addTodo",
        r#"{"username": "me", "todo": "x", "body_username": "they"}"#,
        Err("The argument `body_username` does not fit: \"they\" is not one of \"me\" or \"you\"."),
    );
}

#[test]
fn requests_are_made_only_where_none_are_published() {
    let toolset = toolset();
    let examples = |name: &str| toolset.operation(name).unwrap();
    let published = examples("getTodos");
    assert_eq!(published.examples, ["What do I have to do?"]);
    assert!(published.made_examples.is_empty());
    assert_eq!(published.any_examples(), published.examples);
    let made = examples("addTodo");
    assert!(made.examples.is_empty());
    assert_eq!(made.made_examples.first().map(String::as_str), Some("Add a todo to the list"));
    assert_eq!(made.any_examples(), made.made_examples);
    assert!(!typescript::render(&toolset, "todo").contains("Can you add"), "only models that compare see them");
}

#[test]
fn edited_requests_replace_published_and_made_ones() {
    let before = toolset();
    let edited = ["getTodos", "addTodo"].map(|name| {
        let requests = ExampleRequests::from_lines(&format!("Do {name} now")).unwrap();
        (name.to_owned(), requests)
    });
    let after = before.with_examples(&edited.into());
    for name in ["getTodos", "addTodo"] {
        assert_eq!(after.operation(name).unwrap().any_examples(), [format!("Do {name} now")]);
    }
    assert_eq!(after.operation("delete_todo"), before.operation("delete_todo"));
    let text = typescript::render(&after, "todo");
    assert!(text.contains("// Example: Do addTodo now") && !text.contains("What do I have to do?"), "{text}");
    assert!(after.ledger().total.typescript > before.ledger().total.typescript, "what is rendered is counted");
}
