//! The `cordboard` program: reads the command line, the configuration and the environment, puts the parts together and
//! runs one command.

mod assembly;
mod cli;
mod commands;
mod config;
#[cfg(feature = "embedded")]
mod embedded;
mod keys;
#[cfg(feature = "embedded")]
mod model_file;
mod models;
mod system;
mod terminal;
mod trace;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command};
use crate::commands::Outcome;

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let result = runtime.block_on(run(cli));
    // Work that cannot be interrupted, such as the embedded model's arithmetic, must not hold up the exit.
    runtime.shutdown_background();
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NotRight) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Demo(arguments) => commands::demo::run(arguments).await,
        Command::Serve(arguments) => commands::serve::run(arguments).await,
        Command::SignIn(arguments) => commands::sign_in::run(arguments).await,
        Command::Token(arguments) => commands::token::run(arguments).await,
        Command::Ask(arguments) => commands::ask::run(arguments).await,
        Command::Call(arguments) => commands::call::run(arguments).await,
        Command::Inspect(arguments) => commands::inspect::run(arguments).await,
        Command::Plugin(arguments) => commands::plugin::run(arguments).await,
        #[cfg(feature = "embedded")]
        Command::ModelFile(arguments) => commands::model_file::run(arguments).await,
        #[cfg(not(feature = "embedded"))]
        Command::ModelFile(_) => anyhow::bail!("this program was built without the built-in model"),
        Command::Backup(arguments) => commands::backup::backup(arguments).await,
        Command::Restore(arguments) => commands::backup::restore(arguments).await,
        Command::Export(arguments) => commands::backup::export(arguments).await,
        Command::Keys(arguments) => commands::keys::run(arguments).await,
        Command::Eval(arguments) => commands::eval::run(arguments).await,
    }
}

fn start_log() {
    let filter = EnvFilter::try_from_env("CORDBOARD_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

fn fail(error: &anyhow::Error) -> ExitCode {
    terminal::complain(error);
    ExitCode::from(2)
}
