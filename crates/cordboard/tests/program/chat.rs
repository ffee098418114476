//! The demo in a browser, with the built-in model: what a newcomer does in the first ten minutes.

use fantoccini::key::Key;
use serde_json::Value;

use crate::browser::visit;
use crate::http::get_json;
use crate::page::{CARD, Page};
use crate::ports::Ports;
use crate::program::{Home, Server};
use crate::terminal::todos;

pub(crate) const HOTELS: &str = "Nightcord Hotels";
const TODO: &str = "TODO list";
pub(crate) const PARIS: &str = "Where should I stay in Paris for a couple nights?";
const MILK: &str = "Add buy milk to my list";

/// The demo with its folder and its ports, which outlive a restart.
pub(crate) struct Demo {
    home: Home,
    ports: Ports,
    pub(crate) server: Server,
}

impl Demo {
    pub(crate) async fn start() -> Self {
        let (home, ports) = (Home::new(), Ports::claim());
        let server = home.demo(&ports).await;
        Self { home, ports, server }
    }

    /// The server dies and is started again.
    async fn power_cut(&mut self) {
        self.server.kill().await;
        self.server = self.home.demo(&self.ports).await;
    }

    fn hotels(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.sample(1))
    }

    /// What the sample's list holds.
    pub(crate) async fn todos(&self) -> Vec<String> {
        todos(&format!("http://127.0.0.1:{}", self.ports.sample(2))).await
    }
}

/// Signs in and opens a chat with one plugin.
pub(crate) async fn begin(page: &Page, demo: &Demo, plugin: &str) {
    page.open(&demo.server.link).await;
    page.switch_on(plugin).await;
    page.type_on_page(&char::from(Key::Escape).to_string()).await;
}

/// Asks for an item on the list and waits for the card.
pub(crate) async fn ask_for_milk(page: &Page, demo: &Demo) {
    begin(page, demo, TODO).await;
    page.say(MILK).await;
    page.find(CARD).await;
}

#[tokio::test]
async fn a_question_is_answered_with_hotels_from_the_plugin() {
    let demo = Demo::start().await;
    visit("hotels", async |page| {
        page.open(&demo.server.link).await;
        assert!(page.path().await.starts_with("/conversations/"), "the link leads into a chat");
        page.photograph("empty").await;
        page.switch_on(HOTELS).await;
        page.photograph("plugins-menu").await;
        page.type_on_page(&char::from(Key::Escape).to_string()).await;
        assert!(!page.has("#plugins-details[open]").await, "Escape closes the menu");
        page.say(PARIS).await;
        let answer = page.answer().await;
        page.show(".answer img").await;
        page.wait_until("document.querySelector('.answer img').naturalWidth > 0").await;
        page.photograph("answer").await;
        let known = get_json(&format!("{}/hotels?city=Paris&nights=2", demo.hotels())).await;
        for hotel in known["hotels"].as_array().expect("hotels") {
            let name = hotel["name"].as_str().expect("a name");
            assert!(answer.contains(name), "`{name}` is missing in: {answer}");
        }
        let line = page.text(".call[data-state=answered] summary").await;
        assert!(line.starts_with("Used Nightcord Hotels · searchHotels · "), "{line}");
        page.click(".call summary").await;
        let request = page.text(".call details[open] pre").await;
        let (line, headers) = request.split_once('\n').unwrap_or((&request, ""));
        assert_eq!(line, format!("GET {}/hotels?city=Paris&nights=2", demo.hotels()));
        assert!(headers.contains("openai-ephemeral-user-id: "), "as it was sent: {request}");
        page.photograph("call").await;
    })
    .await;
}

#[tokio::test]
async fn a_call_that_changes_something_is_sent_after_allow_once() {
    let demo = Demo::start().await;
    visit("allow", async |page| {
        ask_for_milk(page, &demo).await;
        let card = page.text(CARD).await;
        let host = format!("127.0.0.1:{}", demo.ports.sample(2));
        for part in [TODO, &host, "POST · addTodo", "Nothing has been sent"] {
            assert!(card.contains(part), "`{part}` is missing in: {card}");
        }
        assert_eq!(page.arguments().await, "buy milk");
        page.photograph("card").await;
        assert_eq!(demo.todos().await, Vec::<String>::new());
        page.press("Allow once").await;
        let answer = page.answer().await;
        page.photograph("card-allowed").await;
        assert!(answer.contains("buy milk") && answer.contains("Used TODO list"), "{answer}");
        assert_eq!(demo.todos().await, ["buy milk"]);
        assert!(!page.has(CARD).await, "the card has folded");
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_declined_is_never_sent() {
    let demo = Demo::start().await;
    visit("decline", async |page| {
        ask_for_milk(page, &demo).await;
        page.press("Decline").await;
        page.answer().await;
        let line = page.text(".call[data-state=declined] summary").await;
        assert!(line.starts_with("Declined: "), "{line}");
        page.photograph("card-declined").await;
        assert!(!page.has(CARD).await, "the card has folded");
        assert_eq!(demo.todos().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_card_survives_a_power_cut_and_is_acted_on_once() {
    let mut demo = Demo::start().await;
    visit("power-cut", async |page| {
        ask_for_milk(page, &demo).await;
        demo.power_cut().await;
        page.reload().await;
        page.find(CARD).await;
        assert_eq!(page.arguments().await, "buy milk");
        page.press("Allow once").await;
        page.answer().await;
        assert_eq!(demo.todos().await, ["buy milk"]);
        page.reload().await;
        page.answer().await;
        assert_eq!(demo.todos().await, ["buy milk"]);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_stayed_open_through_a_power_cut_goes_on() {
    let mut demo = Demo::start().await;
    visit("reconnect", async |page| {
        ask_for_milk(page, &demo).await;
        demo.power_cut().await;
        page.wait_until("document.getElementById('connection').hidden").await;
        page.press("Allow once").await;
        page.answer().await;
        assert_eq!(demo.todos().await, ["buy milk"]);
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_decides_and_a_reload_shows_the_same_page() {
    let demo = Demo::start().await;
    visit("keyboard", async |page| {
        ask_for_milk(page, &demo).await;
        let streamed = body(page).await;
        page.reload().await;
        assert_eq!(body(page).await, streamed, "with a card that waits");
        page.say("a").await;
        assert!(page.has(CARD).await, "a letter in the message field decides nothing");
        page.type_on_page("a").await;
        assert!(page.has(CARD).await, "nor does one with nothing in focus");
        page.evaluate("document.querySelector('.confirmation').focus()").await;
        page.wait_until("!document.querySelector('[data-key=a]').hasAttribute('aria-disabled')").await;
        page.type_in_focus("a").await;
        page.answer().await;
        assert_eq!(demo.todos().await, ["buy milk"]);
        let streamed = body(page).await;
        page.reload().await;
        assert_eq!(body(page).await, streamed, "with a whole answer");
    })
    .await;
}

/// The conversation as HTML.
async fn body(page: &Page) -> Value {
    page.evaluate("document.getElementById('turns').innerHTML").await
}

#[tokio::test]
async fn a_chat_is_called_something_found_again_put_away_and_deleted() {
    let demo = Demo::start().await;
    visit("chats", async |page| {
        begin(page, &demo, HOTELS).await;
        page.say(PARIS).await;
        page.answer().await;
        page.reload().await;
        page.click("#chat-menu > summary").await;
        page.fits_its_width().await;
        page.photograph("chat-menu").await;
        page.fill("#chat-title", "A trip").await;
        page.press("Rename").await;
        page.wait_until("document.title.startsWith('A trip')").await;
        page.follow("Search all chats").await;
        page.fill("#q", "nowhere at all").await;
        page.reads("Nothing found").await;
        page.fill("#q", "couple nights").await;
        page.wait_until("document.getElementById('results').dataset.count.startsWith('1 chat for')").await;
        page.photograph("chats").await;
        page.click("#results button").await;
        page.find("#empty").await;
        page.open(&format!("{}/conversations", demo.server.base)).await;
        page.reads("Archived").await;
        page.follow("A trip").await;
        page.click("#chat-menu > summary").await;
        page.click("#chat-menu .danger > summary").await;
        page.press("Delete this chat").await;
        page.find("#empty").await;
        page.open(&format!("{}/conversations", demo.server.base)).await;
        page.reads("No chats yet").await;
    })
    .await;
}

#[tokio::test]
async fn a_question_is_asked_again_and_taken_up_again() {
    let demo = Demo::start().await;
    visit("again", async |page| {
        begin(page, &demo, HOTELS).await;
        page.say(PARIS).await;
        page.answer().await;
        page.show(".after").await;
        page.photograph("after-answer").await;
        page.press("Copy").await;
        page.press("Copied").await;
        page.press("Edit").await;
        assert_eq!(page.evaluate("document.getElementById('message').value").await, PARIS);
        page.press("Ask again").await;
        page.wait_until("document.querySelector('.others span')?.textContent === '2 of 2'").await;
        page.answer().await;
        assert_eq!(page.evaluate("document.querySelectorAll('.said p').length").await, 1);
        page.document("branches").await;
        page.click(".others a").await;
        page.wait_until("document.querySelector('.others span')?.textContent === '1 of 2'").await;
        page.answer().await;
    })
    .await;
}

#[tokio::test]
async fn every_page_fits_a_phone_and_the_dark() {
    let demo = Demo::start().await;
    visit("phone", async |page| {
        page.on_a_phone().await;
        begin(page, &demo, HOTELS).await;
        page.fits_its_width().await;
        page.photograph("phone-empty").await;
        page.click("#plugins-details > summary").await;
        page.fits_its_width().await;
        page.photograph("phone-menu").await;
        page.type_on_page(&char::from(Key::Escape).to_string()).await;
        page.click("#chat-menu > summary").await;
        page.fits_its_width().await;
        page.photograph("phone-chat-menu").await;
        page.click("#plugins-details > summary").await;
        page.switch_on(TODO).await;
        page.type_on_page(&char::from(Key::Escape).to_string()).await;
        page.say(PARIS).await;
        page.answer().await;
        page.fits_its_width().await;
        page.photograph("phone-answer").await;
        page.click(".call summary").await;
        page.fits_its_width().await;
        page.say(MILK).await;
        page.find(CARD).await;
        page.fits_its_width().await;
        page.show(CARD).await;
        page.photograph("phone-card").await;
        page.in_the_dark().await;
        page.photograph("phone-dark").await;
        let ground = page.evaluate("getComputedStyle(document.body).backgroundColor").await;
        assert_eq!(ground, "rgb(26, 25, 24)", "the dark ground");
        plugin_pages(page, &demo).await;
    })
    .await;
}

/// The list of plugins and one plugin, on a phone and on a desktop.
async fn plugin_pages(page: &Page, demo: &Demo) {
    page.open(&format!("{}/plugins", demo.server.base)).await;
    page.fits_its_width().await;
    page.photograph("phone-dark-plugins").await;
    page.follow(HOTELS).await;
    page.find("table").await;
    page.fits_its_width().await;
    page.photograph("phone-dark-plugin").await;
}

#[tokio::test]
async fn the_pages_of_plugins_are_there_in_daylight_and_in_the_dark() {
    let demo = Demo::start().await;
    visit("plugins", async |page| {
        page.open(&demo.server.link).await;
        page.open(&format!("{}/plugins", demo.server.base)).await;
        page.fits_its_width().await;
        page.photograph("plugins").await;
        page.follow(TODO).await;
        let text = page.text("main").await;
        for part in ["addTodo", "POST /todos", "What the model is told", "type addTodo"] {
            assert!(text.contains(part), "`{part}` is missing in: {text}");
        }
        page.photograph("plugin").await;
        page.in_the_dark().await;
        page.open(&demo.server.base).await;
        page.photograph("dark-empty").await;
    })
    .await;
}
