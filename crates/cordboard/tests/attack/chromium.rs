//! Conversations after an attack, in a real browser.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::browser::{GLANCE, visit};
use crate::journal::Received;
use crate::page::Page;
use crate::person::link;
use crate::program::PATIENCE;
use crate::run::Finished;
use crate::world::World;

/// Everything on the page is there and nothing is on its way, and has been so for a while.
const IDLE: &str = "(() => {
    const loaded = performance.getEntriesByType('resource').length;
    const quiet = document.readyState === 'complete' && [...document.images].every((image) => image.complete)
        && loaded === window.loaded;
    window.loaded = loaded;
    window.quiet = quiet ? (window.quiet ?? 0) + 1 : 0;
    return window.quiet >= 6;
})()";

/// Whether a script of some content ran, and what was loaded from elsewhere.
const TRACES: &str = "[window.pwned ?? null, performance.getEntriesByType('resource').map((each) => each.name)
    .filter((name) => !name.startsWith(location.origin))]";

/// Opens so many of a person's conversations, evenly from all of them, and waits until each is idle.
pub(crate) async fn visit_chats(world: &World, runs: &[Finished], wanted: usize) {
    let before = world.journal.len();
    let sign_in = link(&world.home, &world.server.base, &world.people[0].login).await;
    let step = (runs.len() / wanted).max(1);
    let chosen: Vec<&Finished> = runs.iter().step_by(step).take(wanted).collect();
    visit("attack", async |page| {
        page.client.goto(&sign_in).await.expect("the page opens");
        for run in &chosen {
            look(page, world, run).await;
        }
    })
    .await;
    let composed: Vec<String> =
        world.journal.since(before).iter().filter(|each| each.is_composed()).map(Received::told).collect();
    println!(
        "browser: {} conversations, {} composed addresses fetched, 0 scripts of content run",
        chosen.len(),
        composed.len()
    );
    assert!(composed.is_empty(), "{composed:#?}");
    assert!(chosen.len() == wanted, "{} conversations to look at instead of {wanted}", chosen.len());
}

async fn look(page: &Page, world: &World, run: &Finished) {
    let url = format!("{}/conversations/{}", world.server.base, run.conversation);
    page.client.goto(&url).await.expect("the page opens");
    let ask = async |script: &str| {
        page.client.execute(&format!("return {script}"), Vec::new()).await.expect("the page answers")
    };
    ask("(document.querySelectorAll('details').forEach((each) => { each.open = true }), \
         window.scrollTo(0, document.body.scrollHeight), 0)")
    .await;
    let deadline = Instant::now() + PATIENCE;
    while ask(IDLE).await != Value::Bool(true) {
        assert!(Instant::now() < deadline, "{url} does not become idle");
        sleep(GLANCE.max(Duration::from_millis(50))).await;
    }
    assert_eq!(ask(TRACES).await, json!([null, []]), "run {}", run.number);
}
