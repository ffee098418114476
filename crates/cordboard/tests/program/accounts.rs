//! Samples that want to know who is calling, in a browser: consent at the hotels, a key for the notebook, and the quotes
//! for which a newcomer does nothing.

use std::time::Duration;

use cordboard_samples::{Clock, RunningSample, Sample, Setup, spawn_with};
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::visit;
use crate::page::Page;
use crate::ports::Ports;
use crate::program::{Home, Server};
use crate::stub_model::{Script, StubModel};

const HOTELS: &str = "Nightcord Hotels";
const BOOKING: &str = "Get me two nights at Maison Tilleul, it's for Anna Berger";
/// Enough for the booking that waits for the token, since a token is renewed 20 seconds before it runs out.
const SHORT_LIFE: Duration = Duration::from_secs(30);

/// A model that calls what a message has a word of, in a home.
async fn obedient(home: &Home, more: &str) -> StubModel {
    let booking = json!({ "hotel": "Maison Tilleul", "nights": 2, "guest_name": "Anna Berger" });
    let calls = vec![
        ("Get me", "bookHotel", booking),
        ("notebook", "addNote", json!({ "text": "the gate code is 4711" })),
        ("quote", "findQuotes", json!({ "about": "courage" })),
    ];
    let model = StubModel::start(Script::Heed { calls, then: "Done:" }).await;
    home.write("cordboard.toml", format!("{more}\n{}", model.config()));
    model
}

/// Opens a chat with one plugin.
async fn begin(page: &Page, server: &Server, plugin: &str) {
    page.open(&server.base).await;
    page.switch_on(plugin).await;
    page.type_on_page(&char::from(Key::Escape).to_string()).await;
}

/// Asks for a room, agrees to the call, and makes an account at the hotels on the way.
async fn book_with_new_account(page: &Page, hotels: &str) {
    page.say(BOOKING).await;
    page.press("Allow once").await;
    page.reads("Nightcord Hotels needs to know who you are").await;
    page.reads(&format!("your account at {hotels}")).await;
    page.show(".confirmation").await;
    page.document("connect-card").await;
    page.follow("Connect").await;
    page.press(&format!("Continue to {hotels}")).await;
    page.reads("Your account at Nightcord Hotels").await;
    page.follow("New account").await;
    page.fill("#name", "anna.b").await;
    page.fill("#password", "long enough").await;
    page.press("New account").await;
    page.reads("Let Cordboard book for you?").await;
    page.reads("You are signed in as anna.b").await;
    page.photograph("consent").await;
    page.press("Allow").await;
    page.wait_until("location.pathname.startsWith('/conversations/')").await;
}

#[tokio::test]
async fn a_newcomer_books_with_a_new_account_and_the_turn_goes_on_by_itself() {
    let (home, ports) = (Home::new(), Ports::claim());
    let server = home.demo(&ports).await;
    visit("booking", async |page| {
        page.on_a_desk().await;
        page.open(&server.link).await;
        begin(page, &server, HOTELS).await;
        book_with_new_account(page, &format!("http://127.0.0.1:{}", ports.sample(1))).await;
        let answer = page.answer().await;
        assert!(answer.contains("booked by: anna.b") && answer.contains("296 EUR"), "{answer}");
        page.open(&format!("{}/connections", server.base)).await;
        page.reads("bookings").await;
        page.click("form[action$='/remove'] button").await;
        page.reads("was told").await;
    })
    .await;
}

#[tokio::test]
async fn who_does_not_agree_books_nothing() {
    let (home, ports) = (Home::new(), Ports::claim());
    let _model = obedient(&home, "").await;
    let server = home.demo(&ports).await;
    visit("no-consent", async |page| {
        page.open(&server.link).await;
        page.open(&format!("{}/connections", server.base)).await;
        page.follow("Connect").await;
        page.press(&format!("Continue to http://127.0.0.1:{}", ports.sample(1))).await;
        page.follow("New account").await;
        page.fill("#name", "bert").await;
        page.fill("#password", "long enough").await;
        page.press("New account").await;
        page.press("Deny").await;
        page.reads("You did not agree at the plugin's page, so nothing was connected").await;
    })
    .await;
}

#[tokio::test]
async fn a_notebook_opens_with_a_key_and_quotes_come_without_any_setup() {
    let (home, ports) = (Home::new(), Ports::claim());
    let _model = obedient(&home, "").await;
    let server = home.demo(&ports).await;
    visit("keys", async |page| {
        page.open(&server.link).await;
        page.open(&format!("http://127.0.0.1:{}", ports.sample(5))).await;
        page.press("Make a key").await;
        let key = page.text("#key").await;
        begin(page, &server, "Notebook").await;
        page.say("Write into my notebook: the gate code is 4711").await;
        page.press("Allow once").await;
        page.reads("Notebook needs to know who you are").await;
        page.follow("Connect").await;
        page.fill("#key", &key).await;
        page.press("Connect").await;
        page.wait_until("location.pathname.startsWith('/conversations/')").await;
        let answer = page.answer().await;
        assert!(answer.contains("the gate code is 4711"), "{answer}");
        begin(page, &server, "Invented Quotes").await;
        page.say("A quote on courage, please").await;
        let answer = page.answer().await;
        assert!(answer.contains("Courage is fear that has an appointment."), "{answer}");
        page.open(&format!("{}/develop", server.base)).await;
        page.follow("Invented Quotes").await;
        page.reads("Domain verified").await;
    })
    .await;
}

/// A server whose owner develops a plugin that runs elsewhere, and the hotels with tokens that soon run out.
async fn developer_s_server(home: &Home) -> (Server, RunningSample, StubModel) {
    let setup = Setup { access_life: SHORT_LIFE, ..Setup::new(Clock::system()) };
    let hotels = spawn_with(Sample::Hotels, 0, setup).await.expect("a sample on a free port");
    let model = obedient(home, &format!("allow_origins = ['{}']", hotels.origin())).await;
    let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
    (server, hotels, model)
}

/// Registers the hotels, and Cordboard as a client there.
async fn register(page: &Page, server: &Server, hotels: &RunningSample) {
    page.open(&server.link).await;
    page.open(&format!("{}/develop", server.base)).await;
    page.fill("#address", hotels.origin()).await;
    page.press("Register").await;
    page.reads("The redirect address to register there, exactly").await;
    let redirect = page.text("[aria-labelledby=needs] .panel pre code").await;
    let client = hotels.setup().clients.register("Cordboard", [redirect.parse().expect("an address")]);
    page.fill("#client-id-1", &client.id).await;
    page.fill("#client-secret-1", &client.secret).await;
    page.click("[aria-labelledby=needs] form[action$='/client'] button").await;
    page.wait_until("document.querySelector('#client-id-1')?.defaultValue.startsWith('client-')").await;
}

/// How many secrets the only connection has had.
async fn generations(home: &Home) -> Value {
    let stored = home.run(&["export", "--user", "owner"]).await.expect(0).json();
    stored["connections"][0]["generation"].clone()
}

#[tokio::test]
async fn a_token_that_runs_out_is_renewed_once_and_the_booking_works() {
    let home = Home::new();
    let (server, hotels, _model) = developer_s_server(&home).await;
    visit("renewal", async |page| {
        register(page, &server, &hotels).await;
        begin(page, &server, HOTELS).await;
        book_with_new_account(page, hotels.origin()).await;
        let answer = page.answer().await;
        assert!(answer.contains("anna.b") && answer.contains("NC-1001"), "{answer}");
        assert_eq!(generations(&home).await, json!(1));
        tokio::time::sleep(SHORT_LIFE).await;
        page.say(BOOKING).await;
        page.press("Allow once").await;
        page.reads("NC-1002").await;
        let answer = page.answer().await;
        assert!(answer.contains("anna.b"), "{answer}");
        assert_eq!(generations(&home).await, json!(2));
    })
    .await;
}
