//! `cargo xtask bench`: what compiling, showing, planning, searching, the store and pages cost. See
//! docs/benchmarks.md and docs/search.md.

use crate::command::{cargo, run as run_command};
use crate::npm;
use crate::postgres::Postgres;
use crate::tools::Tools;

pub(crate) fn run(part: Option<&str>) -> anyhow::Result<()> {
    match part {
        None => {
            compiling()?;
            searching()?;
            store()?;
            pages()
        }
        Some("search") => searching(),
        Some("store") => store(),
        Some("pages") => pages(),
        Some(other) => {
            anyhow::bail!(
                "there is no benchmark `{other}`; use `cargo xtask bench`, `… search`, `… store` or `… pages`"
            )
        }
    }
}

fn compiling() -> anyhow::Result<()> {
    let description = npm::fetch(&npm::GITHUB)?;
    let bench = ["bench", "--package", "cordboard-spec", "--features", "npm", "--bench", "github"];
    run_command(cargo().args(bench).env("CORDBOARD_GITHUB", description))
}

fn store() -> anyhow::Result<()> {
    let postgres = Postgres::start()?;
    let bench = ["bench", "--package", "cordboard-web", "--features", "with-postgres", "--bench", "store"];
    run_command(cargo().args(bench).env("CORDBOARD_TEST_POSTGRES", postgres.url()))
}

fn searching() -> anyhow::Result<()> {
    npm::fetch(&npm::GITHUB)?;
    let test = ["test", "--release", "--package", "cordboard-spec", "--features", "npm", "--test", "github_search"];
    run_command(
        cargo().args(test).args(["--", "--nocapture", "--test-threads", "1"]).env("CORDBOARD_NPM", npm::folder()),
    )
}

/// The tests that measure pages in a browser, with an optimised server.
fn pages() -> anyhow::Result<()> {
    let tools = Tools::prepare()?;
    let test = ["test", "--release", "--package", "cordboard", "--features", "tool-tests", "--test", "program"];
    let mut command = cargo();
    command.args(test).args(["--", "--nocapture", "--test-threads", "1", "opening::", "reading::two_thousand"]);
    tools.tell(&mut command);
    run_command(&mut command)
}
