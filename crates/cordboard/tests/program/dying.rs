//! A server that dies between a plugin's token answer and its own commit. The refresh token is spent by then: either the
//! new one was stored, or its person connects again; nothing else is lost, and nothing is sent twice.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::{Router, routing::get, routing::post};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::http::Reader;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};
use crate::stub_plugin::{MANIFEST, SPEC, StubPlugin};

/// How long after the answer was given the server dies, in milliseconds; first of all, it dies before.
const DELAYS: [u64; 3] = [0, 4, 25];

/// What the plugin's server knows.
#[derive(Default)]
struct Memory {
    issued: u32,
    /// How often a refresh token came that was spent already.
    refused: u32,
    /// Refresh tokens that can be used, once.
    good: HashSet<String>,
    /// How many calls came for the ships.
    calls: u32,
    holds_back: bool,
}

struct Plugin {
    server: StubPlugin,
    memory: Arc<Mutex<Memory>>,
    /// Says that a refresh token was spent.
    spent: mpsc::UnboundedReceiver<()>,
}

type Shared = State<(Arc<Mutex<Memory>>, mpsc::UnboundedSender<()>)>;

impl Plugin {
    async fn start() -> Self {
        let memory = Arc::new(Mutex::new(Memory::default()));
        let (tell, spent) = mpsc::unbounded_channel();
        let routes =
            Router::new().route("/ships", get(ships)).route("/token", post(token)).with_state((memory.clone(), tell));
        Self { server: StubPlugin::start_with(SPEC, manifest, routes).await, memory, spent }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        work(&mut self.memory.lock().expect("no code panics while it holds the memory"))
    }
}

fn manifest(origin: &str) -> String {
    let auth = json!({
        "type": "oauth", "client_url": format!("{origin}/authorize"), "scope": "", "authorization_url":
        format!("{origin}/token"), "authorization_content_type": "application/json",
    });
    MANIFEST.replace(r#"{ "type": "none" }"#, &auth.to_string())
}

async fn ships(State((memory, _)): Shared) -> &'static str {
    memory.lock().expect("no code panics while it holds the memory").calls += 1;
    "[\"Vasa\"]"
}

/// Tokens that are as good as run out when they are given, so every call renews them first.
async fn token(
    State((memory, tell)): Shared,
    Json(asked): Json<Value>,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let (answer, holds_back) = {
        let mut memory = memory.lock().expect("no code panics while it holds the memory");
        if asked["grant_type"] == "refresh_token" {
            if !memory.good.remove(asked["refresh_token"].as_str().unwrap_or_default()) {
                memory.refused += 1;
                return Err((StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))));
            }
            // The test may be over.
            let _ = tell.send(());
        }
        memory.issued += 1;
        let refresh = format!("refresh-{}", memory.issued);
        memory.good.insert(refresh.clone());
        let access = format!("access-{}", memory.issued);
        let answer = json!({ "access_token": access, "refresh_token": refresh, "expires_in": 1 });
        (answer, memory.holds_back && asked["grant_type"] == "refresh_token")
    };
    if holds_back {
        std::future::pending::<()>().await;
    }
    Ok(Json(answer))
}

/// A developer's server with the plugin in it.
struct Scene {
    home: Home,
    server: Server,
    reader: Reader,
    plugin: Plugin,
    id: String,
    _model: StubModel,
}

impl Scene {
    async fn set() -> Self {
        let (home, plugin) = (Home::new(), Plugin::start().await);
        let calls = vec![("ships", "listShips", json!({}))];
        let model = StubModel::start(Script::Heed { calls, then: "Done:" }).await;
        let origin = plugin.server.origin();
        home.write("cordboard.toml", format!("claim_seconds = 1\nallow_origins = ['{}']\n{}", origin, model.config()));
        let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
        let reader = Reader::sign_in(&server).await;
        let id = reader.register(&origin).await;
        let client = [("scheme", "ai-plugin.json#auth"), ("client_id", "cordboard"), ("auth", "post")];
        assert!(reader.try_send_all(&format!("/develop/{id}/client"), &client).await);
        Self { home, server, reader, plugin, id, _model: model }
    }

    /// Connects as a person does who agrees at the plugin's page.
    async fn connect(&self, renews: Option<&str>) {
        let path = format!("/connect/{}", self.id);
        let fields: Vec<(&str, &str)> = renews.map(|id| ("renew", id)).into_iter().collect();
        let away = self.reader.send_all(&path, &fields).await;
        let (_, rest) = away.split_once("state=").unwrap_or_else(|| panic!("nobody is sent away: {away}"));
        let state: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        self.reader.read(&format!("{path}/callback?code=c&state={state}")).await;
    }

    /// The server dies and is started again.
    async fn restart(&mut self) {
        self.server.kill().await;
        self.server = self.home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
        self.reader = self.reader.at(&self.server);
    }

    /// Asks for the ships, and lets the server die when the refresh token is spent and so much time has passed.
    async fn die_while_renewing(&mut self, delay: Option<u64>) {
        // What earlier rounds have spent does not count.
        while self.plugin.spent.try_recv().is_ok() {}
        let refused = self.plugin.with(|memory| {
            memory.holds_back = delay.is_none();
            memory.refused
        });
        let chat = self.reader.open_chat().await;
        assert!(self.reader.try_send(&format!("{chat}/plugins/{}", self.id), "active", "true").await);
        assert!(self.reader.try_send(&format!("{chat}/messages"), "message", "Which ships are there?").await);
        self.plugin.spent.recv().await.expect("the token is renewed");
        tokio::time::sleep(Duration::from_millis(delay.unwrap_or(20))).await;
        self.restart().await;
        self.plugin.with(|memory| memory.holds_back = false);
        let (page, asked) = self.answer(&chat).await;
        assert!(page.contains("Vasa") || page.contains("Cordboard was restarted"), "{delay:?}: {page}");

        let before = self.plugin.with(|memory| memory.calls);
        assert!(self.reader.try_send(&format!("{chat}/messages"), "message", "Again: which ships?").await);
        let (page, asked_again) = self.answer(&chat).await;
        assert!(page.contains("Vasa"), "{delay:?}: {page}");
        assert_eq!(self.plugin.with(|memory| memory.calls), before + 1, "{delay:?}");
        let refused = self.plugin.with(|memory| memory.refused) - refused;
        assert_eq!(
            refused,
            u32::from(asked || asked_again),
            "{delay:?}: asked where the new token was lost, and only there"
        );
        assert!(delay.is_some() || refused == 1, "no answer came, so nothing can have been stored");
    }

    /// The chat once its turn is over, and whether its person had to connect again for that.
    async fn answer(&self, chat: &str) -> (String, bool) {
        let page = self.reader.read_until_quiet(chat).await;
        let Some((_, rest)) = page.split_once("renew=") else { return (page, false) };
        let known: String = rest.chars().take_while(|each| each.is_ascii_hexdigit() || *each == '-').collect();
        self.connect(Some(&known)).await;
        (self.reader.read_until_quiet(chat).await, true)
    }
}

#[tokio::test]
async fn a_server_that_dies_while_it_renews_a_token_loses_no_more_than_the_connection() {
    let mut scene = Scene::set().await;
    scene.connect(None).await;
    scene.die_while_renewing(None).await;
    for delay in DELAYS {
        scene.die_while_renewing(Some(delay)).await;
    }
}
