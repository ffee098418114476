//! How fast pages open and how much they load, as a browser on the same machine measures it.

use cordboard_domain::conversation::Conversation;
use cordboard_domain::event::{TurnEvent, TurnOutcome};
use cordboard_domain::id::{ConversationId, ModelId};
use cordboard_domain::ports::{Accounts as _, Conversations as _, Journal as _, TurnClaim};
use cordboard_domain::time::{SignedDuration, Timestamp};
use cordboard_store::Store;
use serde_json::Value;

use crate::browser::visit;
use crate::page::Page;
use crate::program::Home;
use crate::stub_model::{Script, StubModel};

/// How often a page is opened; the median counts, as what else the machine does slows single ones.
const TIMES: usize = 7;
/// The longest until something is painted, in milliseconds.
const FIRST_PAINT: f64 = 300.0;
/// The most that scripts and styles of a page may have, uncompressed, in bytes.
const SCRIPTS_AND_STYLES: u64 = 120_000;
/// How many turns a long conversation has.
const TURNS: u32 = 500;
/// The longest until a long conversation is painted and its scripts have run, in milliseconds. A server that is not
/// optimised takes longer; `cargo xtask bench pages` measures one that is.
const LONG_OPENS: f64 = if cfg!(debug_assertions) { 5_000.0 } else { 500.0 };

const PAINTED: &str = "(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)";
const LOADED: &str = "performance.getEntriesByType('navigation')[0].loadEventEnd";
const WEIGHT: &str = "performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css)$/.test(name))\
    .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)";

/// The median of a measure over several loads of a page.
async fn median(page: &Page, url: &str, measure: &str) -> f64 {
    let mut measured = Vec::new();
    for _ in 0..TIMES {
        page.open(url).await;
        page.wait_until(&format!("{LOADED} > 0 && {PAINTED} > 0")).await;
        measured.push(page.evaluate(measure).await.as_f64().expect("a number"));
    }
    measured.sort_by(f64::total_cmp);
    measured[TIMES / 2]
}

#[tokio::test]
async fn pages_are_light_and_painted_at_once() {
    let (home, model) = (Home::new(), StubModel::start(silent()).await);
    home.write("cordboard.toml", model.config());
    let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
    visit("opening", async |page| {
        page.open(&server.link).await;
        let chat = page.path().await;
        for path in [chat.as_str(), "/store", "/plugins", "/conversations", "/develop", "/privacy"] {
            let url = format!("{}{path}", server.base);
            let painted = median(page, &url, PAINTED).await;
            assert!(painted <= FIRST_PAINT, "{path} is painted after {painted} ms");
            let bytes = page.evaluate(WEIGHT).await.as_u64().expect("a number");
            assert!((1..=SCRIPTS_AND_STYLES).contains(&bytes), "{path} loads {bytes} bytes of scripts and styles");
            println!("{path}: painted after {painted} ms, {bytes} bytes of scripts and styles");
        }
    })
    .await;
}

#[tokio::test]
async fn a_conversation_of_five_hundred_turns_opens_at_once() {
    let (home, model) = (Home::new(), StubModel::start(silent()).await);
    home.write("cordboard.toml", model.config());
    let chat = long_conversation(&home).await;
    let server = home.serve(&["serve", "--listen", "127.0.0.1:0"]).await;
    visit("long-conversation", async |page| {
        page.open(&server.link).await;
        let url = format!("{}/conversations/{chat}", server.base);
        let opened = median(page, &url, &format!("Math.max({LOADED}, {PAINTED})")).await;
        println!("{TURNS} turns open in {opened} ms");
        let shown = page.evaluate("document.querySelectorAll('.turn').length").await;
        assert_eq!(shown, Value::from(TURNS));
        page.reads("number 499?").await;
        assert_eq!(page.evaluate("window.innerHeight + window.scrollY >= document.body.scrollHeight - 1").await, true);
        assert!(opened <= LONG_OPENS, "{TURNS} turns open in {opened} ms");
    })
    .await;
}

/// A model that is not asked.
fn silent() -> Script {
    Script::Refuse { status: 500, message: "nobody asks" }
}

/// A conversation as it is stored after so many turns.
async fn long_conversation(home: &Home) -> ConversationId {
    std::fs::create_dir_all(home.path("data")).expect("a folder");
    let store = Store::open(&home.path("data/cordboard.db")).await.expect("a database");
    let now: Timestamp = "2026-01-31T12:00:00Z".parse().expect("a moment");
    let model = ModelId("stub".to_owned());
    let owner = store.owner(id(1), now).await.expect("an owner");
    let chat = id(2);
    store.create_conversation(&Conversation::empty(chat, owner, model.clone(), now)).await.expect("it is stored");
    store.set_title(chat, "A long one").await.expect("it is stored");
    let claim = TurnClaim { holder: "a".to_owned(), until: now + SignedDuration::from_secs(30) };
    for number in 0..TURNS {
        let mut events = vec![
            TurnEvent::Started { user_message: format!("number {number}?"), model: model.clone(), follows: None },
            TurnEvent::ModelAsked { round: 1, input: "seen by the model ".repeat(500), offer: None },
        ];
        let pieces = ["It is **number** ", "that [somebody](https://somebody.example/", "page) names, and `code` is "];
        events.extend(pieces.iter().cycle().take(30).map(|text| TurnEvent::Text { text: (*text).to_owned() }));
        events.push(TurnEvent::Text { text: "there.\n\n- one\n- two\n\n```rust\nlet a = 1;\n```\n".to_owned() });
        events.push(TurnEvent::ModelAnswered);
        events.push(TurnEvent::Finished { outcome: TurnOutcome::Answered });
        store.append(chat, id(number + 10), 0, now, &claim, &events).await.expect("it is stored");
    }
    store.close().await;
    chat
}

fn id<Id: std::str::FromStr<Err: std::fmt::Debug>>(number: u32) -> Id {
    format!("0190f1f0a0a070008000000000{number:06x}").parse().expect("an id")
}
