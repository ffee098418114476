//! Where the tools are that `cargo xtask test` provides. A missing one fails the test; it is never left out silently.

use std::path::PathBuf;

/// A Chromium.
pub(crate) fn chromium() -> PathBuf {
    tool("CORDBOARD_TEST_CHROMIUM")
}

/// The driver for [`chromium`].
pub(crate) fn chromedriver() -> PathBuf {
    tool("CORDBOARD_TEST_CHROMEDRIVER")
}

/// A Python that has Datasette with its plugin.
pub(crate) fn python() -> PathBuf {
    tool("CORDBOARD_TEST_PYTHON")
}

/// The script of axe-core, which judges whether everybody can use a page.
pub(crate) fn axe() -> PathBuf {
    tool("CORDBOARD_TEST_AXE")
}

/// The built-in model's file.
pub(crate) fn model_file() -> PathBuf {
    tool("CORDBOARD_MODEL_FILE")
}

/// The folder for the documentation's pictures, where they are wanted.
#[expect(clippy::disallowed_methods, reason = "the task that takes the pictures names the folder in the environment")]
pub(crate) fn screenshots() -> Option<PathBuf> {
    std::env::var_os("CORDBOARD_TEST_SCREENSHOTS").map(PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "the task that runs the tests passes the tools in the environment")]
fn tool(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).map(PathBuf::from);
    let path =
        path.unwrap_or_else(|| panic!("{variable} is not set; run `cargo xtask test`, which provides the tools"));
    assert!(path.exists(), "{variable} names {}, which does not exist; run `cargo xtask test`", path.display());
    path
}
