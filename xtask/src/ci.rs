//! `cargo xtask ci`: what must hold beside the tests.

use crate::command::{cargo, run as run_command, succeeds};
use crate::corpus;

pub(crate) fn run() -> anyhow::Result<()> {
    run_command(cargo().args(["fmt", "--all", "--check"]))?;
    let clippy =
        ["clippy", "--workspace", "--all-targets", "--features", "cordboard/tool-tests", "--", "--deny", "warnings"];
    run_command(cargo().args(clippy))?;
    deny()?;
    corpus::run()
}

/// Licences, duplicate and banned crates. Advisories need a database that is fetched from outside the registries, so
/// they are checked only where it can be had.
fn deny() -> anyhow::Result<()> {
    if !succeeds(cargo().args(["deny", "--version"])) {
        run_command(cargo().args(["install", "--locked", "--quiet", "cargo-deny"]))?;
    }
    run_command(cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}
