//! `cordboard eval`: how well a model chooses calls and fills in their arguments. Nothing is sent to a plugin.

mod answer;
mod bench;
mod bfcl;
mod bfcl_answer;
mod calibration;
mod calls;
mod confusion;
mod conversation;
mod dates;
mod draw;
mod functions;
mod inputs;
mod judge;
mod lines;
mod list;
mod loose;
mod plugins;
mod progress;
mod report;
mod requests;
mod selection;
mod single;

use super::Outcome;
use crate::cli::{Eval, EvalCommand};

pub(crate) async fn run(arguments: Eval) -> anyhow::Result<Outcome> {
    match arguments.command {
        EvalCommand::Requests(arguments) => requests::run(arguments).await,
        EvalCommand::Bfcl(arguments) => bfcl::run(arguments).await,
        EvalCommand::Calls(arguments) => calls::run(arguments).await,
        EvalCommand::Selection(arguments) => selection::run(arguments).await,
    }
}
