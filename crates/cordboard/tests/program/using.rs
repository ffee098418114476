//! The conversation in other hands: without scripts, with the keyboard alone, with several calls that wait, and after
//! second thoughts.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::json;

use crate::axe::judge;
use crate::browser::{devtools, visit};
use crate::page::{ANSWERED, CARD, Page};
use crate::ships::Scene;
use crate::stub_model::Script;

/// Lists ships and adds them, as far as the person's words ask for it.
fn heed() -> Script {
    let calls = vec![("add", "addShip", json!({"name": "Batavia"})), ("Which", "listShips", json!({}))];
    Script::Heed { calls, then: "It says" }
}

/// Presses a key where the focus is.
async fn press(page: &Page, key: Key) {
    page.type_in_focus(&char::from(key).to_string()).await;
}

/// Presses Tab until what has the focus has these words, or this label.
async fn tab_to(page: &Page, words: &str) {
    const FOCUSED: &str = "document.activeElement === document.body ? '' : (document.activeElement.getAttribute('aria-label') ?? \
        (document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || '')).trim()";
    let mut passed = Vec::new();
    for _ in 0..60 {
        press(page, Key::Tab).await;
        passed.push(page.evaluate(FOCUSED).await);
        if passed[passed.len() - 1].as_str().is_some_and(|text| text.starts_with(words)) {
            let seen = "[document.activeElement.matches(':focus-visible'), getComputedStyle(document.activeElement).outlineStyle]";
            let seen = page.evaluate(seen).await;
            assert!(seen[0] == true && seen[1] != "none", "`{words}` does not show that it has the focus: {seen}");
            return;
        }
    }
    panic!("Tab does not lead to `{words}`, but to {passed:?}");
}

#[tokio::test]
async fn a_conversation_is_read_and_led_without_scripts() {
    let scene = Scene::set(heed()).await;
    visit("no-scripts", async |page| {
        page.on_a_desk().await;
        devtools(&page.client, "Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        page.open(&scene.server.link).await;
        page.click("#drawer > summary").await;
        page.reads("Search all chats").await;
        page.click("#plugins-details > summary").await;
        page.click("button[role=switch][aria-label=Ships]").await;
        page.find(".chips [aria-label='Switch off Ships']").await;
        page.fill("#message", "Which ships are there?").await;
        page.press("Send").await;
        until_answered(page).await;
        page.reads("It says").await;
        let offered = page.evaluate("getComputedStyle(document.querySelector('[data-copy]')).display").await;
        assert_eq!(offered, "none", "what takes a script is not offered");
        page.click(".call summary").await;
        page.reads("GET http").await;
        page.fill("#message", "Please add a ship").await;
        page.press("Send").await;
        until(page, CARD).await;
        page.photograph("no-scripts").await;
        page.fill("[name='argument.name']", "Vasa").await;
        page.press("Allow once").await;
        until_answered(page).await;
        page.click(".turn:last-child .call summary").await;
        page.reads("You changed: name.").await;
    })
    .await;
}

/// Loads the page anew until it has an element, as people do without scripts.
async fn until(page: &Page, css: &str) {
    for _ in 0..600 {
        if page.has(css).await {
            return;
        }
        page.reload().await;
    }
    panic!("`{css}` does not come");
}

async fn until_answered(page: &Page) {
    until(page, ANSWERED).await;
}

#[tokio::test]
async fn the_keyboard_alone_leads_through_a_conversation() {
    let scene = Scene::set(heed()).await;
    visit("keyboard-alone", async |page| {
        page.on_a_desk().await;
        page.open(&scene.server.link).await;
        page.wait_until("document.activeElement?.id === 'message'").await;
        page.evaluate("(document.activeElement.blur(), true)").await;
        tab_to(page, "Skip to the conversation").await;
        tab_to(page, "No plugins").await;
        press(page, Key::Enter).await;
        tab_to(page, "Ships").await;
        press(page, Key::Space).await;
        page.find("button[role=switch][aria-label=Ships][aria-checked=true]").await;
        assert_eq!(
            page.evaluate("document.activeElement.getAttribute('aria-label')").await,
            "Ships",
            "the focus stays"
        );
        press(page, Key::Escape).await;
        tab_to(page, "Message").await;
        page.type_in_focus("Please add a ship").await;
        press(page, Key::Enter).await;
        page.find(CARD).await;
        page.evaluate("(document.activeElement.blur(), true)").await;
        tab_to(page, "Allow once").await;
        page.wait_until("!document.activeElement.hasAttribute('aria-disabled')").await;
        press(page, Key::Enter).await;
        page.answer().await;
        let focused = page.evaluate("document.activeElement.closest('.call')?.className").await;
        assert_eq!(focused, "call", "the focus is on what became of the card");
        press(page, Key::Enter).await;
        page.reads("POST http").await;
    })
    .await;
}

#[tokio::test]
async fn an_earlier_question_is_changed_and_what_was_written_is_kept() {
    let scene = Scene::set(heed()).await;
    visit("editing", async |page| {
        scene.begin(page).await;
        page.say("Tell me something").await;
        page.answer().await;
        page.fill("#message", "a draft").await;
        page.press("Edit").await;
        page.reads("You change an earlier question.").await;
        judge(page).await;
        page.photograph("editing").await;
        press(page, Key::Escape).await;
        assert_eq!(page.evaluate("document.getElementById('message').value").await, "a draft");
        page.press("Edit").await;
        page.fill("#message", "Which ships are there?").await;
        page.press("Send").await;
        page.wait_until("document.querySelector('.others span')?.textContent === '2 of 2'").await;
        page.answer().await;
        page.reads("Vasa").await;
        assert_eq!(page.evaluate("document.getElementById('message').value").await, "a draft", "after a page load");
    })
    .await;
}

#[tokio::test]
async fn several_calls_are_decided_one_by_one_or_together() {
    let arguments = ["Vasa", "Batavia", "Mars"].map(|name| json!({ "name": name })).into();
    let scene = Scene::set(Script::CallEach { tool: "addShip", arguments, then: "All done." }).await;
    visit("several", async |page| {
        scene.begin(page).await;
        page.say("Add three ships").await;
        page.reads("3 calls wait.").await;
        page.wait_until("document.querySelectorAll('.confirmation').length === 3").await;
        page.fill(".confirmation:last-of-type [name='argument.name']", "Kronan").await;
        page.show(CARD).await;
        judge(page).await;
        page.photograph("several").await;
        page.click(&format!("{CARD} [value=decline]")).await;
        page.reads("2 calls wait.").await;
        let written = page
            .evaluate("[...document.querySelectorAll(\".confirmation [name='argument.name']\")].at(-1).value")
            .await;
        assert_eq!(written, "Kronan", "what is written in another card stays");
        page.press("Allow all once").await;
        page.answer().await;
        page.wait_until("document.querySelectorAll('.call[data-state=answered]').length === 2").await;
        page.wait_until("document.querySelectorAll('.call[data-state=declined]').length === 1").await;
        page.evaluate("document.querySelectorAll('.call details').forEach((each) => (each.open = true))").await;
        page.reads("name=Kronan").await;
    })
    .await;
}

#[tokio::test]
async fn what_no_record_has_is_flagged() {
    let pieces = vec!["I have booked ".to_owned(), "the room for you.".to_owned()];
    let scene = Scene::set(Script::Tell { tool: None, pieces, pause: Duration::from_millis(5) }).await;
    visit("flag", async |page| {
        scene.begin(page).await;
        page.say("Book a room").await;
        page.answer().await;
        page.reads("Not in the record").await;
        judge(page).await;
        page.document("flag").await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_animated_for_whoever_asks_for_less_motion() {
    let scene = Scene::set(heed()).await;
    visit("motion", async |page| {
        let features = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        devtools(&page.client, "Emulation.setEmulatedMedia", features).await;
        scene.begin(page).await;
        page.say("Please add a ship").await;
        page.find(CARD).await;
        let moving = "document.getAnimations().length + [...document.querySelectorAll('*')].filter((each) => \
            ['animationName', 'transitionDuration'].some((name) => !['none', '0s'].includes(getComputedStyle(each)[name]))).length";
        assert_eq!(page.evaluate(moving).await, 0);
    })
    .await;
}
