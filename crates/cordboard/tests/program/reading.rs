//! Reading while an answer is written: nothing moves, nothing stalls, the reader stays where they are, and a network that
//! fails costs nothing.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::axe::judge;
use crate::browser::{GLANCE, visit};
use crate::page::{ANSWERED, CARD};
use crate::proxy::Proxy;
use crate::ships::Scene;
use crate::stub_model::Script;

/// Every kind of block, some of them more than once, and what an answer rests on.
const ANSWER: &str = "# Ships to see\n\nThe **Vasa** sank in 1628; see [the museum](https://museum.example/vasa) or `ships --list`. \
    She is the only ship of her century that is nearly whole, and more than a million people look at her in a year.\n\n\
    | Ship | Sank | Raised |\n|---|---|---|\n| Vasa | 1628 | 1961 |\n| Batavia | 1629 | *never* |\n\n\
    1. Go early\n2. Take the **upper** deck first\n   - the stern\n   - the bow\n\n\
    ```rust\nfn year() -> u16 {\n    // When she sank.\n    1628\n}\n```\n\n> Nobody expected it.\n\nThat is *all* there is to say.\n\n";

/// Notes from now on what moves by itself, what keeps the page from being drawn and what screen readers hear.
const WATCH: &str = "(() => {
    window.moved = []; window.stalls = []; window.heard = [];
    new PerformanceObserver((list) => list.getEntries().filter((shift) => !shift.hadRecentInput).forEach((shift) =>
        window.moved.push(`${shift.value}: ${shift.sources.map(({ node }) => node?.outerHTML ?? node?.textContent)}`)
    )).observe({ type: 'layout-shift' });
    new PerformanceObserver((list) => list.getEntries().forEach((task) => window.stalls.push(task.duration))
    ).observe({ type: 'longtask' });
    const announcer = document.getElementById('announcer');
    new MutationObserver(() => announcer.textContent && window.heard.push(announcer.textContent)).observe(announcer, { childList: true });
    return true;
})()";

/// A text in pieces as long as tokens are.
fn tokens(text: &str) -> Vec<String> {
    text.chars().collect::<Vec<_>>().chunks(4).map(|piece| piece.iter().collect()).collect()
}

/// Says the answer so many times, so slowly.
fn tell(tool: Option<&'static str>, times: usize, pause: u64) -> Script {
    Script::Tell { tool, pieces: tokens(&ANSWER.repeat(times)), pause: Duration::from_millis(pause) }
}

#[tokio::test]
async fn nothing_moves_while_an_answer_comes() {
    let scene = Scene::set(tell(Some("listShips"), 3, 10)).await;
    visit("steady", async |page| {
        scene.begin(page).await;
        page.evaluate(WATCH).await;
        for (before, question) in ["Which ships are there?", "And which else?"].into_iter().enumerate() {
            page.say(question).await;
            page.wait_until(&format!("document.querySelectorAll('.turn').length > {before}")).await;
            page.answer().await;
        }
        page.find(".cited a").await;
        page.photograph("steady").await;
        judge(page).await;
        assert_eq!(page.evaluate("window.moved").await, json!([]), "what moved");
        page.reload().await;
        // As the page was loaded, too.
        page.evaluate(&WATCH.replace("type: 'layout-shift'", "type: 'layout-shift', buffered: true")).await;
        sleep(GLANCE * 10).await;
        assert_eq!(page.evaluate("window.moved").await, json!([]), "what moved as the page was loaded");
    })
    .await;
}

/// How many tokens an answer has at least that must not stall the page.
const MANY: usize = 2_000;

#[tokio::test]
async fn two_thousand_tokens_come_without_a_stall() {
    let times = 4 * MANY / ANSWER.chars().count() + 1;
    let script = tell(None, times, 1);
    let Script::Tell { pieces, .. } = &script else { unreachable!("it tells") };
    assert!(pieces.len() >= MANY, "{}", pieces.len());
    let scene = Scene::set(script).await;
    visit("long", async |page| {
        scene.begin(page).await;
        page.evaluate(WATCH).await;
        let mut stalls = Value::Null;
        // What else the machine does may stall any page once.
        for _ in 0..3 {
            page.evaluate("(window.stalls = [], true)").await;
            page.say("Tell me all of it.").await;
            page.answer().await;
            stalls = page.evaluate("window.stalls").await;
            if stalls == json!([]) {
                return;
            }
            page.open(&format!("{}/", scene.server.base)).await;
            page.click("nav form button").await;
            page.find("#empty").await;
            page.evaluate(WATCH).await;
        }
        panic!("tasks of more than 50 ms: {stalls}");
    })
    .await;
}

#[tokio::test]
async fn a_reader_stays_where_they_are_and_hears_an_answer_once() {
    let scene = Scene::set(tell(None, 4, 10)).await;
    visit("reader", async |page| {
        scene.begin(page).await;
        page.evaluate(WATCH).await;
        page.say("Tell me all of it.").await;
        page.wait_until("document.body.scrollHeight > 2 * window.innerHeight").await;
        page.evaluate("(window.scrollTo(0, 300), true)").await;
        page.wait_until("!document.getElementById('latest').hidden").await;
        let place = "document.querySelector('.answer h3').getBoundingClientRect().top";
        let before = page.evaluate(place).await;
        page.photograph("latest").await;
        page.find(ANSWERED).await;
        assert_eq!(page.evaluate(place).await, before, "what is read stays where it is");
        page.press("Jump to the latest").await;
        page.wait_until("document.getElementById('latest').hidden").await;
        assert_eq!(page.evaluate("document.activeElement.id").await, "message");
        let heard = page.evaluate("window.heard").await;
        assert_eq!(heard.as_array().map(Vec::len), Some(1), "{heard}");
        assert!(heard[0].as_str().is_some_and(|text| text.matches("Ships to see").count() == 4), "{heard}");
    })
    .await;
}

#[tokio::test]
async fn a_network_that_fails_again_and_again_costs_nothing() {
    let scene = Scene::set(tell(Some("listShips"), 3, 12)).await;
    let proxy = Proxy::start(&scene.server).await;
    visit("cuts", async |page| {
        scene.begin(page).await;
        let chat = page.path().await;
        // The session is the same: cookies know hosts and no ports.
        page.open(&format!("{}{chat}", proxy.base)).await;
        page.say("Which ships are there?").await;
        for number in 1_u32..8 {
            page.wait_until(&format!("document.querySelector('.answer')?.textContent.length > {}", number * 90)).await;
            proxy.cut();
        }
        page.answer().await;
        let streamed = page.evaluate("document.getElementById('turns').innerHTML").await;
        page.reload().await;
        assert_eq!(streamed, page.evaluate("document.getElementById('turns').innerHTML").await);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_does_meanwhile_survives_what_comes() {
    let calls = vec![("add", "addShip", json!({"name": "Vasa"}))];
    let scene = Scene::set(Script::Heed { calls, then: "It says" }).await;
    visit("meanwhile", async |page| {
        scene.begin(page).await;
        page.say("Please add a ship").await;
        page.find(CARD).await;
        page.fill("[name='argument.name']", "Batavia").await;
        page.click(".confirmation .exact summary").await;
        page.wait_until("document.querySelector('.check').textContent.includes('Batavia')").await;
        assert_eq!(page.arguments().await, "Batavia");
        assert!(page.has(".confirmation .exact[open]").await, "what was opened stays open");
        page.press("Allow once").await;
        page.answer().await;
        page.click(".call summary").await;
        page.say("Tell me more").await;
        page.wait_until("document.querySelectorAll('.turn').length === 2").await;
        page.answer().await;
        assert!(page.has(".call details[open]").await, "what was opened stays open");
    })
    .await;
}
