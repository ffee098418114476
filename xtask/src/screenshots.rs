//! `cargo xtask screenshots`: the pictures of docs/store.md, taken by the test that lives through what it tells.

use crate::command::{cargo, root};
use crate::tools::Tools;

pub(crate) fn run() -> anyhow::Result<()> {
    let tools = Tools::prepare()?;
    let folder = root().join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let mut command = cargo();
    command.args(["test", "--package", "cordboard", "--features", "tool-tests", "--test", "program", "--", "life::"]);
    tools.tell(&mut command);
    crate::command::run(command.env("CORDBOARD_TEST_SCREENSHOTS", folder))
}
