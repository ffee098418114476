//! A chat with a plugin of ships, for tests of the conversation itself.

use axum::Router;
use axum::routing::get;
use fantoccini::key::Key;

use crate::page::Page;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};
use crate::stub_plugin::{MANIFEST, StubPlugin};

/// A plugin without much to say, which may be written to.
const SPEC: &str = "openapi: 3.0.1\ninfo: {title: Ships, version: v1}\npaths:\n  /ships:\n    get: {operationId: listShips, summary: \
    List ships}\n    post: {operationId: addShip, summary: Add a ship, parameters: [{name: name, in: query, schema: {type: \
    string}}]}\n";

/// A server with one plugin and a model that says what the test wants.
pub(crate) struct Scene {
    _home: Home,
    _plugin: StubPlugin,
    _model: StubModel,
    pub(crate) server: Server,
}

impl Scene {
    /// Starts everything.
    pub(crate) async fn set(script: Script) -> Self {
        let ships = r#"[{"name": "Vasa", "sank": 1628}, {"name": "Batavia", "sank": 1629}]"#;
        let api = Router::new().route("/ships", get(async move || ships).post(async || "{}"));
        let plugin = StubPlugin::start_with(SPEC, |_| MANIFEST.to_owned(), api).await;
        let (home, model) = (Home::new(), StubModel::start(script).await);
        home.write("cordboard.toml", model.config());
        home.run(&["plugin", "add", &plugin.origin()]).await.expect(0);
        let server = home.serve(&["serve", "--listen", "127.0.0.1:0", "--allow-origin", &plugin.origin()]).await;
        Self { _home: home, _plugin: plugin, _model: model, server }
    }

    /// A chat in which the plugin is on.
    pub(crate) async fn begin(&self, page: &Page) {
        page.on_a_desk().await;
        page.open(&self.server.link).await;
        page.switch_on("Ships").await;
        page.type_on_page(&char::from(Key::Escape).to_string()).await;
    }
}
