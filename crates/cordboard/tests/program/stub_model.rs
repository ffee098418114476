//! A model server that speaks the `OpenAI` protocol and says what the test wants, so that a test can have a plugin
//! called without depending on a real model's wits.

#[cfg(feature = "tool-tests")]
use std::convert::Infallible;
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
#[cfg(feature = "tool-tests")]
use std::time::Duration;

#[cfg(feature = "tool-tests")]
use axum::body::Body;
use axum::extract::{Json, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::post};
#[cfg(feature = "tool-tests")]
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// What the stub does.
#[derive(Debug, Clone)]
pub(crate) enum Script {
    /// Asks for the tool whose name ends in `tool`, then repeats the plugin's answer behind these words.
    Call { tool: &'static str, arguments: Value, then: &'static str },
    /// The same with the person's message as the one argument.
    #[cfg(feature = "tool-tests")]
    PassOn { tool: &'static str, argument: &'static str, then: &'static str },
    /// Asks for the first tool whose word occurs in the person's message, and for none where no word does.
    #[cfg(feature = "tool-tests")]
    Heed { calls: Vec<(&'static str, &'static str, Value)>, then: &'static str },
    /// Asks for a tool once with each of these arguments, all at once.
    #[cfg(feature = "tool-tests")]
    CallEach { tool: &'static str, arguments: Vec<Value>, then: &'static str },
    /// Asks for a tool without arguments where one is named, then says this piece by piece, with a pause after each.
    #[cfg(feature = "tool-tests")]
    Tell { tool: Option<&'static str>, pieces: Vec<String>, pause: Duration },
    /// Refuses every request.
    Refuse { status: u16, message: &'static str },
}

/// A running stub.
#[derive(Debug)]
pub(crate) struct StubModel {
    base_url: String,
    server: AbortHandle,
}

impl Drop for StubModel {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl StubModel {
    /// Starts the stub on a free port.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let base_url = format!("http://{}/v1", listener.local_addr().expect("a bound address"));
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(Arc::new(script));
        let server = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        Self { base_url, server }
    }

    /// A `cordboard.toml` with this model only.
    pub(crate) fn config(&self) -> String {
        config(&self.base_url)
    }
}

/// A `cordboard.toml` with one model server.
pub(crate) fn config(base_url: &str) -> String {
    format!("[models.stub]\nname = 'Stub'\nbase_url = '{base_url}'\nmodel = 'stub'\n")
}

async fn complete(State(script): State<Arc<Script>>, Json(request): Json<Value>) -> Response {
    match &*script {
        Script::Refuse { status, message } => {
            let status = StatusCode::from_u16(*status).expect("a valid status");
            (status, Json(json!({ "error": { "message": message } }))).into_response()
        }
        Script::Call { tool, arguments, then } => call_then(&request, tool, arguments, then),
        #[cfg(feature = "tool-tests")]
        Script::PassOn { tool, argument, then } => {
            call_then(&request, tool, &json!({ *argument: said(&request) }), then)
        }
        #[cfg(feature = "tool-tests")]
        Script::CallEach { then, .. } if result(&request).is_some() => stream(&json!({ "content": then }), "stop"),
        #[cfg(feature = "tool-tests")]
        Script::CallEach { tool, arguments, .. } => {
            let call = |(index, arguments): (usize, &Value)| {
                let mut call = call(&request, tool, arguments);
                (call["index"], call["id"]) = (json!(index), json!(format!("call-{index}")));
                call
            };
            let calls: Vec<Value> = arguments.iter().enumerate().map(call).collect();
            stream(&json!({ "tool_calls": calls }), "tool_calls")
        }
        #[cfg(feature = "tool-tests")]
        Script::Tell { tool, pieces, pause } => match tool {
            Some(tool) if result(&request).is_none() => call_then(&request, tool, &json!({}), ""),
            _ => tell(pieces, *pause),
        },
        #[cfg(feature = "tool-tests")]
        Script::Heed { calls, then } => {
            let said = said(&request).and_then(Value::as_str).unwrap_or_default();
            match calls.iter().find(|(word, ..)| said.contains(word)) {
                Some((_, tool, arguments)) => call_then(&request, tool, arguments, then),
                None => stream(&json!({ "content": "I can say that without a plugin." }), "stop"),
            }
        }
    }
}

#[cfg(feature = "tool-tests")]
fn tell(pieces: &[String], pause: Duration) -> Response {
    let event = |delta: Value, reason: Option<&str>| {
        format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": reason }] }))
    };
    let mut events: Vec<String> = pieces.iter().map(|piece| event(json!({ "content": piece }), None)).collect();
    events.push(event(json!({}), Some("stop")) + "data: [DONE]\n\n");
    let stream = futures::stream::iter(events).then(move |event| async move {
        tokio::time::sleep(pause).await;
        Ok::<_, Infallible>(event)
    });
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(stream)).into_response()
}

/// The person's last message.
#[cfg(feature = "tool-tests")]
fn said(request: &Value) -> Option<&Value> {
    let messages = request["messages"].as_array().into_iter().flatten();
    messages.rev().find(|message| message["role"] == "user").map(|message| &message["content"])
}

fn call_then(request: &Value, tool: &str, arguments: &Value, then: &str) -> Response {
    match result(request) {
        Some(content) => stream(&json!({ "content": format!("{then} {content}") }), "stop"),
        None => stream(&json!({ "tool_calls": [call(request, tool, arguments)] }), "tool_calls"),
    }
}

/// What the plugin answered, once it has.
fn result(request: &Value) -> Option<&str> {
    let last = request["messages"].as_array()?.last()?;
    if last["role"] == "tool" { last["content"].as_str() } else { None }
}

fn call(request: &Value, tool: &str, arguments: &Value) -> Value {
    let offered = request["tools"].as_array().into_iter().flatten();
    let name = offered.filter_map(|each| each["function"]["name"].as_str()).find(|name| name.ends_with(tool));
    let name = name.unwrap_or("the_tool_was_not_offered");
    json!({ "index": 0, "id": "call-1", "type": "function",
            "function": { "name": name, "arguments": arguments.to_string() } })
}

fn stream(delta: &Value, reason: &str) -> Response {
    let piece = json!({ "choices": [{ "index": 0, "delta": delta }] });
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] });
    let body = format!("data: {piece}\n\ndata: {end}\n\ndata: [DONE]\n\n");
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
