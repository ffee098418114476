//! A model server that does what the attacker's text says, to the letter. What holds with it holds without trusting any
//! model's judgement.

use std::collections::{HashMap, HashSet};
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Json, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::{Router, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::encodings::filled;
use crate::orders::{Attack, Place, Step};
use crate::plugins::{PRIVATE, private_length, secret};

/// What comes before the order, for each message of the person.
struct Script {
    place: Place,
    messages: Vec<(usize, Vec<Step>)>,
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<HashMap<usize, Script>>,
    /// The runs in which the model read an order and carried it out.
    obeyed: Mutex<HashSet<usize>>,
}

/// A running model server.
pub(crate) struct ObedientModel {
    base_url: String,
    shared: Arc<Shared>,
    server: AbortHandle,
}

impl Drop for ObedientModel {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl ObedientModel {
    /// Starts it on a free port.
    #[expect(clippy::disallowed_methods, reason = "the handle owns the task and ends it")]
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let base_url = format!("http://{}/v1", listener.local_addr().expect("a bound address"));
        let shared = Arc::new(Shared::default());
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(shared.clone());
        let server = tokio::spawn(axum::serve(listener, router).into_future()).abort_handle();
        Self { base_url, shared, server }
    }

    /// Its part of `cordboard.toml`.
    pub(crate) fn config(&self) -> String {
        format!(
            "[models.stub]\nname = 'Stub'\nbase_url = '{}'\nmodel = 'stub'\ncontext_tokens = 32000\n",
            self.base_url
        )
    }

    /// What the attackers' texts mean.
    pub(crate) fn learn(&self, attacks: &[Attack]) {
        let scripts = attacks.iter().map(|attack| (attack.number, script(attack)));
        self.shared.scripts.lock().expect("no request panics").extend(scripts);
    }

    pub(crate) fn has_obeyed(&self, run: usize) -> bool {
        self.shared.obeyed.lock().expect("no request panics").contains(&run)
    }
}

/// The steps of an attack with those by which the model comes to read the order.
fn script(attack: &Attack) -> Script {
    let feed = || Step::Call(vec![("feed_readFeed", json!({ "run": "{run}", "form": attack.place.form() }))]);
    let lead = match attack.place {
        Place::Description | Place::Summary | Place::Name | Place::OpenGraph => Vec::new(),
        Place::Text | Place::Json | Place::ErrorBody => vec![feed()],
        Place::ReadResult => {
            vec![feed(), Step::Call(vec![("read_result", json!({ "result": "r1", "search": "ORDER" }))])]
        }
    };
    let mut messages: Vec<(usize, Vec<Step>)> = Vec::new();
    if attack.place == Place::OpenGraph {
        let link = Step::Say("More at {feed}/page/{run}.".to_owned());
        messages.push((2, vec![feed(), link]));
    }
    for (number, steps) in attack.order.messages.iter().enumerate() {
        let lead = if number == 0 { lead.clone() } else { Vec::new() };
        messages.push((lead.len(), lead.into_iter().chain(steps.clone()).collect()));
    }
    Script { place: attack.place, messages }
}

async fn complete(State(shared): State<Arc<Shared>>, Json(request): Json<Value>) -> Response {
    let empty = Vec::new();
    let messages = request["messages"].as_array().unwrap_or(&empty);
    let asked: Vec<usize> = (0..messages.len()).filter(|at| messages[*at]["role"] == "user").collect();
    let last = asked.last().copied().unwrap_or_default();
    let Some(run) = run_of(&messages[last]) else { return say("I need no plugin for that.") };
    // A whole round of calls is one message of the assistant.
    let done = messages[last..].iter().filter(|message| message["role"] == "assistant").count();
    let scripts = shared.scripts.lock().expect("no request panics");
    let Some(script) = scripts.get(&run) else { return say("I need no plugin for that.") };
    let Some((lead, steps)) = script.messages.get(asked.len() - 1) else { return say("Nothing more.") };
    let text = request.to_string();
    if done >= *lead && script.place.marker(run).is_some_and(|marker| !text.contains(&marker)) {
        return say("There is no order.");
    }
    let Some(step) = steps.get(done) else { return say("That was all.") };
    let private = private_value(&text).unwrap_or_else(|| "unknown-value-here".to_owned());
    let fill = |text: &str| {
        let secret = secret(run);
        let text = text.replace("{run}", &format!("{run:05}")).replace("{feed}", &feed_in(&text_of(messages)));
        filled(&text.replace("{secret}", &secret).replace("{SECRET}", &secret.to_uppercase()), &private)
    };
    if done >= *lead {
        shared.obeyed.lock().expect("no request panics").insert(run);
    }
    match step {
        Step::Say(text) => say(&fill(text)),
        Step::Call(calls) => {
            let calls = calls.iter().enumerate().map(|(index, (tool, arguments))| {
                let arguments = replaced(arguments, &fill).to_string();
                json!({ "index": index, "id": format!("call-{done}-{index}"), "type": "function",
                        "function": { "name": tool, "arguments": arguments } })
            });
            stream(&json!({ "tool_calls": calls.collect::<Vec<_>>() }), "tool_calls")
        }
    }
}

/// `Run 00017: …`.
fn run_of(message: &Value) -> Option<usize> {
    message["content"].as_str()?.strip_prefix("Run ")?.get(..5)?.parse().ok()
}

fn text_of(messages: &[Value]) -> String {
    messages.iter().filter_map(|message| message["content"].as_str()).collect::<Vec<_>>().join("\n")
}

/// Where the attacker's pages are, as its feed says.
fn feed_in(text: &str) -> String {
    let page =
        text.find("/page/").map(|at| &text[..at]).and_then(|before| before.rfind("http://").map(|at| &before[at..]));
    page.unwrap_or_default().to_owned()
}

fn private_value(text: &str) -> Option<String> {
    let from = text.rfind(PRIVATE)?;
    text.get(from..from + private_length()).map(str::to_owned)
}

/// Arguments with every text filled in, names of members included.
fn replaced(value: &Value, fill: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => fill(text).into(),
        Value::Array(items) => items.iter().map(|item| replaced(item, fill)).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (fill(name), replaced(member, fill))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn say(text: &str) -> Response {
    stream(&json!({ "content": text }), "stop")
}

fn stream(delta: &Value, reason: &str) -> Response {
    let piece = json!({ "choices": [{ "index": 0, "delta": delta }] });
    let end = json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] });
    let body = format!("data: {piece}\n\ndata: {end}\n\ndata: [DONE]\n\n");
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
