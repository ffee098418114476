//! `cargo xtask screenshots`: the pictures of docs/store.md, as the browser test takes them.

use anyhow::Context as _;

use crate::command::root;
use crate::test;

/// Those of the test's pictures that the docs show.
const SHOWN: [&str; 7] = ["people", "develop", "review", "store", "menu", "update", "update-phone-dark"];

pub(crate) fn run() -> anyhow::Result<()> {
    test::run(&["life::".to_owned()])?;
    let (from, to) = (root().join("target/screenshots"), root().join("docs/screenshots"));
    std::fs::create_dir_all(&to)?;
    for name in SHOWN {
        let file = format!("{name}.png");
        std::fs::copy(from.join(&file), to.join(&file)).with_context(|| format!("the test took no picture {file}"))?;
    }
    Ok(())
}
