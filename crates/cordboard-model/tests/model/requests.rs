//! What is sent to a server.

use cordboard_model::chat::{Message, ModelRequest, ToolCall, ToolDefinition, ToolOutcome};
use cordboard_model::openai::OpenAiConfig;
use serde_json::{Value, json};

use crate::server::{FakeServer, KEY, Reply, ask, config, render};

const FINE: &str =
    "data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

pub(crate) fn search_tool() -> ToolDefinition {
    ToolDefinition {
        name: "hotels_search".to_owned(),
        operation: "search".to_owned(),
        plugin: "Hotels".to_owned(),
        description: "Searches hotels".to_owned(),
        parameters: json!({"type": "object", "properties": {"city": {"type": "string"}}}),
        examples: Vec::new(),
        reads_only: true,
    }
}

fn call(id: &str, name: &str, arguments: &str) -> ToolCall {
    ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() }
}

fn result(id: &str, name: &str) -> Message {
    let (call_id, tool) = (id.to_owned(), name.to_owned());
    Message::Tool { call_id, tool, content: "[]".to_owned(), note: String::new(), outcome: ToolOutcome::Answered }
}

fn conversation() -> ModelRequest {
    ModelRequest {
        system: "Rules.".to_owned(),
        messages: vec![
            Message::User { text: "Hello".to_owned() },
            Message::User { text: "Hotels?".to_owned() },
            Message::Assistant {
                text: "I look.".to_owned(),
                calls: vec![call("call_1", "hotels_search", r#"{"city":"Oslo"}"#), call("call_2", "a.b", "{\"x")],
            },
            result("call_1", "hotels_search"),
            result("call_2", "a.b"),
            Message::Assistant { text: String::new(), calls: Vec::new() },
            Message::Assistant { text: "None.".to_owned(), calls: Vec::new() },
        ],
        tools: vec![search_tool()],
        setting: None,
    }
}

/// The bodies that a server sees which first gives these refusals.
fn bodies(refusals: &[(u16, &str)], request: &ModelRequest) -> Vec<Value> {
    let replies = refusals.iter().map(|(status, body)| Reply::answer(*status, body));
    let server = FakeServer::new(replies.chain([Reply::answer(200, FINE), Reply::answer(200, FINE)]));
    let model = server.model(config());
    for _ in 0..2 {
        assert_eq!(render(&ask(&model, request.clone())), "text \"ok\"\n");
    }
    server.bodies()
}

#[test]
fn a_conversation_is_sent_in_full() {
    let tools = json!([{"type": "function", "function": {
        "name": "hotels_search",
        "description": "Searches hotels",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }}]);
    let expected = json!({
        "model": "test-1",
        "messages": [
            {"role": "system", "content": "Rules."},
            {"role": "user", "content": "Hello\n\nHotels?"},
            {"role": "assistant", "content": "I look.", "tool_calls": [
                {"id": "call_1", "type": "function",
                 "function": {"name": "hotels_search", "arguments": "{\"city\":\"Oslo\"}"}},
                {"id": "call_2", "type": "function", "function": {"name": "a_b", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "call_1", "name": "hotels_search", "content": "[]"},
            {"role": "tool", "tool_call_id": "call_2", "name": "a_b", "content": "[]"},
            {"role": "assistant", "content": "None."},
        ],
        "tools": tools,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(bodies(&[], &conversation())[0], expected);
}

#[test]
fn nothing_empty_is_sent() {
    let request = ModelRequest { system: String::new(), tools: Vec::new(), ..conversation() };
    let body = &bodies(&[], &request)[0];
    assert!(body.get("tools").is_none());
    assert_eq!(body["messages"][0]["role"], "user");
}

#[test]
fn the_key_goes_to_the_completions_and_nowhere_else() {
    let config = OpenAiConfig { key: Some(format!(" {KEY}\n")), ..config() };
    assert!(!format!("{config:?}").contains(KEY));
    let server = FakeServer::new([Reply::answer(200, FINE)]);
    ask(&server.model(config), conversation());
    let request = &server.requests()[0];
    assert_eq!(request.url, "http://model.test/v1/chat/completions");
    assert_eq!(request.key.as_deref(), Some(KEY));
    assert!(!request.body.to_string().contains(KEY));
}

#[test]
fn a_refused_habit_is_dropped_for_good() {
    let usage = r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]}}"#;
    let bodies = bodies(&[(422, usage)], &conversation());
    let sent: Vec<bool> = bodies.iter().map(|body| body.get("stream_options").is_some()).collect();
    assert_eq!(sent, [true, false, false]);
}

#[test]
fn mistral_gets_short_ids_and_text_apart_from_calls() {
    let refusals = [
        (400, r#"{"message":"Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9."}"#),
        (400, r#"{"message":"Assistant message must have either content or tool_calls, but not both."}"#),
    ];
    let last = bodies(&refusals, &conversation()).pop().unwrap();
    let messages = &last["messages"];
    assert_eq!(messages[2]["content"], "");
    assert_eq!(messages[2]["tool_calls"][0]["id"], "000000001");
    assert_eq!(messages[2]["tool_calls"][1]["id"], "000000002");
    assert_eq!(messages[3]["tool_call_id"], "000000001");
    assert_eq!(messages[4]["tool_call_id"], "000000002");
}

#[test]
fn new_calls_never_bear_an_id_of_the_conversation() {
    let chunk = json!({"choices": [{"finish_reason": "tool_calls", "delta": {"tool_calls": [
        {"index": 0, "id": "call_1", "function": {"name": "a", "arguments": "{}"}},
        {"index": 1, "function": {"name": "b"}},
        {"index": 2, "id": "own", "function": {"name": "c", "arguments": "{}"}},
        {"index": 3, "id": "own", "function": {"name": "d", "arguments": "{}"}},
    ]}}]});
    let server = FakeServer::new([Reply::answer(200, &format!("data: {chunk}\n\ndata: [DONE]\n\n"))]);
    let events = ask(&server.model(config()), conversation());
    assert_eq!(render(&events), "call call_3 a {}\ncall call_4 b {}\ncall own c {}\ncall call_5 d {}\n");
}

#[test]
fn the_hosts_note_stands_on_a_line_of_its_own_after_the_result() {
    let mut request = conversation();
    if let Message::Tool { note, .. } = &mut request.messages[3] {
        *note = "There is more.".to_owned();
    }
    let sent = bodies(&[], &request)[0]["messages"].to_string();
    assert!(sent.contains(r#""content":"[]\n[Cordboard: There is more.]""#), "{sent}");
    assert!(sent.contains(r#""content":"[]""#), "{sent}");
}
