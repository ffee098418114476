//! `cargo xtask ci`: what must hold beside the tests.

use crate::command::{cargo, run as run_command, succeeds};
use crate::{attack, fuzz, schemathesis, shared_corpus};

/// For each fuzz target; longer runs are `cargo xtask fuzz`.
const FUZZ_SECONDS: u32 = 10;

/// Of the attacks; all of them are `cargo xtask attack`.
const ATTACK_SHARE: f64 = 0.1;

pub(crate) fn run() -> anyhow::Result<()> {
    run_command(cargo().args(["fmt", "--all", "--check"]))?;
    let features = "cordboard/attack-tests,cordboard/tool-tests,cordboard-agent/corpus,cordboard-credentials/attack-tests,\
                    cordboard-credentials/tool-tests,cordboard-credentials/with-postgres,cordboard-spec/corpus,cordboard-spec/npm,cordboard-store/with-postgres,cordboard-web/with-postgres";
    let clippy = ["clippy", "--workspace", "--all-targets", "--features", features, "--", "--deny", "warnings"];
    run_command(cargo().args(clippy))?;
    deny()?;
    schemathesis::run()?;
    attack::part(ATTACK_SHARE)?;
    fuzz::for_each(FUZZ_SECONDS)?;
    shared_corpus::run()
}

/// Licences, duplicate and banned crates. Advisories need a database that is fetched from outside the registries, so
/// they are checked only where it can be had.
fn deny() -> anyhow::Result<()> {
    if !succeeds(cargo().args(["deny", "--version"])) {
        run_command(cargo().args(["install", "--locked", "--quiet", "cargo-deny"]))?;
    }
    run_command(cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}
