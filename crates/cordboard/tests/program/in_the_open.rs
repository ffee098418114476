//! What people see of calls before, while and after they are made, in a browser.

use axum::Router;
use axum::extract::RawQuery;
use axum::routing::get;
use fantoccini::key::Key;
use serde_json::json;

use crate::axe::judge;
use crate::browser::visit;
use crate::chat::{Demo, HOTELS, PARIS, ask_for_milk, begin};
use crate::program::Home;
use crate::stub_model::{Script, StubModel};
use crate::stub_plugin::{MANIFEST, StubPlugin};

#[tokio::test]
async fn a_card_is_changed_and_what_stands_in_it_is_sent() {
    let demo = Demo::start().await;
    visit("card", async |page| {
        page.on_a_desk().await;
        ask_for_milk(page, &demo).await;
        page.reads("Cordboard checked:").await;
        page.fill("[name='argument.todo']", "oat milk").await;
        page.click(".confirmation .exact summary").await;
        page.wait_until("document.querySelector('.check').textContent.includes('oat milk')").await;
        page.document("confirmation").await;
        page.press("Allow once").await;
        page.answer().await;
        assert!(demo.todos().await.contains(&"oat milk".to_owned()));
        page.click(".call summary").await;
        page.reads("You changed: todo.").await;
        page.reads("openai-conversation-id").await;
        page.document("call").await;
    })
    .await;
}

#[tokio::test]
async fn a_developer_sees_what_happened_and_asks_again() {
    let demo = Demo::start().await;
    visit("panel", async |page| {
        page.on_a_desk().await;
        begin(page, &demo, HOTELS).await;
        page.say(PARIS).await;
        page.answer().await;
        page.find(".cited a").await;
        page.follow("What happened").await;
        page.find("#over[open]").await;
        page.reads("Called once.").await;
        judge(page).await;
        page.document("panel").await;
        page.type_on_page(&char::from(Key::Escape).to_string()).await;
        page.find("#over:not([open])").await;
        let panel = page.evaluate("document.querySelector('[data-over]').href").await;
        page.open(panel.as_str().expect("an address")).await;
        page.reads("Called once.").await;
        page.press("Ask again").await;
        page.reads("This time").await;
        page.show("#replay").await;
        page.document("replay").await;
        judge(page).await;
    })
    .await;
}

const SPEC: &str = "openapi: 3.0.1\ninfo: {title: Ships, version: v1}\npaths:\n  /ships:\n    get:\n      operationId: listShips\n      \
    summary: List ships\n      parameters:\n        - {name: near, in: query, x-cordboard-personal: city, description: To list \
    the harbour near you first, schema: {type: string}}\n      responses: {'200': {description: Ships}}\n";

#[tokio::test]
async fn a_plugin_learns_a_city_only_with_consent_and_the_privacy_page_tells() {
    let api = Router::new()
        .route("/ships", get(async |RawQuery(query): RawQuery| format!("[\"Vasa {}\"]", query.unwrap_or_default())));
    let plugin = StubPlugin::start_with(SPEC, |_| MANIFEST.to_owned(), api).await;
    let model = StubModel::start(Script::Call { tool: "listShips", arguments: json!({}), then: "Ships:" }).await;
    let home = Home::new();
    home.write("cordboard.toml", model.config());
    let server = home.serve(&["serve", "--listen", "127.0.0.1:0", "--allow-origin", &plugin.origin()]).await;
    visit("consent", async |page| {
        page.on_a_desk().await;
        page.open(&server.link).await;
        page.find("#message").await;
        page.open(&format!("{}/develop", server.base)).await;
        page.fill("[name=address]", &plugin.origin()).await;
        page.press("Register").await;
        page.reads("Lists ships.").await;
        page.open(&server.base).await;
        page.switch_on("Ships").await;
        page.say("Which ships are there?").await;
        page.reads("asks for something about you").await;
        page.fill(".confirmation [name=city]", "Stockholm").await;
        judge(page).await;
        page.document("consent").await;
        page.press("Allow").await;
        page.reads("Nothing is ticked").await;
        page.click(".confirmation [name='share.city']").await;
        page.press("Allow").await;
        assert!(page.answer().await.contains("Vasa near=Stockholm"));
        page.open(&format!("{}/privacy", server.base)).await;
        page.reads("learns your city").await;
        page.choose("#country", "Sweden").await;
        page.click("#place button").await;
        page.choose("#subdivision", "Stockholms län").await;
        page.click("#place button").await;
        page.reads("with every call").await;
        page.document("privacy").await;
        page.click("#consents button").await;
        page.reads("No plugin has asked for anything about you.").await;
    })
    .await;
}
