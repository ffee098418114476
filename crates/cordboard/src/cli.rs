//! The command line.

mod eval;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::eval::{Among, Bfcl, Calls, Eval, EvalCommand, EvalCommon, Half, LineHalf, Requests, Selection};

/// A self-hosted, open home for ChatGPT-style plugins.
#[derive(Debug, Parser)]
#[command(name = "cordboard", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the server with six sample plugins and the built-in model; no key and no configuration needed
    Demo(Demo),
    /// Start the server
    Serve(Serve),
    /// Print a new one-time sign-in link for a running server
    SignIn(SignIn),
    /// Print a new access token for the JSON API
    #[command(
        after_help = "Example:\n  cordboard token --name script --scope read --scope chat\n\nThe API is described \
                            at /openapi.json."
    )]
    Token(Token),
    /// Ask a question in the terminal
    #[command(after_help = "Example:\n  cordboard ask --plugin localhost:8011 \"Where should I stay in Paris for a \
                            couple nights?\"")]
    Ask(Ask),
    /// Call one operation of a plugin, without any model
    #[command(after_help = "Example:\n  cordboard call localhost:8011 searchHotels --arg city=Paris --arg nights=2")]
    Call(Call),
    /// Say what of a plugin or an API description can be used, what cannot and why, and what it costs in tokens
    #[command(after_help = "Examples:\n  cordboard inspect hotels.example\n  cordboard inspect openapi.yaml\n  \
                            cordboard inspect https://api.example/openapi.json --json\n\nThe exit status is 1 when \
                            something cannot be used.")]
    Inspect(Inspect),
    /// Add, list and show plugins
    Plugin(Plugin),
    /// Write everything that is stored into one file
    #[command(after_help = "Example:\n  cordboard backup cordboard-backup.jsonl\n\nThe server may run meanwhile. The \
                            file holds people's conversations and hashed passwords; keep it safe.")]
    Backup(Backup),
    /// Put a backup into an empty database, SQLite or PostgreSQL
    #[command(after_help = "Example, from SQLite to PostgreSQL:\n  cordboard backup all.jsonl\n  cordboard restore \
                            all.jsonl --database postgres://cordboard@localhost/cordboard")]
    Restore(Restore),
    /// Write what belongs to one person as JSON
    Export(Export),
    /// The keys that seal people's credentials
    Keys(Keys),
    /// Fetch the built-in model's file if it is not there, and print its path
    ModelFile(ModelFile),
    /// Measure how well a model chooses and fills calls
    Eval(Eval),
}

/// Where things are kept and which models there are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Configuration file [default: cordboard.toml, if there is one]
    #[arg(long, env = "CORDBOARD_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder for the database and the model's file
    #[arg(long, env = "CORDBOARD_DATA_DIR", value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// A PostgreSQL database instead of a SQLite file, such as `postgres://cordboard:PASSWORD@host/cordboard`; several
    /// servers may share it
    #[arg(long, env = "CORDBOARD_DATABASE", value_name = "URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// The built-in model's file, instead of fetching it
    #[arg(long, env = "CORDBOARD_MODEL_FILE", value_name = "FILE")]
    pub(crate) model_file: Option<PathBuf>,
    /// An origin with a private address that plugins may have, such as `http://localhost:5003`; may be repeated
    #[arg(long = "allow-origin", value_name = "URL")]
    pub(crate) allow_origins: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The server's port; the sample plugins take the six ports after it
    #[arg(long, default_value_t = 8010)]
    pub(crate) port: u16,
    /// Do not open a browser
    #[arg(long)]
    pub(crate) no_open: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The address to listen at [default: 127.0.0.1:8010]
    #[arg(long, env = "CORDBOARD_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct SignIn {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The link is for the demo's server
    #[arg(long)]
    pub(crate) demo: bool,
    /// For the person of this login, instead of the owner
    #[arg(long, value_name = "LOGIN")]
    pub(crate) user: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Token {
    #[command(flatten)]
    pub(crate) common: Common,
    /// What will use the token
    #[arg(long)]
    pub(crate) name: String,
    /// What the token may be used for: read, chat, plugins, develop, review or admin; may be repeated
    #[arg(long = "scope", required = true, value_name = "SCOPE")]
    pub(crate) scopes: Vec<String>,
    /// For the person of this login, instead of the owner
    #[arg(long, value_name = "LOGIN")]
    pub(crate) user: Option<String>,
    /// How long it holds [default: until it is revoked]
    #[arg(long, value_name = "DAYS")]
    pub(crate) days: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The file to write; it must not exist
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The file that `cordboard backup` wrote
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The person's login; `owner` for the person who runs the server
    #[arg(long, value_name = "LOGIN")]
    pub(crate) user: String,
}

#[derive(Debug, Args)]
pub(crate) struct ModelFile {
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    pub(crate) common: Common,
    /// A plugin to switch on, by domain, URL or localhost:PORT; may be repeated
    #[arg(long = "plugin", value_name = "ADDRESS")]
    pub(crate) plugins: Vec<String>,
    /// The model to ask [default: the first configured]
    #[arg(long, value_name = "ID")]
    pub(crate) model: Option<String>,
    /// Allow every call without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Show how the built-in model weighed the operations
    #[arg(long)]
    pub(crate) trace: bool,
    /// Print every event as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    pub(crate) question: String,
}

#[derive(Debug, Args)]
pub(crate) struct Call {
    #[command(flatten)]
    pub(crate) common: Common,
    /// The plugin, by domain, URL or localhost:PORT
    pub(crate) plugin: String,
    /// The operation's name; without it, all operations are listed
    pub(crate) operation: Option<String>,
    /// An argument: text, or JSON where the operation wants something else
    #[arg(long = "arg", value_name = "NAME=VALUE")]
    pub(crate) arguments: Vec<String>,
    /// Send without asking, also when the call changes something
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print request and response as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) common: Common,
    /// A file, a domain, a URL or localhost:PORT
    pub(crate) target: String,
    /// Where the API is served, for a file that names no server
    #[arg(long, value_name = "URL")]
    pub(crate) base: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Plugin {
    #[command(subcommand)]
    pub(crate) command: PluginCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Install a plugin, or bring it up to date
    Add {
        #[command(flatten)]
        common: Common,
        /// A domain, URL or localhost:PORT
        address: String,
        #[arg(long)]
        json: bool,
    },
    /// List installed plugins
    List {
        #[command(flatten)]
        common: Common,
        #[arg(long)]
        json: bool,
    },
    /// Show a plugin's operations, findings and what a model is told of it
    Show {
        #[command(flatten)]
        common: Common,
        /// An installed plugin's name, or any domain, URL or localhost:PORT
        plugin: String,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Name the keys and say which one seals
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Make a new key and seal everything with it; servers may run meanwhile
    Rotate {
        #[command(flatten)]
        common: Common,
    },
    /// Forget a key that nothing is sealed with any more
    Retire {
        #[command(flatten)]
        common: Common,
        name: String,
    },
    /// Remove the credentials whose keys are lost for good, so that people can connect again
    ForgetLost {
        #[command(flatten)]
        common: Common,
    },
}
