//! Every page in a browser, in daylight, in the dark and on a phone: axe-core finds nothing, and nothing is wider than the
//! screen. A page that nobody visits here fails the test, as do pages that are not named as something else.

use std::collections::BTreeSet;
use std::sync::Mutex;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use cordboard_web::ROUTES;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::axe::violations;
use crate::bookshelf::{Bookshelf, NAME};
use crate::browser::visit;
use crate::page::{CARD, Page};
use crate::ports::Ports;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};
use crate::stub_plugin::{MANIFEST, StubPlugin};

/// What answers to GET and is no page: redirects, files, streams, pieces of pages.
const NO_PAGES: [&str; 15] = [
    "/",
    "/health",
    "/assets/{name}",
    "/sign-in/provider",
    "/sign-in/provider/callback",
    "/account/export",
    "/conversations/{conversation}/events",
    "/conversations/{conversation}/cards",
    "/conversations/{conversation}/images",
    "/conversations/{conversation}/chat.md",
    "/conversations/{conversation}/chat.json",
    "/plugins/{plugin}/logo",
    "/develop/{plugin}/changed",
    "/reviews/{submission}/logo",
    "/reviews/{submission}/evidence",
];

/// The width of a small phone, in pixels.
const PHONE: u32 = 360;

/// A plugin with all kinds of arguments, whose person may allow its write for good, and which also fails.
const SHIPS: &str = "openapi: 3.0.1
info: {title: Ships, version: v1}
paths:
  /wreck:
    get: {operationId: raiseWreck, summary: Raise a wreck, responses: {'200': {description: A wreck}}}
  /ships:
    post:
      operationId: paintShip
      summary: Paint a ship
      x-openai-isConsequential: false
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name, color]
              properties:
                name: {type: string, description: The name of the ship}
                color: {type: string, enum: [red, white]}
                coats: {type: integer}
                notes: {type: array, items: {type: object}}
                urgent: {type: boolean}
      responses: {'200': {description: The ship}}
";

const PROSE: &str = "# A report\n\nSome *words* with `code`, a [link](https://ships.example/fleet) and a list:\n\n- one\n- \
                     two\n\n### Ships\n\n| Ship | Built |\n|---|---|\n| Vasa | 1628 |\n\n```rust\nfn \
                     main() { println!(\"a line that is far too long for a phone, which has to scroll or break it somewhere\"); }\n```\n\n> \
                     Quoted.\n\n";

struct Scene {
    _home: Home,
    _ports: Ports,
    server: Server,
    bookshelf: Bookshelf,
    ships: StubPlugin,
    _model: StubModel,
}

impl Scene {
    async fn start() -> Self {
        let ship = json!({ "name": "Vasa", "color": "red", "coats": 2, "notes": [{ "by": "Ada" }] });
        let booking = json!({ "hotel": "Maison Tilleul", "nights": 2, "guest_name": "Anna Berger" });
        let calls = vec![
            ("reading list", "listBooks", json!({})),
            ("paint", "paintShip", ship),
            ("wreck", "raiseWreck", json!({})),
            ("missing", "nothingOfTheKind", json!({})),
            ("Get me", "bookHotel", booking),
        ];
        let model = StubModel::start(Script::Heed { calls, then: PROSE }).await;
        let api = Router::new()
            .route("/wreck", get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .route("/ships", axum::routing::post(async || "{\"painted\": true}"));
        let ships = StubPlugin::start_with(SHIPS, |_| MANIFEST.to_owned(), api).await;
        let (bookshelf, home, ports) = (Bookshelf::start().await, Home::new(), Ports::claim());
        let origins = format!("allow_origins = ['{}', '{}']\n", bookshelf.origin(), ships.origin());
        home.write("cordboard.toml", origins + &model.config());
        let server = home.demo(&ports).await;
        Self { _home: home, _ports: ports, server, bookshelf, ships, _model: model }
    }
}

/// A way through all pages.
struct Tour<'tour> {
    page: &'tour Page,
    scene: &'tour Scene,
    seen: Mutex<BTreeSet<&'static str>>,
    faults: Mutex<Vec<String>>,
}

impl Tour<'_> {
    async fn open(&self, path: &str) {
        self.page.open(&format!("{}{path}", self.scene.server.base)).await;
    }

    /// Opens a page and judges it.
    async fn see(&self, route: &'static str, path: &str) {
        self.open(path).await;
        self.judge(route, path).await;
    }

    /// Judges the page as it stands.
    async fn judge(&self, route: &'static str, state: &str) {
        self.seen.lock().expect("nobody panics").insert(route);
        self.page.on_a_screen(1280, 900, 1).await;
        self.page.by_day().await;
        self.note(state, "in daylight").await;
        self.page.in_the_dark().await;
        self.note(state, "in the dark").await;
        self.page.by_day().await;
        self.page.on_a_screen(PHONE, 740, 1).await;
        self.note(state, "on a phone").await;
        let width = self.page.evaluate("document.documentElement.scrollWidth").await;
        if width.as_u64() > Some(u64::from(PHONE)) {
            self.blame(format!("{state} on a phone: the page is {width} pixels wide"));
        }
        self.page.on_a_screen(1280, 900, 1).await;
    }

    async fn note(&self, state: &str, look: &str) {
        for violation in violations(self.page).await {
            self.blame(format!("{state} {look}: {violation}"));
        }
    }

    fn blame(&self, fault: String) {
        self.faults.lock().expect("nobody panics").push(fault);
    }

    /// Sends a form of the page that is open, as the button would, and gives the address it leads to.
    async fn send(&self, path: &str, fields: Value) -> String {
        let script = "return fetch(arguments[0], { method: 'POST', body: new URLSearchParams(arguments[1]) })\
                      .then((answer) => answer.url)";
        let led_to = self.page.client.execute(script, vec![path.into(), fields]).await.expect("an answer");
        let led_to = led_to.as_str().expect("an address").to_owned();
        led_to.trim_start_matches(&self.scene.server.base).to_owned()
    }

    /// Registers a plugin and gives its id.
    async fn register(&self, origin: &str) -> String {
        let page = self.send("/develop", json!({ "address": origin })).await;
        page.trim_start_matches("/develop/").to_owned()
    }

    async fn close_menus(&self) {
        self.page.type_on_page(&char::from(Key::Escape).to_string()).await;
    }
}

#[tokio::test]
async fn everybody_can_use_every_page() {
    let scene = Scene::start().await;
    visit("pages", async |page| {
        page.open(&scene.server.link).await;
        let tour = Tour { page, scene: &scene, seen: Mutex::default(), faults: Mutex::default() };
        first_steps(&tour).await;
        let plugin = plugins(&tour).await;
        reviews(&tour, &plugin).await;
        accounts(&tour).await;
        chats(&tour).await;
        after_use(&tour).await;
        people(&tour).await;
        let seen = tour.seen.lock().expect("nobody panics").clone();
        for (_, path) in ROUTES.iter().filter(|(method, _)| *method == "get") {
            assert!(seen.contains(path) != NO_PAGES.contains(path), "{path} is either visited here or no page");
        }
        let faults = tour.faults.lock().expect("nobody panics").clone();
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    })
    .await;
}

/// A chat with nothing in it, and its menus.
async fn first_steps(tour: &Tour<'_>) {
    tour.judge("/conversations/{conversation}", "an empty chat").await;
    tour.page.click("#plugins-details > summary").await;
    tour.judge("/conversations/{conversation}", "the menu of plugins").await;
    tour.close_menus().await;
    tour.page.click("#chat-menu > summary").await;
    tour.judge("/conversations/{conversation}", "the chat's menu").await;
    tour.see("/permissions", "/permissions").await;
    tour.see("/reviews", "/reviews").await;
    tour.see("/conversations", "/conversations?q=nothing").await;
}

/// What developers see, the store, and a plugin. Gives the id of a plugin that waits for its review.
async fn plugins(tour: &Tour<'_>) -> String {
    let (page, scene) = (tour.page, tour.scene);
    tour.open("/develop").await;
    page.fill("#address", "localhost:1").await;
    page.press("Register").await;
    page.find("#address-problem").await;
    tour.judge("/develop", "a plugin that cannot be registered").await;
    tour.register(&scene.ships.origin()).await;
    let plugin = tour.register(scene.bookshelf.origin()).await;
    let home = format!("/develop/{plugin}");
    tour.see("/develop/{plugin}", &home).await;
    let token = page.text("[aria-labelledby=domain] .meta code").await;
    scene.bookshelf.publish_token(token);
    tour.send(&format!("{home}/refresh"), json!({})).await;
    tour.open(&home).await;
    page.press("Make a link").await;
    let link = page.text("[aria-labelledby=sharing] .panel code").await;
    tour.judge("/develop/{plugin}", "a plugin with a link").await;
    tour.see("/join/{secret}", link.trim_start_matches(&scene.server.base)).await;
    tour.see("/develop", "/develop").await;
    tour.see("/plugins", "/plugins").await;
    tour.see("/plugins/{plugin}", &format!("/plugins/{plugin}")).await;
    tour.see("/store", "/store").await;
    page.follow("Nightcord Hotels").await;
    tour.judge("/plugins/{plugin}", "a plugin of the store").await;
    tour.see("/store", "/store?q=nothing+at+all").await;
    tour.open("/plugins/unverified").await;
    page.fill("#address", &scene.bookshelf.address).await;
    page.press("Look").await;
    tour.judge("/plugins/unverified", "what is behind an address").await;
    tour.see("/plugins/unverified", "/plugins/unverified").await;
    plugin
}

async fn reviews(tour: &Tour<'_>, plugin: &str) {
    let page = tour.page;
    tour.open(&format!("/develop/{plugin}")).await;
    page.fill("#must-call", "Only one").await;
    page.press("Submit for review").await;
    tour.judge("/develop/{plugin}", "requests that are too few").await;
    let must_call = [1, 2, 3, 4, 5].map(|number| format!("Is volume {number} on my reading list?")).join("\n");
    let must_not = [1, 2, 3].map(|number| format!("Write poem number {number}")).join("\n");
    let form = json!({ "category": "productivity", "must_call": must_call, "must_not_call": must_not });
    tour.send(&format!("/develop/{plugin}/submit"), form).await;
    tour.see("/develop/{plugin}", &format!("/develop/{plugin}")).await;
    tour.see("/reviews", "/reviews").await;
    page.follow(NAME).await;
    page.reads("went as they must").await;
    tour.judge("/reviews/{submission}", "a submission").await;
}

/// Accounts at plugins.
async fn accounts(tour: &Tour<'_>) {
    let page = tour.page;
    tour.see("/connections", "/connections").await;
    page.click("section[aria-label=Notebook] .actions a").await;
    tour.judge("/connect/{plugin}", "a plugin that wants a key").await;
    page.fill("#key", "some key").await;
    page.press("Connect").await;
    tour.see("/connections", "/connections").await;
    page.click("section[aria-label='Nightcord Hotels'] .actions a").await;
    tour.judge("/connect/{plugin}", "a plugin that wants an account").await;
    let path = format!("{}/callback?error=access_denied", page.path().await);
    tour.see("/connect/{plugin}/callback", &path).await;
}

/// A chat with all that can happen in one.
async fn chats(tour: &Tour<'_>) {
    let page = tour.page;
    tour.open("/").await;
    for plugin in [NAME, "Ships", "Nightcord Hotels"] {
        page.switch_on(plugin).await;
    }
    tour.close_menus().await;
    page.say("What is on my reading list?").await;
    page.answer().await;
    page.say("Raise the wreck").await;
    page.answer().await;
    page.say("Do what is missing").await;
    page.answer().await;
    page.evaluate("document.querySelectorAll('.call details').forEach((each) => (each.open = true))").await;
    tour.judge("/conversations/{conversation}", "answers with calls").await;
    page.say("Please paint the ship").await;
    page.find(CARD).await;
    page.evaluate("document.querySelectorAll('.confirmation details').forEach((each) => (each.open = true))").await;
    tour.judge("/conversations/{conversation}", "a card that asks").await;
    let (chat, turn) = (page.path().await, page.evaluate("document.querySelector('.turn').id.slice(5)").await);
    let panel = format!("{chat}/turns/{}/panel", turn.as_str().expect("an id"));
    page.press("Allow now and always").await;
    page.answer().await;
    page.say("Get me a room").await;
    page.press("Allow once").await;
    page.reads("needs to know who you are").await;
    tour.judge("/conversations/{conversation}", "a card that asks to connect").await;
    page.press("Not now").await;
    page.answer().await;
    page.evaluate("document.querySelectorAll('.call details').forEach((each) => (each.open = true))").await;
    tour.judge("/conversations/{conversation}", "a chat after all of it").await;
    tour.see("/conversations/{conversation}/turns/{turn}/panel", &panel).await;
}

/// What has something to show once a chat was led.
async fn after_use(tour: &Tour<'_>) {
    tour.see("/permissions", "/permissions").await;
    tour.see("/privacy", "/privacy").await;
    tour.see("/conversations", "/conversations").await;
    tour.see("/conversations", "/conversations?q=wreck").await;
    tour.open("/account").await;
    tour.page.fill("#token-name", "script").await;
    tour.page.press("Make a token").await;
    tour.judge("/account", "an account with a token").await;
    tour.see("/account", "/account").await;
}

/// Who else is here, and the ways in.
async fn people(tour: &Tour<'_>) {
    let (page, scene) = (tour.page, tour.scene);
    tour.open("/people").await;
    page.fill("#note", "Uma").await;
    page.press("Make an invitation link").await;
    let invitation = page.text(".secret").await;
    tour.judge("/people", "a new invitation").await;
    tour.see("/conversations/{conversation}", "/nowhere").await;
    tour.send("/sign-out", json!({})).await;
    tour.see("/sign-in", "/sign-in").await;
    let password = "correct horse battery";
    tour.see("/invitations/{token}", invitation.trim_start_matches(&scene.server.base)).await;
    page.fill("#login", "uma").await;
    page.fill("#name", "Uma").await;
    page.fill("#password", password).await;
    page.press("Create my account").await;
    tour.judge("/conversations/{conversation}", "the first chat of a person without plugins").await;
    tour.see("/plugins/unverified", "/plugins/unverified").await;
    tour.see("/plugins", "/plugins").await;
    tour.send("/sign-out", json!({})).await;
    tour.see("/invitations/{token}", "/invitations/used-up").await;
    tour.open("/sign-in").await;
    page.fill("#login", "uma").await;
    page.fill("#password", "not hers at all").await;
    page.press("Sign in").await;
    tour.judge("/sign-in", "a wrong password").await;
    tour.see("/sign-in/{token}", "/sign-in/used-up").await;
}
