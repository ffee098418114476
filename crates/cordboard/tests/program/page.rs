//! What a person does with the pages, and what they see there.

use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tokio::time::{Instant, interval};

use crate::browser::{GLANCE, devtools, documented, picture};
use crate::program::PATIENCE;

/// The last message's answer once it is whole.
pub(crate) const ANSWERED: &str = "#turns > .turn:last-child .status[data-state=answered]";
/// A card that waits for a decision.
pub(crate) const CARD: &str = ".confirmation";

/// A browser's only tab.
pub(crate) struct Page {
    pub(crate) client: Client,
}

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.expect("the page opens again");
    }

    /// Such as `/plugins`.
    pub(crate) async fn path(&self) -> String {
        self.client.current_url().await.expect("the page has an address").path().to_owned()
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, css: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE).every(GLANCE);
        wait.for_element(Locator::Css(css)).await.unwrap_or_else(|error| panic!("`{css}` does not come: {error}"))
    }

    /// Waits for a button with these words.
    pub(crate) async fn button(&self, words: &str) -> Element {
        let path = format!("//button[normalize-space()='{words}']");
        let wait = self.client.wait().at_most(PATIENCE).every(GLANCE);
        wait.for_element(Locator::XPath(&path)).await.unwrap_or_else(|error| panic!("no button `{words}`: {error}"))
    }

    pub(crate) async fn click(&self, css: &str) {
        self.click_on(self.find(css).await).await;
    }

    pub(crate) async fn press(&self, words: &str) {
        self.click_on(self.button(words).await).await;
    }

    /// Waits for the link that holds these words, and follows it.
    pub(crate) async fn follow(&self, words: &str) {
        let path = format!("//a[contains(., '{words}')]");
        let wait = self.client.wait().at_most(PATIENCE).every(GLANCE);
        let link = wait.for_element(Locator::XPath(&path)).await;
        self.click_on(link.unwrap_or_else(|error| panic!("no link `{words}`: {error}"))).await;
    }

    /// Clicks as a person does, who first scrolls what they click from under the bars, and waits until a card accepts it.
    async fn click_on(&self, element: Element) {
        self.scroll_to(&element).await;
        self.rest_on(&element).await;
        element.click().await.expect("the element can be clicked");
    }

    /// Moves the pointer onto a button of a card and waits until it accepts a decision.
    pub(crate) async fn rest_on(&self, element: &Element) {
        let handle = serde_json::to_value(element).expect("an element has a handle");
        let ask =
            async |script: &str| self.client.execute(script, vec![handle.clone()]).await.expect("the page answers");
        if ask("return arguments[0].matches('.confirmation button, .together button')").await != json!(true) {
            return;
        }
        let to = |x| PointerAction::MoveToElement { element: element.clone(), duration: None, x, y: 0.0 };
        // Two places, as a pointer that is there already would not move.
        let moves = MouseActions::new("mouse".to_owned()).then(to(4.0)).then(to(0.0));
        self.client.perform_actions(moves).await.expect("the pointer moves");
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = interval(GLANCE);
        while ask("return arguments[0].hasAttribute('aria-disabled')").await == json!(true) {
            assert!(Instant::now() < deadline, "the card does not accept a decision");
            ticks.tick().await;
        }
    }

    /// Presses and releases the button of the mouse where the pointer is.
    pub(crate) async fn click_in_place(&self) {
        let click = MouseActions::new("mouse".to_owned())
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(click).await.expect("the mouse clicks");
    }

    /// Scrolls an element into the middle of the screen.
    pub(crate) async fn show(&self, css: &str) {
        self.scroll_to(&self.find(css).await).await;
    }

    async fn scroll_to(&self, element: &Element) {
        let handle = serde_json::to_value(element).expect("an element has a handle");
        let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        self.client.execute(scroll, vec![handle]).await.expect("the page scrolls");
    }

    /// Writes into a field what a person types there, in place of what it holds.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        self.scroll_to(&field).await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(text).await.expect("the text can be typed");
    }

    /// Chooses in a list what has these words.
    pub(crate) async fn choose(&self, css: &str, words: &str) {
        self.find(css).await.select_by_label(words).await.expect("the list offers it");
    }

    /// Waits until a text can be read on the page.
    pub(crate) async fn reads(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = interval(GLANCE);
        loop {
            let shown = self.evaluate("document.body?.innerText ?? ''").await;
            let shown = shown.as_str().unwrap_or_default();
            if shown.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "`{text}` does not come on:\n{shown}");
            ticks.tick().await;
        }
    }

    /// What can be read in an element.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.expect("the element has a text")
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        self.client.find(Locator::Css(css)).await.is_ok()
    }

    /// What an expression in JavaScript gives.
    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        let script = format!("return ({expression})");
        self.client.execute(&script, Vec::new()).await.unwrap_or_else(|error| panic!("`{expression}`: {error}"))
    }

    /// Waits until an expression in JavaScript is true.
    pub(crate) async fn wait_until(&self, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = interval(GLANCE);
        while self.evaluate(expression).await != json!(true) {
            assert!(Instant::now() < deadline, "`{expression}` does not come true");
            ticks.tick().await;
        }
    }

    /// Switches a plugin on in the menu, and leaves the menu open.
    pub(crate) async fn switch_on(&self, plugin: &str) {
        if !self.has("#plugins-details[open]").await {
            self.click("#plugins-details > summary").await;
        }
        self.click(&format!("button[role=switch][aria-label='{plugin}'][aria-checked=false]")).await;
        self.find(&format!(".chips [aria-label='Switch off {plugin}']")).await;
        self.find(&format!("button[role=switch][aria-label='{plugin}'][aria-checked=true]")).await;
    }

    /// Types a message and sends it with Enter.
    pub(crate) async fn say(&self, message: &str) {
        let field = self.find("#message").await;
        field.send_keys(message).await.expect("the message can be typed");
        field.send_keys(&char::from(Key::Enter).to_string()).await.expect("Enter can be pressed");
    }

    /// Presses keys with nothing in focus.
    pub(crate) async fn type_on_page(&self, keys: &str) {
        self.evaluate("document.activeElement.blur()").await;
        self.find("body").await.send_keys(keys).await.expect("keys can be pressed");
    }

    /// Presses keys where the focus is.
    pub(crate) async fn type_in_focus(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("keys can be pressed");
    }

    /// Waits for the whole answer to the last message, and gives its text.
    pub(crate) async fn answer(&self) -> String {
        self.find(ANSWERED).await;
        self.text("#turns > .turn:last-child .answer").await
    }

    /// The page in a window of the size that the documentation's pictures have.
    pub(crate) async fn on_a_desk(&self) {
        self.on_a_screen(1180, 800, 1).await;
    }

    /// The page as a telephone shows it.
    pub(crate) async fn on_a_phone(&self) {
        self.on_a_screen(390, 844, 2).await;
    }

    /// A page of this width and height, with so many dots for each of its pixels.
    pub(crate) async fn on_a_screen(&self, width: u32, height: u32, dots: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": dots, "mobile": width < 800 });
        devtools(&self.client, "Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// The page in the dark.
    pub(crate) async fn in_the_dark(&self) {
        self.in_light("dark").await;
    }

    /// The page by day again.
    pub(crate) async fn by_day(&self) {
        self.in_light("light").await;
    }

    async fn in_light(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        devtools(&self.client, "Emulation.setEmulatedMedia", features).await;
    }

    /// Fails if the page is wider than the screen.
    pub(crate) async fn fits_its_width(&self) {
        let widths = self.evaluate("[document.documentElement.scrollWidth, window.innerWidth]").await;
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "the page scrolls sideways: {widths}");
    }

    /// What stands in the fields of the card that waits.
    pub(crate) async fn arguments(&self) -> String {
        let fields = "[...document.querySelectorAll(\".confirmation [name^='argument.']\")]";
        let values = self.evaluate(&format!("{fields}.map((field) => field.value).join(' ')")).await;
        values.as_str().unwrap_or_default().to_owned()
    }

    /// Puts a picture of the page into `target/screenshots`.
    pub(crate) async fn photograph(&self, name: &str) {
        let bytes = self.client.screenshot().await.expect("a picture");
        std::fs::write(picture(name), bytes).expect("the picture can be written");
    }

    /// Puts a picture for the documentation where `cargo xtask screenshots` wants it, and beside the others otherwise.
    pub(crate) async fn document(&self, name: &str) {
        self.fits_its_width().await;
        let bytes = self.client.screenshot().await.expect("a picture");
        std::fs::write(documented(name), bytes).expect("the picture can be written");
    }
}
