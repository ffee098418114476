//! `cordboard model-file`: makes sure that the built-in model's file is there, so that later starts need no network.

use super::Outcome;
use crate::assembly;
use crate::cli;
use crate::config::Config;
use crate::model_file::Source;
use crate::terminal;

pub(crate) async fn run(arguments: cli::ModelFile) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let client = assembly::model_client(&config)?;
    let path = Source::new(&config.embedded, &config.data_dir()?, client).obtain().await?;
    terminal::say(&path.display().to_string());
    Ok(Outcome::Done)
}
