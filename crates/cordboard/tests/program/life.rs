//! A plugin's life in a browser, from its developer to everybody and through a change, with a few people who sign in one
//! after the other. The pictures of docs/store.md are taken on the way: `cargo xtask screenshots`.

use fantoccini::key::Key;
use serde_json::json;

use crate::bookshelf::{Bookshelf, NAME};
use crate::browser::visit;
use crate::page::{CARD, Page};
use crate::ports::Ports;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};

const PASSWORD: &str = "correct horse battery";
const MUST_CALL: &str = "What is on my reading list?\nRead me my reading list\nIs Dune on my reading list?\nHow long is my \
                         reading list?\nPlease add Solaris to my reading list";
const MUST_NOT_CALL: &str = "Write a poem about autumn\nWho wrote Solaris?\nWhat is 2 + 2?";
const WISH: &str = "Please add The Left Hand of Darkness to my reading list";

/// The demo, whose samples are in the store already, with a model that calls where it must.
struct Scene {
    _home: Home,
    _ports: Ports,
    server: Server,
    bookshelf: Bookshelf,
    _model: StubModel,
}

impl Scene {
    async fn start() -> Self {
        let calls = vec![
            ("add ", "addBook", json!({ "title": "The Left Hand of Darkness" })),
            ("reading list", "listBooks", json!({})),
        ];
        let model = StubModel::start(Script::Heed { calls, then: "Done:" }).await;
        let (bookshelf, home, ports) = (Bookshelf::start().await, Home::new(), Ports::claim());
        home.write("cordboard.toml", format!("allow_origins = ['{}']\n{}", bookshelf.origin(), model.config()));
        let server = home.demo(&ports).await;
        Self { _home: home, _ports: ports, server, bookshelf, _model: model }
    }

    async fn open(&self, page: &Page, path: &str) {
        page.open(&format!("{}{path}", self.server.base)).await;
    }

    /// Whoever is signed in leaves, and somebody else comes.
    async fn change_to(&self, page: &Page, login: &str) {
        self.leave(page).await;
        page.fill("#login", login).await;
        page.fill("#password", PASSWORD).await;
        page.press("Sign in").await;
        in_a_chat(page).await;
    }

    async fn leave(&self, page: &Page) {
        self.open(page, "/").await;
        page.press("Sign out").await;
        page.wait_until("location.pathname === '/sign-in'").await;
    }
}

async fn in_a_chat(page: &Page) {
    page.wait_until("location.pathname.startsWith('/conversations/')").await;
}

async fn gone(page: &Page, text: &str) {
    page.wait_until(&format!("!document.body.innerText.includes({})", json!(text))).await;
}

#[tokio::test]
async fn a_plugin_lives_from_its_developer_to_everybody() {
    let scene = Scene::start().await;
    visit("life", async |page| {
        page.on_a_desk().await;
        everybody_joins(page, &scene).await;
        let (home, link) = dora_develops(page, &scene).await;
        let detail = home.replace("/develop/", "/plugins/");
        finn_joins_by_link(page, &scene, &link).await;
        rita_approves(page, &scene, Some("review")).await;
        uma_finds_it(page, &scene, &detail).await;
        uma_uses_it(page, &scene).await;

        scene.bookshelf.learn_to_clear();
        dora_refreshes(page, &scene, &home).await;
        accepts(page, &scene, "finn", &detail).await;
        scene.change_to(page, "uma").await;
        scene.open(page, "/store?q=bookshelf").await;
        page.reads("No plugin has all the words").await;
        scene.open(page, &detail).await;
        page.reads("out of the store until it is reviewed again").await;

        scene.change_to(page, "dora").await;
        submit(page, &scene, &home).await;
        page.reads("Reviewers look at the findings").await;
        rita_approves(page, &scene, None).await;
        accepts(page, &scene, "uma", &detail).await;
        scene.open(page, "/store?q=bookshelf").await;
        page.reads("1 person in 30 days").await;
        elsewhere(page, &scene).await;
    })
    .await;
}

/// The owner invites everybody, and each chooses a login and a password.
async fn everybody_joins(page: &Page, scene: &Scene) {
    page.open(&scene.server.link).await;
    in_a_chat(page).await;
    let people = [("Dora", "developer"), ("Rita", "reviewer"), ("Finn", "user"), ("Uma", "user")];
    let mut links = Vec::new();
    for (name, role) in people {
        scene.open(page, "/people").await;
        page.fill("#note", name).await;
        page.choose("#role", role).await;
        page.press("Make an invitation link").await;
        links.push((name, page.text(".secret").await));
    }
    page.document("people").await;
    for (name, link) in links {
        scene.leave(page).await;
        page.open(&link).await;
        page.fill("#login", &name.to_lowercase()).await;
        page.fill("#name", name).await;
        page.fill("#password", PASSWORD).await;
        page.press("Create my account").await;
        in_a_chat(page).await;
    }
}

/// Registers, looks, shares, and submits once the domain is verified. Gives the plugin's page and a link to share it.
async fn dora_develops(page: &Page, scene: &Scene) -> (String, String) {
    scene.change_to(page, "dora").await;
    scene.open(page, "/develop").await;
    page.fill("#address", &scene.bookshelf.address).await;
    page.press("Register").await;
    page.reads("What a model sees").await;
    let home = page.path().await;
    for text in
        ["Findings (2)", "legal_info_url", "x-cordboard-examples", "type addBook", "Not verified yet", "0 of 15 people"]
    {
        page.reads(text).await;
    }
    page.document("develop").await;

    page.fill("#login", "uma").await;
    page.press("Share").await;
    page.reads("1 of 15 people").await;
    page.press("Take it back").await;
    page.reads("0 of 15 people").await;
    page.press("Make a link").await;
    let link = page.text("[aria-labelledby=sharing] .panel code").await;

    submit(page, scene, &home).await;
    page.reads("The domain is not verified").await;
    let token = page.text("[aria-labelledby=domain] .meta code").await;
    scene.bookshelf.publish_token(token);
    scene.open(page, &home).await;
    // Nobody presses anything: the page watches what the plugin publishes.
    page.reads("Domain verified").await;
    submit(page, scene, &home).await;
    page.reads("Reviewers look at the findings").await;
    (home, link)
}

async fn submit(page: &Page, scene: &Scene, home: &str) {
    scene.open(page, home).await;
    page.choose("#category", "Productivity").await;
    page.fill("#must-call", MUST_CALL).await;
    page.fill("#must-not-call", MUST_NOT_CALL).await;
    page.press("Submit for review").await;
}

async fn finn_joins_by_link(page: &Page, scene: &Scene, link: &str) {
    scene.change_to(page, "finn").await;
    page.open(link).await;
    page.reads("Nobody reviewed this plugin").await;
    page.press("Join and install").await;
    page.button("Remove").await;
}

async fn rita_approves(page: &Page, scene: &Scene, picture: Option<&str>) {
    scene.change_to(page, "rita").await;
    scene.open(page, "/reviews").await;
    page.follow(NAME).await;
    page.reads("8 of 8 went as they must").await;
    match picture {
        Some(picture) => {
            page.show("#requests").await;
            page.document(picture).await;
        }
        None => page.reads("It can do more than what was approved").await,
    }
    page.press("Approve").await;
    // An earlier approval is told on the page before, too.
    page.wait_until("![...document.querySelectorAll('button')].some(each => each.innerText === 'Approve')").await;
    page.reads("Approved by Rita").await;
}

/// Finds it by typing, and installs it.
async fn uma_finds_it(page: &Page, scene: &Scene, detail: &str) {
    scene.change_to(page, "uma").await;
    scene.open(page, "/store").await;
    page.reads("7 plugins").await;
    page.document("store").await;
    page.fill("#q", "books read").await;
    page.wait_until("document.getElementById('results').dataset.count.startsWith('1 plugin for')").await;
    page.follow(NAME).await;
    page.press("Install").await;
    page.button("Remove").await;
    assert_eq!(page.path().await, detail);
    page.document("plugin").await;
}

/// Switches it on, asks, and allows the call.
async fn uma_uses_it(page: &Page, scene: &Scene) {
    scene.open(page, "/").await;
    page.switch_on(NAME).await;
    page.document("plugins-menu").await;
    page.type_on_page(&char::from(Key::Escape).to_string()).await;
    page.say(WISH).await;
    let card = page.text(CARD).await;
    assert!(card.contains(NAME), "{card}");
    assert!(page.arguments().await.contains("The Left Hand of Darkness"));
    assert_eq!(scene.bookshelf.books().len(), 1, "nothing is sent before she allows it");
    page.press("Allow once").await;
    let answer = page.answer().await;
    assert!(answer.contains("The Left Hand of Darkness"), "{answer}");
    assert_eq!(scene.bookshelf.books().len(), 2);
}

async fn dora_refreshes(page: &Page, scene: &Scene, home: &str) {
    scene.change_to(page, "dora").await;
    scene.open(page, home).await;
    page.reads("Refreshing makes it a new version").await;
    page.press("Refresh now").await;
    page.reads("Out of the store since it changed").await;
}

/// Somebody who has the plugin sees what changed, and accepts it.
async fn accepts(page: &Page, scene: &Scene, login: &str, detail: &str) {
    scene.change_to(page, login).await;
    scene.open(page, "/plugins").await;
    page.reads("An update waits").await;
    scene.open(page, detail).await;
    for text in ["It can do more", "clearBooks", "every call asks you first"] {
        page.reads(text).await;
    }
    if login == "uma" {
        page.document("update").await;
        page.on_a_screen(390, 844, 1).await;
        page.fits_its_width().await;
        page.on_a_desk().await;
    }
    page.press("Accept the update").await;
    gone(page, "An update waits").await;
    page.button("Remove").await;
}

/// Other pages, other light and another screen.
async fn elsewhere(page: &Page, scene: &Scene) {
    scene.open(page, "/account").await;
    page.reads("Your account").await;
    page.document("account").await;
    page.in_the_dark().await;
    scene.open(page, "/store").await;
    page.reads("7 plugins").await;
    page.document("store-dark").await;
    page.by_day().await;
    // A phone with few dots, which keeps the picture small.
    page.on_a_screen(390, 844, 1).await;
    scene.open(page, "/store").await;
    page.reads("7 plugins").await;
    page.document("store-phone").await;
    for path in ["/account", "/plugins", "/sign-in"] {
        scene.open(page, path).await;
        page.fits_its_width().await;
    }
}
