//! The arguments of `cordboard eval`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Common;

#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[command(subcommand)]
    pub(crate) command: EvalCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Requests and conversations from a TOML list, over the samples or your own plugins
    #[command(after_help = "Examples:\n  cordboard eval requests eval/requests.toml\n  cordboard eval requests \
                            hotels.toml --plugin localhost:8011\n\nThe exit status is 1 when the share of right answers \
                            is below --at-least. docs/evaluation.md describes the file format.")]
    Requests(Requests),
    /// The simple, multiple and irrelevance categories of the Berkeley Function-Calling Leaderboard
    #[command(after_help = "The folder holds simple_python.json, multiple.json and irrelevance.json, and \
                            simple_python.ans.json and multiple.ans.json with the answers. Lines count from 1: \
                            --half odd takes lines 1, 3, 5 of each file, --half even lines 2, 4, 6.")]
    Bfcl(Bfcl),
    /// Requests that each lead to one call, with its operation among nine others
    #[command(
        after_help = "Each line of FILE is {\"text\": …, \"calls\": [{\"tool\": …, \"arguments\": {…}}]}; lines \
                            with several calls are left out. Each line of --tools is {\"name\": …, \"description\": …, \
                            \"parameters\": {NAME: {\"type\": …, \"description\": …}}, \"required\": […]} with the types \
                            str, int, float, bool and list."
    )]
    Calls(Calls),
    /// Requests that each belong to one plugin, with that plugin among nine others
    #[command(
        after_help = "Each line of FILE is {\"text\": …, \"tool\": …}. Lines count from 1: --half odd takes lines 1, \
                            3, 5, --half even lines 2, 4, 6."
    )]
    Selection(Selection),
}

/// What every evaluation takes.
#[derive(Debug, Args)]
pub(crate) struct EvalCommon {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The model to ask [default: the first configured]
    #[arg(long, value_name = "ID")]
    pub(crate) model: Option<String>,
    /// Print the full report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Requests {
    #[command(flatten)]
    pub(crate) eval: EvalCommon,
    /// A plugin to evaluate instead of the samples: an origin, or the address of a manifest or an OpenAPI document; may
    /// be repeated
    #[arg(long = "plugin", value_name = "URL")]
    pub(crate) plugins: Vec<String>,
    /// A folder with `manifests/STEM.json` and `specs/STEM.json` or `.yaml`, for the `plugins` that the list names;
    /// nothing is fetched
    #[arg(long, value_name = "FOLDER")]
    pub(crate) stubs: Option<PathBuf>,
    /// Take one half of the list: by the lowest bit of the first byte of the SHA-256 of the text, 0 is a, 1 is b
    #[arg(long, value_enum, default_value_t)]
    pub(crate) half: Half,
    /// The share of right answers below which the exit status is 1
    #[arg(long, default_value_t = 0.75, value_name = "SHARE")]
    pub(crate) at_least: f64,
    /// Write what the model would be given for each single request to a file, as JSON lines, and ask nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) inputs: Option<PathBuf>,
    /// The list, in TOML
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Bfcl {
    #[command(flatten)]
    pub(crate) eval: EvalCommon,
    /// Take every second line
    #[arg(long, value_enum, default_value_t)]
    pub(crate) half: LineHalf,
    /// The number of cases of each category, evenly spaced [default: all]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// The folder with the files
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Calls {
    #[command(flatten)]
    pub(crate) eval: EvalCommon,
    /// The operations, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub(crate) tools: PathBuf,
    /// How the nine other operations are chosen
    #[arg(long, value_enum, default_value_t)]
    pub(crate) among: Among,
    /// The number of requests, evenly spaced [default: all]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// The requests, as JSON lines
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Selection {
    #[command(flatten)]
    pub(crate) eval: EvalCommon,
    /// What each plugin says of itself, as a JSON object by name
    #[arg(long, value_name = "FILE")]
    pub(crate) descriptions: PathBuf,
    /// Manifests, as a JSON list; their `description_for_model` is preferred
    #[arg(long, value_name = "FILE")]
    pub(crate) manifests: PathBuf,
    /// Take every second line
    #[arg(long, value_enum, default_value_t)]
    pub(crate) half: LineHalf,
    /// The number of requests, evenly spaced [default: all]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// The requests, as JSON lines
    pub(crate) file: PathBuf,
}

/// A half of a list that is split by a hash of each text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Half {
    /// For tuning
    A,
    /// Untouched while tuning
    B,
    #[default]
    All,
}

/// A half of a file by its line numbers, which count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum LineHalf {
    Even,
    Odd,
    #[default]
    All,
}

/// How the operations beside the wanted one are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Among {
    /// Drawn with a generator that is seeded with the line number
    #[default]
    Random,
    /// Those that a search for the request's text ranks highest
    Nearest,
}
