//! When a card accepts a decision, and what it shows before: a double click decides one call, and no value is out of sight.

use serde_json::json;

use crate::browser::visit;
use crate::page::{CARD, Page};
use crate::ships::Scene;
use crate::stub_model::Script;

/// A model that wants to add these ships, all at once.
async fn adding(names: &[&str]) -> Scene {
    let arguments = names.iter().map(|name| json!({ "name": name })).collect();
    Scene::set(Script::CallEach { tool: "addShip", arguments, then: "Done." }).await
}

/// How many calls were sent.
async fn sent(page: &Page) -> u64 {
    page.evaluate("document.querySelectorAll('.call[data-state=answered]').length").await.as_u64().expect("a number")
}

#[tokio::test]
async fn the_second_click_of_a_double_click_does_not_decide_the_next_card() {
    let scene = adding(&["Vasa", "Batavia"]).await;
    visit("double-click", async |page| {
        scene.begin(page).await;
        page.say("Add two ships").await;
        page.wait_until("document.querySelectorAll('.confirmation').length === 2").await;
        page.show(CARD).await;
        let first = page.find(&format!("{CARD} [value=allow]")).await;
        page.rest_on(&first).await;
        page.evaluate("(window.at = document.querySelector('.confirmation [value=allow]').getBoundingClientRect(), 0)").await;
        page.click_in_place().await;
        page.wait_until("document.querySelectorAll('.confirmation').length === 1").await;
        // However the page is laid out, the other card is now where the first one was.
        let slide = "(() => { const card = document.querySelector('.confirmation');
            const now = card.querySelector('[value=allow]').getBoundingClientRect();
            card.style.transform = `translate(${window.at.left - now.left}px, ${window.at.top - now.top}px)`;
            const under = document.elementFromPoint(window.at.left + window.at.width / 2, window.at.top + window.at.height / 2);
            return under?.value })()";
        assert_eq!(page.evaluate(slide).await, "allow", "the button is under the pointer");
        page.click_in_place().await;
        // Also after a while: the pointer has not moved onto this card.
        page.evaluate("(window.since = performance.now(), 0)").await;
        page.wait_until("performance.now() - window.since > 1000").await;
        page.click_in_place().await;
        assert_eq!(page.evaluate("document.querySelectorAll('.confirmation').length").await, 1, "the card waits");
        page.click(&format!("{CARD} [value=decline]")).await;
        page.answer().await;
        assert_eq!(sent(page).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_card_accepts_a_decision_once_it_has_been_in_view() {
    let scene = adding(&["Vasa"]).await;
    visit("settled", async |page| {
        scene.begin(page).await;
        let watch = "(new MutationObserver(() => {
            const button = document.querySelector('.confirmation [value=allow]');
            window.came ??= button ? performance.now() : undefined;
            if (button && !button.hasAttribute('aria-disabled')) window.ready ??= performance.now();
        }).observe(document.getElementById('turns'), { childList: true, subtree: true, attributes: true }), 0)";
        page.evaluate(watch).await;
        page.say("Add a ship").await;
        page.find(CARD).await;
        let script = "document.querySelector('.confirmation [value=allow]').click()";
        page.client.execute(script, Vec::new()).await.expect("a script clicks");
        let button = page.find(&format!("{CARD} [value=allow]")).await;
        page.rest_on(&button).await;
        let waited = page.evaluate("window.ready - window.came").await;
        assert!(waited.as_f64().is_some_and(|waited| waited >= 690.0), "{waited}");
        // What comes back into view has to be seen again.
        let hide = "Object.defineProperty(document, 'hidden', { configurable: true, value: HIDDEN }); \
            document.dispatchEvent(new Event('visibilitychange'))";
        for hidden in ["true", "false"] {
            page.client.execute(&hide.replace("HIDDEN", hidden), Vec::new()).await.expect("the page is hidden");
        }
        assert!(page.has(&format!("{CARD} [value=allow][aria-disabled=true]")).await);
        page.press("Allow once").await;
        page.answer().await;
        assert_eq!(sent(page).await, 1);
    })
    .await;
}

#[tokio::test]
async fn no_value_is_out_of_sight() {
    let blanks = format!("hi{}AND DELETE EVERYTHING", " ".repeat(400));
    let long = format!("{} AND THEN THIS", "word ".repeat(600));
    let (lines, line) = (format!("a{}BELOW", "\n".repeat(200)), "A".repeat(40));
    let scene = adding(&[&blanks, &long, &lines, &line]).await;
    visit("in-full", async |page| {
        scene.begin(page).await;
        page.on_a_phone().await;
        page.say("Add four ships").await;
        page.wait_until("document.querySelectorAll('.confirmation').length === 4").await;
        page.reads("⟨400 blanks⟩AND DELETE EVERYTHING").await;
        page.reads("⟨200 line breaks⟩").await;
        page.fits_its_width().await;
        // Where the end of each value is drawn, and what is there.
        let ends = "[...document.querySelectorAll('.in-full dd')].map((value) => {
            const range = document.createRange();
            range.setStart(value.lastChild, value.lastChild.length - 5);
            range.setEnd(value.lastChild, value.lastChild.length);
            value.lastChild.parentElement.scrollIntoView({ block: 'end', behavior: 'instant' });
            window.scrollBy(0, 200);
            const { left, top, width, height } = range.getBoundingClientRect();
            return value.contains(document.elementFromPoint(left + width / 2, top + height / 2)) ? range.toString() : '';
        })";
        assert_eq!(page.evaluate(ends).await, json!(["THING", " THIS", "BELOW"]));
        let whole = "[...document.querySelectorAll('.confirmation textarea')].at(-1)";
        let is_whole = format!("{whole}.scrollHeight <= {whole}.clientHeight + 1");
        assert_eq!(page.evaluate(&is_whole).await, true, "a text that is not repeated is seen in its field");
        page.show(".in-full").await;
        page.photograph("in-full").await;
        page.press("Decline all").await;
        page.answer().await;
    })
    .await;
}
