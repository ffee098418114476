//! `cargo xtask attack`: attacks on the guard, and on the real server through a model that obeys every order that it reads.
//! Each part prints how many cases it tried.

use std::time::Instant;

use anyhow::Context as _;

use crate::command::{cargo, run as run_command};
use crate::test::FEATURES as OTHER_FEATURES;
use crate::tools::{browser, tell_browser};

const FEATURES: &str = "cordboard/attack-tests,cordboard-credentials/attack-tests";

/// Runs the share of the cases that a person asks for.
pub(crate) fn run(share: Option<&str>) -> anyhow::Result<()> {
    let share = share.unwrap_or("1");
    let number = share.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0);
    part(number.with_context(|| format!("SHARE must be a number above 0 and at most 1. Got \"{share}\"."))?)
}

/// Runs this share of the cases; 1 is all of them.
pub(crate) fn part(share: f64) -> anyhow::Result<()> {
    let browser = browser()?;
    let started = Instant::now();
    // With what `cargo xtask test` builds, so that little is built again.
    let features = format!("{OTHER_FEATURES},{FEATURES}");
    let mut command = cargo();
    command.args(["test", "--workspace", "--features", &features, "--test", "attack"]);
    command.args(["--", "--nocapture", "--test-threads", "1"]);
    tell_browser(&browser, &mut command);
    run_command(command.env("CORDBOARD_ATTACK_SHARE", share.to_string()))?;
    eprintln!("attack: no attack succeeded; {} s with building", started.elapsed().as_secs());
    Ok(())
}
