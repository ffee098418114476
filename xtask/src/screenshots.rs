//! `cargo xtask screenshots`: the pictures of docs/store.md, docs/credentials.md and docs/conversation.md, taken by the
//! tests that live through what they tell.

use crate::command::{cargo, root};
use crate::tools::Tools;

pub(crate) fn run() -> anyhow::Result<()> {
    let tools = Tools::prepare()?;
    let folder = root().join("docs/screenshots");
    std::fs::create_dir_all(&folder)?;
    let mut command = cargo();
    command.args([
        "test",
        "--package",
        "cordboard",
        "--features",
        "tool-tests",
        "--test",
        "program",
        "--",
        "life::",
        "a_newcomer_books",
        "in_the_open::",
        "link_cards::",
        "what_no_record_has",
        "a_question_is_asked_again",
    ]);
    tools.tell(&mut command);
    crate::command::run(command.env("CORDBOARD_TEST_SCREENSHOTS", folder))
}
