//! `cargo xtask test`: every test of the project.

use crate::command::{cargo, succeeds};
use crate::tools::Tools;

/// The features behind which tests wait that need a tool.
pub(crate) const FEATURES: &str = "cordboard/tool-tests,cordboard-credentials/tool-tests,cordboard-credentials/with-postgres,\
     cordboard-embedded/with-model-file,cordboard-store/with-postgres,cordboard-web/with-postgres";

pub(crate) fn run(filter: &[String]) -> anyhow::Result<()> {
    let tools = Tools::prepare()?;
    let nextest = succeeds(cargo().args(["nextest", "--version"]));
    let mut command = cargo();
    if nextest {
        command.args(["nextest", "run"]);
    } else {
        command.arg("test");
    }
    command.args(["--workspace", "--features", FEATURES]).args(filter);
    tools.tell(&mut command);
    crate::command::run(&mut command)?;
    if filter.is_empty() { requests(&tools) } else { Ok(()) }
}

/// Whether the built-in model still calls as well as docs/requests.md says.
fn requests(tools: &Tools) -> anyhow::Result<()> {
    let eval = ["run", "--quiet", "--package", "cordboard", "--", "eval", "requests", "eval/requests.toml"];
    crate::command::run(cargo().args(eval).env("CORDBOARD_MODEL_FILE", &tools.model_file))
}
