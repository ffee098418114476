//! Checks over real documents that lie beside the project on some machines and are no part of it.

use std::path::PathBuf;

use crate::command::{cargo, root, run as run_command};

pub(crate) fn run() -> anyhow::Result<()> {
    let Some(corpus) = folder() else {
        eprintln!("No corpus beside the project; its checks are left to machines that have one.");
        return Ok(());
    };
    let packages = ["cordboard-agent", "cordboard-net", "cordboard-spec"].map(|name| ["--package", name]);
    let tests = ["test"].into_iter().chain(packages.into_iter().flatten()).chain(["--features"]);
    let features = "cordboard-agent/corpus,cordboard-net/corpus,cordboard-spec/corpus";
    run_command(cargo().args(tests).arg(features).args(["--test", "corpus"]).env("CORDBOARD_CORPUS", corpus))
}

fn folder() -> Option<PathBuf> {
    let folder = root().parent()?.join("shared/corpus");
    folder.is_dir().then_some(folder)
}
