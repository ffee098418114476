//! A plugin's whole life in a real browser: invited people, developing, sharing, review, store, use, a change, and review
//! again. `cargo xtask screenshots` puts its pictures into docs/screenshots.

use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::extract::{Json, State};
use axum::{Router, routing::get, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::browser::visit;
use crate::page::{CARD, Page};
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};

const NAME: &str = "Corner Shop";
const PASSWORD: &str = "four unrelated quiet words";

/// What the plugin publishes now.
#[derive(Default)]
struct Published {
    token: String,
    cancels: bool,
    orders: Vec<String>,
}

type Shared = Arc<Mutex<Published>>;

/// A plugin whose developer can change it.
struct Plugin {
    origin: String,
    shared: Shared,
}

impl Plugin {
    #[expect(clippy::disallowed_methods, reason = "the task ends with the test")]
    async fn start() -> Self {
        let shared = Shared::default();
        let router = Router::new()
            .route("/.well-known/ai-plugin.json", get(manifest))
            .route("/openapi.json", get(spec))
            .route("/orders", post(order))
            .with_state(shared.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { origin, shared }
    }

    fn change(&self, change: impl FnOnce(&mut Published)) {
        change(&mut self.shared.lock().expect("no request panics"));
    }
}

async fn manifest(State(shared): State<Shared>) -> Json<Value> {
    let token = shared.lock().expect("no request panics").token.clone();
    Json(json!({
        "schema_version": "v1", "name_for_human": NAME, "name_for_model": "corner_shop",
        "description_for_human": "Order groceries from the shop around the corner.",
        "description_for_model": "Takes orders for groceries. Use it when the user wants something from the shop.",
        "auth": {"type": "none", "verification_tokens": {"cordboard": token}},
        "api": {"type": "openapi", "url": "/openapi.json"}, "logo_url": "/logo.png",
        "contact_email": "shop@corner.example", "legal_info_url": "https://corner.example/legal"
    }))
}

async fn spec(State(shared): State<Shared>) -> Json<Value> {
    let order = json!({"post": {"operationId": "placeOrder", "summary": "Place an order",
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object",
        "required": ["order"], "properties": {"order": {"type": "string", "description": "What to bring."}}}}}},
        "responses": {"200": {"description": "Taken"}}}});
    let mut paths = json!({ "/orders": order });
    if shared.lock().expect("no request panics").cancels {
        paths["/orders/{number}"] = json!({"delete": {"operationId": "cancelOrder", "summary": "Cancel an order",
            "parameters": [{"name": "number", "in": "path", "required": true, "schema": {"type": "integer"}}],
            "responses": {"204": {"description": "Cancelled"}}}});
    }
    Json(json!({"openapi": "3.1.0", "info": {"title": NAME, "version": "1"}, "paths": paths}))
}

async fn order(State(shared): State<Shared>, Json(body): Json<Value>) -> Json<Value> {
    let order = body["order"].as_str().unwrap_or_default().to_owned();
    shared.lock().expect("no request panics").orders.push(order.clone());
    Json(json!({ "taken": order }))
}

/// The server with the people of the story.
struct Stage {
    server: Server,
    plugin: Plugin,
    _home: Home,
    _model: StubModel,
}

impl Stage {
    async fn set() -> Self {
        let plugin = Plugin::start().await;
        let model = StubModel::start(Script::PassOn { tool: "placeOrder", argument: "order", then: "Done:" }).await;
        let home = Home::new();
        let settings = format!("allow_origins = ['{}']\n{}", plugin.origin, model.config());
        home.write("cordboard.toml", settings);
        let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
        Self { server, plugin, _home: home, _model: model }
    }

    async fn go(&self, page: &Page, path: &str) {
        page.open(&format!("{}{path}", self.server.base)).await;
    }

    /// The owner invites somebody, who accepts at once and is signed in from then on.
    async fn invite(&self, page: &Page, name: &str, role: &str) -> String {
        self.go(page, "/people").await;
        write(page, "#note", name).await;
        page.evaluate(&format!("document.querySelector('form #role').value = '{role}'")).await;
        page.press("Make an invitation link").await;
        page.text(".secret").await
    }

    async fn accept(&self, page: &Page, link: &str, name: &str) {
        page.open(link).await;
        write(page, "#login", &name.to_lowercase()).await;
        write(page, "#name", name).await;
        write(page, "#password", PASSWORD).await;
        page.press("Create my account").await;
        page.find("#composer").await;
    }

    async fn sign_in(&self, page: &Page, name: &str) {
        self.go(page, "/sign-in").await;
        write(page, "#login", &name.to_lowercase()).await;
        write(page, "#password", PASSWORD).await;
        page.press("Sign in").await;
        page.find("#composer").await;
    }

    /// Puts the present version before the reviewer, who approves it.
    async fn review(&self, page: &Page, develop: &str, picture: Option<&str>) {
        self.sign_in(page, "Dora").await;
        self.go(page, develop).await;
        submit(page).await;
        self.sign_in(page, "Rita").await;
        self.go(page, "/reviews").await;
        page.follow(NAME).await;
        page.wait_until("document.querySelectorAll('.requests li').length === 8").await;
        if let Some(picture) = picture {
            page.photograph(picture).await;
        }
        write(page, "#reason", "It does what it says.").await;
        page.press("Approve").await;
        page.wait_until("document.querySelector('main') && !document.querySelector('#decision')").await;
    }
}

async fn write(page: &Page, css: &str, text: &str) {
    let field = page.find(css).await;
    field.clear().await.expect("the field can be emptied");
    field.send_keys(text).await.expect("the field can be written");
}

async fn submit(page: &Page) {
    page.evaluate("document.querySelector('#category').value = 'food'").await;
    let must =
        ["Order bread", "I need milk from the shop", "Get me six eggs", "Two lemons, please", "Buy rice for tonight"];
    write(page, "#must-call", &must.join("\n")).await;
    write(page, "#must-not-call", "How is the weather?\nWho wrote Emma?\nTranslate bread").await;
    page.press("Submit for review").await;
    page.wait_until("!!document.querySelector('#review-problem, form[action$=withdraw]')").await;
}

#[tokio::test]
async fn a_plugin_lives_from_its_developer_to_everybody() {
    let stage = Stage::set().await;
    visit("life", async |page| {
        page.open(&stage.server.link).await;
        let mut links = Vec::new();
        for (name, role) in [("Dora", "developer"), ("Rita", "reviewer"), ("Uma", "user")] {
            links.push((name, stage.invite(page, name, role).await));
        }
        page.fits_its_width().await;
        page.photograph("people").await;
        for (name, link) in &links {
            stage.accept(page, link, name).await;
        }
        let develop = develop(&stage, page).await;
        stage.review(page, &develop, Some("review")).await;
        let detail = find_and_install(&stage, page).await;
        use_it(&stage, page).await;
        change(&stage, page, &develop, &detail).await;
        stage.review(page, &develop, None).await;
        stage.go(page, "/store").await;
        page.follow(NAME).await;
        page.wait_until("document.body.textContent.includes('cancelOrder')").await;
    })
    .await;
}

/// Dora registers her plugin, shares it, and proves her domain. Gives the path of its page.
async fn develop(stage: &Stage, page: &Page) -> String {
    stage.sign_in(page, "Dora").await;
    stage.go(page, "/develop").await;
    write(page, "#address", stage.plugin.origin.trim_start_matches("http://")).await;
    page.press("Register").await;
    page.find("#sharing").await;
    let path = page.path().await;
    page.fits_its_width().await;
    page.photograph("develop").await;
    write(page, "#login", "uma").await;
    page.press("Share").await;
    page.wait_until("document.body.textContent.includes('1 of 15')").await;
    submit(page).await;
    let problem = page.text("#review-problem").await;
    assert!(problem.contains("not verified"), "{problem}");
    let token = page.evaluate("document.querySelector('section[aria-labelledby=domain] .meta code').textContent").await;
    stage.plugin.change(|published| published.token = token.as_str().expect("a token").to_owned());
    stage.go(page, &path).await;
    page.press("Look for the token").await;
    page.wait_until("document.body.textContent.includes('Domain verified')").await;
    path
}

/// Uma finds the plugin in the store by typing, and installs it. Gives the path of its page.
async fn find_and_install(stage: &Stage, page: &Page) -> String {
    stage.sign_in(page, "Uma").await;
    stage.go(page, "/store").await;
    write(page, "#q", "groc").await;
    page.wait_until("document.querySelectorAll('.shelf li').length === 1").await;
    page.fits_its_width().await;
    page.photograph("store").await;
    page.follow(NAME).await;
    page.press("Install").await;
    page.button("Remove").await;
    page.photograph("plugin-page").await;
    page.path().await
}

async fn use_it(stage: &Stage, page: &Page) {
    stage.go(page, "/").await;
    page.switch_on(NAME).await;
    page.photograph("menu").await;
    page.say("a loaf of bread").await;
    let card = page.text(CARD).await;
    assert!(card.contains("a loaf of bread") && card.contains("Nothing has been sent"), "{card}");
    page.press("Allow once").await;
    page.answer().await;
    stage.plugin.change(|published| assert_eq!(published.orders, ["a loaf of bread"]));
}

/// The plugin learns to cancel: it leaves the store, and Uma sees what changed before she accepts it.
async fn change(stage: &Stage, page: &Page, develop: &str, detail: &str) {
    stage.plugin.change(|published| published.cancels = true);
    stage.sign_in(page, "Dora").await;
    stage.go(page, develop).await;
    page.press("Refresh").await;
    page.wait_until("document.body.textContent.includes('out of the store')").await;
    stage.sign_in(page, "Uma").await;
    stage.go(page, "/store").await;
    assert!(!page.has(".shelf").await, "it left the store");
    stage.go(page, detail).await;
    let update = page.text(".panel").await;
    assert!(update.contains("It can do more than what you accepted") && update.contains("cancelOrder"), "{update}");
    page.photograph("update").await;
    page.on_a_phone().await;
    page.in_the_dark().await;
    page.fits_its_width().await;
    page.photograph("update-phone-dark").await;
    page.in_daylight_on_a_desktop().await;
    page.press("Accept the update").await;
    page.wait_until("!document.body.textContent.includes('An update waits')").await;
}
