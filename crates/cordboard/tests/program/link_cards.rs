//! Cards of the links in an answer, as a browser shows them.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Html;
use axum::routing::get;
use cordboard_samples::{Sample, spawn};
use fantoccini::key::Key;
use serde_json::json;

use crate::axe::judge;
use crate::browser::visit;
use crate::http::{get_bytes, get_json};
use crate::page::Page;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};
use crate::stub_plugin::{MANIFEST, SPEC, StubPlugin};

const VASA: &str = "<title>Vasa | Ships</title><meta property='og:site_name' content='Vrak Museum'>\
                    <meta property='og:title' content='Vasa, a warship of 1628'><meta property='og:image' content='/vasa.png'>\
                    <meta property='og:description' content='She sailed for twenty minutes before she heeled over in a gust \
                    and sank, within sight of the quay. Three centuries later she was raised.'>";
const BATAVIA: &str = "<title>Batavia: built again with the tools of her time</title>";
/// How often something in an answer moved by itself since the page was loaded.
const SHIFTS: &str = "new Promise((told) => {
    let count = 0;
    const isAnswer = ({ node }) => node?.parentElement?.closest('.answer');
    const add = (shift) => (count += shift.sources.some(isAnswer) ? 1 : 0);
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(add));
    observer.observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => told(count), 200);
})";
const INVENTED: &str = "The best of all is at <https://ships.example/invented>.\n\n";

/// A plugin that returns links, with the pages to which they lead.
struct Scene {
    _home: Home,
    _ships: StubPlugin,
    _model: StubModel,
    server: Server,
}

impl Scene {
    async fn set() -> Self {
        let picture = picture().await;
        let routes = Router::new()
            .route("/ships", get(ships))
            .route("/vasa", get(async || Html(VASA)))
            .route("/vasa.png", get(async move || ([(header::CONTENT_TYPE, "image/png")], picture)))
            .route("/batavia", get(async || Html(BATAVIA)))
            .route("/slow", get(std::future::pending::<()>))
            .route("/sunk", get(async || (StatusCode::GONE, Html(VASA))));
        let ships = StubPlugin::start_with(SPEC, |_| MANIFEST.to_owned(), routes).await;
        let model = StubModel::start(Script::Call { tool: "listShips", arguments: json!({}), then: INVENTED }).await;
        let (home, origin) = (Home::new(), ships.origin());
        home.write("cordboard.toml", model.config());
        home.run(&["plugin", "add", &origin]).await.expect(0);
        let server = home.serve(&["serve", "--listen", "127.0.0.1:0", "--allow-origin", &origin]).await;
        Self { _home: home, _ships: ships, _model: model, server }
    }
}

/// Four links, the last two to a page that does not come and one that is gone.
async fn ships(headers: HeaderMap) -> String {
    let host = headers[header::HOST].to_str().unwrap_or_default();
    ["vasa", "batavia", "slow", "sunk"].map(|path| format!("- http://{host}/{path} ")).join("\n")
}

/// A picture as a sample draws it.
async fn picture() -> Vec<u8> {
    let hotels = spawn(Sample::Hotels, 0).await.expect("a sample on a free port");
    let known = get_json(&format!("{}/hotels?city=Paris&nights=2", hotels.origin())).await;
    get_bytes(known["hotels"][0]["image_url"].as_str().expect("a picture")).await
}

#[tokio::test]
async fn returned_links_become_cards_and_bad_pages_stay_plain_links() {
    let scene = Scene::set().await;
    visit("link-cards", async |page| {
        page.on_a_desk().await;
        page.open(&scene.server.link).await;
        page.switch_on("Ships").await;
        page.type_on_page(&char::from(Key::Escape).to_string()).await;
        page.say("Which ships can I look at?").await;
        let answer = page.answer().await;
        assert!(answer.contains("ships.example/invented"), "{answer}");
        filled(page).await;
        assert_eq!(page.evaluate(SHIFTS).await, 0, "nothing moved");
        assert!(!page.text(".link-card:last-of-type").await.contains("Vasa"), "a page that is gone says nothing");
        judge(page).await;
        page.document("link-card").await;
        page.in_the_dark().await;
        judge(page).await;
        page.photograph("link-card-dark").await;
        page.reload().await;
        filled(page).await;
        assert_eq!(page.evaluate(SHIFTS).await, 0, "nothing moved");
        page.on_a_phone().await;
        page.fits_its_width().await;
        page.photograph("link-card-phone").await;
    })
    .await;
}

/// Waits for the cards of the two pages that can be had, with the picture of one.
async fn filled(page: &Page) {
    page.show(".link-card:last-of-type").await;
    page.wait_until("document.querySelectorAll('.link-card.filled').length === 2").await;
    page.wait_until("document.querySelector('.link-card img').naturalWidth > 0").await;
    page.wait_until("document.querySelector('[data-card]') === null").await;
    for text in ["Vasa, a warship of 1628", "Vrak Museum · 127.0.0.1", "Batavia: built again"] {
        page.reads(text).await;
    }
    let links = page.evaluate("[...document.querySelectorAll('.link-card a')].map((link) => link.pathname)").await;
    assert_eq!(links, json!(["/vasa", "/batavia", "/slow", "/sunk"]));
}
