//! What the store costs with 1,000 plugins and 20,000 uses, on both databases: searching it, and the pages. Ends with 1
//! where a target is missed by far. `cargo xtask bench store` starts PostgreSQL and runs it.

#![allow(clippy::print_stdout, reason = "the table is what the run is for")]
#![allow(clippy::unwrap_used, reason = "a measurement that cannot be set up has to fail")]

mod fill;

use std::process::ExitCode;
use std::time::Instant;

use cordboard_domain::ports::Storefront as _;
use cordboard_domain::storefront::{StoreQuery, StoreSort};
use cordboard_store::Store;
use cordboard_testkit::{TestApp, TestBuilder, TestPage};

/// How often each thing is done.
const TIMES: usize = 300;
/// By how much a time may miss its target on a slow or busy machine.
const SLACK: f64 = 4.0;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    println!("| database | what | target p99 | p50 | p99 |\n|---|---|---|---|---|");
    let mut is_met = measure("SQLite", Store::in_memory().await.unwrap()).await;
    is_met &= measure("PostgreSQL", cordboard_store::testing::postgres().await).await;
    if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(database: &str, store: Store) -> bool {
    let app = TestBuilder::new(Vec::new()).store(store).start().await;
    fill::store(&app).await;
    let conversation = app.conversation().await;
    let mut page = app.open().await;
    page.sign_in().await;
    let mut is_met = true;
    for (what, text, sort) in [
        ("search: everything, popular first", "", StoreSort::Popular),
        ("search: one word", "hotel", StoreSort::Popular),
        ("search: two words, by name", "hotel cheap", StoreSort::Name),
        ("search: nothing found", "xyzzy", StoreSort::New),
    ] {
        is_met &= report(database, what, 20.0, search(&app, text, sort).await);
    }
    let paths = [
        "/store",
        "/store?q=hotel",
        "/store?page=40",
        &format!("/plugins/{}", fill::plugin(7)),
        "/plugins",
        "/account",
        &format!("/conversations/{conversation}"),
    ];
    for path in paths {
        let shown = if path.len() > 32 { format!("{}…", &path[..path.len() - 32]) } else { path.to_owned() };
        is_met &= report(database, &format!("page: {shown}"), 5.0, load(&page, path).await);
    }
    is_met
}

async fn search(app: &TestApp, text: &str, sort: StoreSort) -> Vec<f64> {
    let query = StoreQuery { viewer: app.owner, text: text.to_owned(), category: None, sort, offset: 0, limit: 24 };
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = Instant::now();
        app.store.search_store(&query).await.unwrap();
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times
}

/// Whole requests over loopback, client included.
async fn load(page: &TestPage, path: &str) -> Vec<f64> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let began = Instant::now();
        let answer = page.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.bytes().await.unwrap();
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times
}

/// Prints a line in milliseconds; whether the target is met, or nearly so.
fn report(database: &str, what: &str, target: f64, mut times: Vec<f64>) -> bool {
    times.sort_by(f64::total_cmp);
    let (middle, high) = (times[TIMES / 2], times[TIMES * 99 / 100]);
    let missed = if high > target { " (missed)" } else { "" };
    println!("| {database} | {what} | ≤ {target} ms | {middle:.1} ms | {high:.1} ms{missed} |");
    high <= target * SLACK
}
