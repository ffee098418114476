//! The attack suite on the guard: addresses that must be refused, through every kind of fetch, directly and by redirect.
//!
//! `cargo xtask attack` runs it and says which share of the cases is tried.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod addresses;
mod canary;
mod fetches;
#[allow(dead_code, reason = "shared with the tests of credentials")]
#[path = "../credentials/stage.rs"]
mod stage;
#[allow(dead_code, reason = "shared with the tests of credentials")]
#[path = "../credentials/stub.rs"]
mod stub;

use futures::{StreamExt as _, stream};

use crate::canary::Canary;
use crate::fetches::{Attacker, Kind, Try};

/// With everything, at least this many addresses are tried.
const LEAST: usize = 2_000;
const AT_ONCE: usize = 16;

#[tokio::test]
async fn no_kind_of_fetch_reaches_an_address_that_is_refused() {
    let canary = Canary::start().await;
    let attacker = Attacker::start(canary.port).await;
    attacker.reaches_its_own_server().await;
    let all = attacker.tries(&addresses::all(canary.port));
    assert!(all.len() >= LEAST, "{} cases", all.len());
    let cases: Vec<&Try> = shared(&all);
    let tries = cases.iter().flat_map(|case| Kind::ALL.map(|kind| (*case, kind)));
    let outcomes = stream::iter(tries).map(async |(case, kind)| {
        attacker.attempt(case, kind).await.map_err(|outcome| format!("{kind:?} of {case:?}: {outcome}"))
    });
    let failures: Vec<String> =
        outcomes.buffer_unordered(AT_ONCE).filter_map(async |outcome| outcome.err()).collect().await;
    let (number, kinds, connections) = (cases.len(), Kind::ALL.len(), canary.connections());
    println!(
        "guard: {number} cases × {kinds} kinds = {} tries, {connections} connections, {} not refused (listening on {:?})",
        number * kinds,
        failures.len(),
        canary.addresses
    );
    assert!(failures.is_empty(), "{failures:#?}");
    assert_eq!(connections, 0, "a canary was connected to");
}

/// The part of the cases that `cargo xtask attack` asked for, evenly from all of them.
fn shared(all: &[Try]) -> Vec<&Try> {
    let step = 1.0 / share();
    let mut next = 0.0;
    let mut cases = Vec::new();
    for (place, case) in (0_u32..).zip(all) {
        if f64::from(place) >= next {
            cases.push(case);
            next += step;
        }
    }
    cases
}

#[expect(clippy::disallowed_methods, reason = "the task that runs the suite passes its share in the environment")]
fn share() -> f64 {
    let share = std::env::var("CORDBOARD_ATTACK_SHARE").expect("run the suite with `cargo xtask attack`");
    share.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0).expect("a share above 0 and up to 1")
}
