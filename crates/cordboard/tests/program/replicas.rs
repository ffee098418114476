//! Two servers on one PostgreSQL. One of them is killed in the middle of turns; the other one goes on: nothing that was
//! acknowledged is lost, and nothing is sent twice.

use std::collections::HashMap;
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Json, State};
use axum::{Router, routing::get, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::http::Reader;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};

/// How often a server is killed.
const KILLS: u64 = 50;

const MANIFEST: &str = r#"{"schema_version": "v1", "name_for_human": "Orders", "name_for_model": "orders",
    "description_for_human": "Takes orders.", "description_for_model": "Takes orders.", "auth": {"type": "none"},
    "api": {"type": "openapi", "url": "/openapi.json"}, "logo_url": "/logo.png", "contact_email": "a@b.example",
    "legal_info_url": "https://b.example"}"#;

/// How often each order arrived.
type Orders = Arc<Mutex<HashMap<String, u32>>>;

/// A plugin that takes orders slowly enough to be interrupted.
#[expect(clippy::disallowed_methods, reason = "the task ends with the test")]
async fn slow_plugin() -> (String, Orders) {
    let spec = json!({"openapi": "3.1.0", "info": {"title": "Orders", "version": "1"}, "paths": {"/orders": {"post": {
        "operationId": "placeOrder", "summary": "Place an order", "requestBody": {"required": true, "content": {
        "application/json": {"schema": {"type": "object", "required": ["order"],
        "properties": {"order": {"type": "string"}}}}}}}}}});
    let orders = Orders::default();
    let router = Router::new()
        .route("/.well-known/ai-plugin.json", get(async || MANIFEST))
        .route("/openapi.json", get(async move || Json(spec)))
        .route("/orders", post(take))
        .with_state(orders.clone());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    (origin, orders)
}

async fn take(State(orders): State<Orders>, Json(body): Json<Value>) -> Json<Value> {
    let order = body["order"].as_str().unwrap_or_default().to_owned();
    *orders.lock().expect("no test panics while it counts").entry(order.clone()).or_default() += 1;
    tokio::time::sleep(Duration::from_millis(120)).await;
    Json(json!({ "taken": order }))
}

/// The pair of servers and what they work with.
struct Pair {
    home: Home,
    database: String,
    orders: Orders,
    plugin: String,
    _model: StubModel,
}

impl Pair {
    async fn new() -> Self {
        let (origin, orders) = slow_plugin().await;
        let model =
            StubModel::start(Script::PassOn { tool: "placeOrder", argument: "order", then: "It answered:" }).await;
        let home = Home::new();
        let settings = format!("claim_seconds = 1\nallow_origins = ['{origin}']\n{}", model.config());
        home.write("cordboard.toml", settings);
        let database = cordboard_store::testing::empty_postgres().await;
        let added = home.run(&["plugin", "add", "--json", "--database", &database, &origin]).await.expect(0).json();
        let plugin = added["plugin"]["id"].as_str().expect("an id").replace('-', "");
        Self { home, database, orders, plugin, _model: model }
    }

    async fn serve(&self) -> Server {
        self.home.serve(&["serve", "--listen", "127.0.0.1:0", "--database", &self.database]).await
    }

    /// How often an order arrived.
    fn arrived(&self, order: &str) -> u32 {
        self.orders.lock().expect("no test panics while it counts").get(order).copied().unwrap_or_default()
    }

    /// A chat with the plugin on, in which an order waits for a decision; gives its path and the card's.
    async fn waiting(&self, reader: &Reader, order: &str) -> (String, String) {
        let chat = reader.open_chat().await;
        reader.send(&format!("{chat}/plugins/{}", self.plugin), "active", "true").await;
        assert!(reader.try_send(&format!("{chat}/messages"), "message", order).await, "the message is taken");
        let page = reader.read_until(&chat, "/confirmations/").await;
        let end = page.find("/confirmations/").expect("a card");
        let start = page[..end].rfind("action=\"").expect("a form") + 8;
        let path = page[start..].split('"').next().expect("an attribute").to_owned();
        (chat, path)
    }
}

#[tokio::test]
async fn a_server_that_is_killed_in_mid_turn_loses_nothing_and_nothing_is_sent_twice() {
    let pair = Pair::new().await;
    let survivor = pair.serve().await;
    let mut victim = pair.serve().await;
    let reader = Reader::sign_in(&victim).await;
    let (mut sent, mut unknown) = (0, 0);
    for kill in 0..KILLS {
        let order = format!("order {kill}");
        let (on_victim, on_survivor) = (reader.at(&victim), reader.at(&survivor));
        let (chat, card) = pair.waiting(&on_victim, &order).await;
        on_survivor.read_until(&chat, "Nothing has been sent").await;
        // From before the decision is stored until after the plugin has answered.
        let pause = tokio::time::sleep(Duration::from_millis(kill * 37 % 260));
        let allowing = on_victim.try_send(&card, "decision", "allow");
        let (acknowledged, ()) = tokio::join!(allowing, async {
            pause.await;
            victim.kill().await;
        });
        let page = on_survivor.read_until_quiet(&chat).await;
        if page.contains("Nothing has been sent") {
            assert!(!acknowledged, "an acknowledged decision was lost");
            assert_eq!(pair.arrived(&order), 0);
            assert!(on_survivor.try_send(&card, "decision", "allow").await);
            on_survivor.read_until_quiet(&chat).await;
            assert_eq!(pair.arrived(&order), 1, "{order} after a second decision");
        } else if page.contains("outcome unknown") {
            unknown += 1;
            assert!(pair.arrived(&order) <= 1, "{order} was sent twice");
        } else {
            assert!(page.contains("taken"), "{page}");
            assert_eq!(pair.arrived(&order), 1, "{order}");
            sent += 1;
        }
        assert!(page.contains(&order), "the message is there");
        victim = pair.serve().await;
    }
    assert!(sent > 0 && unknown > 0, "kills fell on both sides of sending: {sent} sent, {unknown} unknown");
}

#[tokio::test]
async fn people_sign_in_on_one_server_and_follow_on_another() {
    let pair = Pair::new().await;
    let (first, second) = (pair.serve().await, pair.serve().await);
    let reader = Reader::sign_in(&first).await;
    let elsewhere = reader.at(&second);
    let chat = reader.open_chat().await;
    let mut stream = elsewhere.stream(&format!("{chat}/events?after=0")).await;
    reader.send(&format!("{chat}/messages"), "message", "hello there").await;
    let mut heard = String::new();
    while !heard.contains("data-state=\"answered\"") {
        let chunk = tokio::time::timeout(crate::program::PATIENCE, stream.chunk()).await.expect("news in time");
        heard.push_str(&String::from_utf8_lossy(&chunk.expect("an open stream").expect("more of it")));
    }
    assert!(heard.contains("hello there"), "{heard}");
    assert!(elsewhere.try_send("/sign-out", "x", "").await);
    assert!(reader.read(&chat).await.is_empty(), "signed out everywhere this session was");
}
