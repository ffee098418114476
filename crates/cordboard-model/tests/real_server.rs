//! The provider against a real server, over the real network client. Run by
//! `CORDBOARD_MODEL_SERVER=http://localhost:18080/v1 cargo test -p cordboard-model --features with-model-server`.
//!
//! Asserts what the protocol promises and nothing of the model's wits. `CORDBOARD_MODEL_NAME` names the model where the
//! server serves several, `CORDBOARD_MODEL_KEY` holds its key.

use std::sync::Arc;

use cordboard_domain::id::ModelId;
use cordboard_model::chat::{
    ChatModel, Message, ModelError, ModelEvent, ModelRequest, ToolCall, ToolDefinition, ToolOutcome,
};
use cordboard_model::openai::{OpenAiConfig, OpenAiModel};
use cordboard_model::transport::{Transport, TransportError, TransportRequest, TransportResponse};
use cordboard_net::client::GuardedClient;
use cordboard_net::guard::Guard;
use futures::StreamExt;
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use url::Url;

/// Adds fields to the body that the provider has no use for.
struct Adding {
    client: GuardedClient,
    fields: Map<String, Value>,
}

impl Transport for Adding {
    fn post(&self, mut request: TransportRequest) -> BoxFuture<'static, Result<TransportResponse, TransportError>> {
        if let Value::Object(body) = &mut request.body {
            body.extend(self.fields.clone());
        }
        self.client.post(request)
    }
}

#[expect(clippy::disallowed_methods, reason = "no binary stands between the operator and this test")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn base_url() -> String {
    variable("CORDBOARD_MODEL_SERVER")
        .expect("CORDBOARD_MODEL_SERVER must be the base URL of a model server, such as http://localhost:18080/v1")
}

fn config(base_url: &str) -> OpenAiConfig {
    OpenAiConfig {
        id: ModelId("real".to_owned()),
        name: "Real".to_owned(),
        base_url: base_url.to_owned(),
        model: variable("CORDBOARD_MODEL_NAME").unwrap_or_else(|| "default".to_owned()),
        key: variable("CORDBOARD_MODEL_KEY"),
        context_tokens: 4096,
        takes_tools: true,
    }
}

async fn ask(
    config: OpenAiConfig,
    request: ModelRequest,
    fields: Value,
) -> (String, Vec<ToolCall>, Result<(), ModelError>) {
    let url = Url::parse(&config.base_url).expect("a base URL");
    let client = GuardedClient::new(Guard::new([url]), "cordboard-test").expect("a client");
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    let model = OpenAiModel::new(config, Arc::new(Adding { client, fields }));
    let mut stream = model.stream(request);
    let (mut text, mut calls) = (String::new(), Vec::new());
    while let Some(event) = stream.next().await {
        match event {
            Ok(ModelEvent::Text { text: piece }) => text.push_str(&piece),
            Ok(ModelEvent::Call { call }) => calls.push(call),
            Ok(ModelEvent::Progress { .. } | ModelEvent::Usage { .. }) => {}
            Err(error) => return (text, calls, Err(error)),
        }
    }
    (text, calls, Ok(()))
}

fn question(text: &str, tools: Vec<ToolDefinition>) -> ModelRequest {
    let messages = vec![Message::User { text: text.to_owned() }];
    ModelRequest { system: "Be brief.".to_owned(), messages, tools, setting: None }
}

fn tool() -> ToolDefinition {
    ToolDefinition {
        name: "todo_add".to_owned(),
        operation: "add".to_owned(),
        plugin: "Todo".to_owned(),
        description: "Adds an item to the user's list of things to buy.".to_owned(),
        // Few words to choose from, so that even a model that rambles comes to an end.
        parameters: json!({
            "type": "object",
            "properties": {"item": {"type": "string", "enum": ["milk", "bread"]}},
            "required": ["item"],
        }),
        examples: Vec::new(),
        reads_only: false,
    }
}

fn assert_well_formed(call: &ToolCall) {
    assert_eq!(call.name, "todo_add");
    assert!(!call.id.is_empty());
    let arguments: Value = serde_json::from_str(&call.arguments).expect("arguments are JSON");
    assert!(arguments.is_object(), "{arguments}");
}

/// One after the other: llama.cpp's Python server drops the answer it is at when another request comes.
#[tokio::test]
async fn a_real_server_is_understood() {
    a_question_is_answered_in_text().await;
    a_tool_that_is_offered_gives_text_or_a_well_formed_call().await;
    a_call_that_the_server_enforces_arrives_whole_and_its_result_can_be_sent_back().await;
    a_wrong_path_is_refused_with_advice().await;
}

async fn a_question_is_answered_in_text() {
    let request = question("What is the capital of France?", Vec::new());
    let (text, calls, end) = ask(config(&base_url()), request, json!({"max_tokens": 40})).await;
    assert_eq!(end, Ok(()));
    assert!(!text.is_empty());
    assert_eq!(calls, []);
}

async fn a_tool_that_is_offered_gives_text_or_a_well_formed_call() {
    for takes_tools in [true, false] {
        let config = OpenAiConfig { takes_tools, ..config(&base_url()) };
        let (text, calls, end) =
            ask(config, question("Put milk on my list.", vec![tool()]), json!({"max_tokens": 100})).await;
        assert_eq!(end, Ok(()));
        assert!(!text.is_empty() || !calls.is_empty());
        calls.iter().for_each(assert_well_formed);
    }
}

async fn a_call_that_the_server_enforces_arrives_whole_and_its_result_can_be_sent_back() {
    let force = json!({"tool_choice": {"type": "function", "function": {"name": "todo_add"}}});
    let mut request = question("Put milk on my list.", vec![tool()]);
    let (text, calls, end) = ask(config(&base_url()), request.clone(), force).await;
    assert_eq!(end, Ok(()));
    assert_eq!(calls.len(), 1, "{text}");
    assert_well_formed(&calls[0]);

    let (call_id, tool) = (calls[0].id.clone(), calls[0].name.clone());
    request.messages.push(Message::Assistant { text: String::new(), calls });
    request.messages.push(Message::Tool {
        call_id,
        tool,
        content: r#"{"added":"milk"}"#.to_owned(),
        note: String::new(),
        outcome: ToolOutcome::Answered,
    });
    let (_, _, end) = ask(config(&base_url()), request, json!({"max_tokens": 40})).await;
    assert_eq!(end, Ok(()));
}

async fn a_wrong_path_is_refused_with_advice() {
    let config = config(&format!("{}/wrong", base_url().trim_end_matches('/')));
    let (_, _, end) = ask(config, question("Hello", Vec::new()), json!({})).await;
    let error = end.expect_err("a wrong path");
    assert!(matches!(error, ModelError::Refused { status: 404 | 405, .. }), "{error:?}");
    assert!(error.to_string().contains("check base_url (usually ends in /v1)"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_advice() {
    let (_, _, end) = ask(config("http://localhost:9/v1"), question("Hello", Vec::new()), json!({})).await;
    let error = end.expect_err("nobody listens at port 9");
    assert!(matches!(error, ModelError::Broken { .. }), "{error:?}");
    assert!(error.to_string().contains("start it or correct base_url"), "{error}");
}
