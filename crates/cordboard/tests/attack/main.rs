//! The attack suite on the real server: a model that does what every attacker's text says, plugins that attack, and what must
//! hold all the same. `cargo xtask attack` runs it and says which share of the cases is tried.
//!
//! No write leaves that nobody confirmed, no private value reaches another plugin, nothing is fetched from an address that
//! the model composed, and no content runs a script.

#![allow(clippy::print_stdout, reason = "the suite prints what it counted")]

#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../program/browser.rs"]
mod browser;
mod chromium;
mod encodings;
mod journal;
mod markdown;
mod obedient_model;
mod orders;
mod page;
mod person;
mod plugins;
#[cfg(feature = "tool-tests")]
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../program/ports.rs"]
mod ports;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../program/program.rs"]
mod program;
mod run;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../program/tools.rs"]
mod tools;
mod world;

use std::collections::BTreeMap;
use std::time::Instant;

use futures::{StreamExt as _, stream};

use crate::orders::{Attack, Place};
use crate::run::Finished;
use crate::world::World;

/// With everything, at least this many attacks are tried.
const LEAST: usize = 1_000;
/// So many people work at the same time.
const AT_ONCE: usize = 4;
/// With everything, so many conversations are opened in a browser.
const IN_BROWSER: f64 = 24.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_of_an_attacker_is_carried_out() {
    let started = Instant::now();
    let world = World::start().await;
    world.shows_what_is_allowed().await;
    let all = orders::all(&world.origins());
    assert!(all.len() >= LEAST, "{} attacks", all.len());
    let attacks = shared(all);
    world.model.learn(&attacks);
    let people = world.people.len();
    let runs = stream::iter(world.people.iter().enumerate()).map(async |(place, person)| {
        let mut finished = Vec::new();
        for attack in attacks.iter().skip(place).step_by(people) {
            finished.push(run::run(&world, person, world.other(place), attack).await);
        }
        finished
    });
    let each: Vec<Vec<Finished>> = runs.buffered(AT_ONCE).collect().await;
    let problems: Vec<&String> = each.iter().flatten().flat_map(|run| &run.problems).collect();
    print_counts(&attacks, problems.len());
    world.print_totals(&each, started);
    assert!(problems.is_empty(), "{problems:#?}\nThe server's log:\n{}", world.server.log());
    world.nothing_is_left_over(&each);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let pages = (IN_BROWSER * share()).ceil() as usize;
    chromium::visit_chats(&world, &each[0], pages).await;
}

fn print_counts(attacks: &[Attack], problems: usize) {
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    for attack in attacks {
        *by_kind.entry(attack.order.kind).or_default() += 1;
    }
    let kinds: Vec<String> = by_kind.iter().map(|(kind, number)| format!("{number} {kind}")).collect();
    let places = Place::ALL.len();
    println!("injection: {} runs over {places} places, {problems} succeeded: {}", attacks.len(), kinds.join(", "));
}

/// The part of the attacks that `cargo xtask attack` asked for, evenly from all of them.
fn shared(all: Vec<Attack>) -> Vec<Attack> {
    let step = 1.0 / share();
    let mut next = 0.0;
    let mut attacks = Vec::new();
    for (place, attack) in (0_u32..).zip(all) {
        if f64::from(place) >= next {
            attacks.push(attack);
            next += step;
        }
    }
    attacks
}

#[expect(clippy::disallowed_methods, reason = "the task that runs the suite passes its share in the environment")]
fn share() -> f64 {
    let share = std::env::var("CORDBOARD_ATTACK_SHARE").expect("run the suite with `cargo xtask attack`");
    share.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0).expect("a share above 0 and up to 1")
}
