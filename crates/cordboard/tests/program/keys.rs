//! The keys that seal credentials, as an operator changes them: past a damaged secret, and from the environment into a file.

use axum::http::{HeaderMap, StatusCode};
use axum::{Router, routing::get};
use cordboard_domain::id::{ConnectionId, PluginId};
use cordboard_domain::ports::Vault as _;
use cordboard_store::Store;
use serde_json::json;

use crate::http::Reader;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};
use crate::stub_plugin::{MANIFEST, SPEC, StubPlugin};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
const SCHEME: (&str, &str) = ("scheme", "ai-plugin.json#auth");

/// The ships, for whoever has the owner's key.
async fn ships(headers: HeaderMap) -> Result<&'static str, StatusCode> {
    let is_known = headers.get("authorization").is_some_and(|value| value == "Bearer owners-key");
    is_known.then_some("[\"Vasa\"]").ok_or(StatusCode::UNAUTHORIZED)
}

fn manifest(_: &str) -> String {
    MANIFEST.replace(r#"{ "type": "none" }"#, r#"{ "type": "user_http", "authorization_type": "bearer" }"#)
}

/// A home with the plugin, for which the owner gave a key of their own and one for everybody.
struct Scene {
    home: Home,
    plugin: PluginId,
    _harbour: StubPlugin,
    _model: StubModel,
}

impl Scene {
    /// The server that takes the keys has these in its environment, or makes its own file.
    async fn set(environment: Option<&str>) -> Self {
        let routes = Router::new().route("/ships", get(ships));
        let (home, harbour) = (Home::new(), StubPlugin::start_with(SPEC, manifest, routes).await);
        let origin = harbour.origin();
        let model = StubModel::start(Script::Call { tool: "listShips", arguments: json!({}), then: "Done:" }).await;
        home.write("cordboard.toml", format!("allow_origins = ['{}']\n{}", origin, model.config()));
        let mut command = home.command(SERVE);
        if let Some(keys) = environment {
            command.env("CORDBOARD_KEYS", keys);
        }
        let mut server = home.start(command).await;
        let reader = Reader::sign_in(&server).await;
        let plugin: PluginId = reader.register(&origin).await.parse().expect("an id");
        let given = [(format!("/develop/{plugin}/key"), "another-key"), (format!("/connect/{plugin}"), "owners-key")];
        for (path, key) in given {
            assert!(reader.try_send_all(&path, &[SCHEME, ("key", key)]).await, "{path}");
        }
        server.kill().await;
        Self { home, plugin, _harbour: harbour, _model: model }
    }

    /// Asks for the ships in a new chat, which need the owner's key.
    async fn ask(&self, server: &Server) {
        let reader = Reader::sign_in(server).await;
        let chat = reader.open_chat().await;
        reader.send(&format!("{chat}/plugins/{}", self.plugin), "active", "true").await;
        reader.send(&format!("{chat}/messages"), "message", "Which ships are there?").await;
        let page = reader.read_until(&chat, "data-state=\"answered\"").await;
        assert!(page.contains("Vasa"), "{page}");
    }

    /// Damages the key for everybody.
    async fn damage(&self) -> ConnectionId {
        let store = Store::open(&self.home.path("data/cordboard.db")).await.expect("the database");
        let shared = store.list_service_connections(self.plugin).await.expect("a key").remove(0).id;
        let mut row = store.lookup_connection(shared).await.expect("the database").expect("the key");
        row.secret.bytes[30] ^= 1;
        store.put_connection(&row).await.expect("a damaged row");
        store.close().await;
        shared
    }

    async fn first_key(&self) -> String {
        let listed = self.home.run(&["keys", "list"]).await.expect(0).stdout;
        listed.split_whitespace().next().expect("a name").to_owned()
    }
}

#[tokio::test]
async fn a_rotation_goes_past_a_damaged_secret_and_says_what_to_do() {
    let scene = Scene::set(None).await;
    let (home, damaged, first) = (&scene.home, scene.damage().await, scene.first_key().await);
    let row = format!("connections {damaged} was left as it is");
    home.run(&["keys", "rotate"])
        .await
        .expect(1)
        .prints(&["seals from now on; 1 secrets were sealed anew"])
        .complains(&[&row, "cordboard keys forget-lost", "people then connect again"]);
    let needed = [&format!("1 secrets still need the key `{first}`"), "`cordboard keys forget-lost` removes"];
    home.run(&["keys", "retire", &first]).await.expect(2).complains(&needed);
    let mut server = home.serve(&SERVE).await;
    scene.ask(&server).await;
    server.kill().await;
    home.run(&["keys", "forget-lost"]).await.expect(0).prints(&["no key opens are forgotten: 1"]);
    home.run(&["keys", "retire", &first]).await.expect(0);
    scene.ask(&home.serve(&SERVE).await).await;
}

#[tokio::test]
async fn secrets_go_over_from_a_key_in_the_environment_to_one_in_a_file() {
    let given = format!("given {}", "5a".repeat(32));
    let scene = Scene::set(Some(&given)).await;
    let home = &scene.home;
    home.run(&["keys", "list"]).await.expect(2).complains(&["sealed with the key `given`", "CORDBOARD_KEYS"]);
    // The operator puts the line from the environment into the file; whoever rotates adds the file's own.
    let file = home.write("data/cordboard.keys", format!("{given}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("its own file");
    }
    home.run(&["keys", "rotate"]).await.expect(0).prints(&["2 secrets were sealed anew", "keys retire given"]);
    home.run(&["keys", "retire", "given"]).await.expect(0);
    let text = std::fs::read_to_string(&file).expect("the key file");
    assert!(!text.contains("5a5a5a"), "nothing is left of the old key");
    scene.ask(&home.serve(&SERVE).await).await;
    let mut command = home.command(["keys", "list"]);
    command.env("CORDBOARD_KEYS", &given);
    let refused = crate::program::end(command, "").await.expect(2);
    refused.complains(&["which is not in the environment variable CORDBOARD_KEYS"]);
}

#[tokio::test]
async fn secrets_go_over_to_the_last_key_in_the_environment() {
    let given = format!("given {}", "5a".repeat(32));
    let scene = Scene::set(Some(&given)).await;
    let later = format!("later {}", "6b".repeat(32));
    let with = |arguments: &[&str], keys: &str| {
        let mut command = scene.home.command(arguments);
        command.env("CORDBOARD_KEYS", keys);
        command
    };
    let both = format!("{given},{later}");
    let rotated = crate::program::end(with(&["keys", "rotate"], &both), "").await.expect(0);
    rotated.prints(&["2 secrets were sealed anew with later"]);
    scene.ask(&scene.home.start(with(&SERVE, &later)).await).await;
}
