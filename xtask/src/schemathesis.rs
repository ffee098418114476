//! `cargo xtask schemathesis`: what the JSON API says of itself, tried on a running server by the Python tool of that name:
//! no server error, no answer that the description does not have.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use crate::command::{cargo, output, program, root, run as run_command};
use crate::tools::python_with;

const PACKAGES: [&str; 1] = ["schemathesis==4.32.5"];

/// Requests per operation beside those that cover each parameter's edges.
const EXAMPLES: &str = "20";

const SCOPES: [&str; 6] = ["read", "chat", "plugins", "develop", "review", "admin"];

/// A model whose server does not answer: conversations can be had, answers cannot.
const CONFIG: &str = "[models.closed]\nbase_url = 'http://127.0.0.1:9/v1'\nmodel = 'm'\n";

/// Makes what most paths are about, and writes its ids where schemathesis looks for them.
const PREPARE: &str = r#"
import json, sys, urllib.request
base, token = sys.argv[1:]
def post(path, body):
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    request = urllib.request.Request(base + "/api/v1" + path, json.dumps(body).encode(), headers)
    return json.load(urllib.request.urlopen(request))
spec = "openapi: 3.1.0\ninfo: {title: Notes, version: '1'}\npaths: {/notes: {get: {operationId: listNotes}}}"
plugin = post("/registrations", {"text": spec, "address": "https://notes.example"})["plugin"]["id"]
conversation = post("/conversations", {})["id"]
turn = post("/conversations/" + conversation + "/messages", {"text": "hello", "wait": 20})["id"]
with open("schemathesis.toml", "w") as file:
    file.write(f'[parameters]\nplugin = "{plugin}"\nconversation = "{conversation}"\nturn = "{turn}"\n')
"#;

/// A running server; it ends with the value.
struct Server {
    child: Child,
    base: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn run() -> anyhow::Result<()> {
    let python = python_with("schemathesis", &PACKAGES)?;
    run_command(cargo().args(["build", "--quiet", "--package", "cordboard"]))?;
    let folder = root().join("target/xtask/schemathesis-server");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error).context("clearing up"),
        _ => std::fs::create_dir_all(&folder)?,
    }
    std::fs::write(folder.join("cordboard.toml"), CONFIG)?;
    let server = start(&folder)?;
    let mut make = cordboard(&folder);
    make.args(["token", "--name", "schemathesis"]).args(SCOPES.iter().flat_map(|scope| ["--scope", scope]));
    let token = output(&mut make)?;
    run_command(program(&python).current_dir(&folder).args(["-c", PREPARE, &server.base]).arg(&token))
        .context("what the paths are about cannot be made")?;
    // Texts such as addresses are judged by more than their schema, so that a valid one may well be refused.
    // What one step made, another may have deleted.
    let checks = ["--exclude-checks", "positive_data_acceptance,ensure_resource_availability"];
    let effort =
        ["--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure"];
    let mut tried = program(python);
    tried.current_dir(&folder);
    tried.args(["-m", "schemathesis.cli", "run", "--no-color"]).arg(format!("{}/openapi.json", server.base));
    tried.args(["--url", &server.base]).args(checks).args(effort);
    tried.arg("--header").arg(format!("Authorization: Bearer {token}"));
    run_command(&mut tried).context("the API and its description do not agree; the output above says where")
}

/// The built program in a folder that is all it has.
fn cordboard(folder: &Path) -> Command {
    let mut command = program(root().join("target/debug/cordboard"));
    command.current_dir(folder).env("CORDBOARD_DATA_DIR", folder.join("data")).env_remove("CORDBOARD_DATABASE");
    command
}

/// Starts the server and reads where it listens from what it prints.
fn start(folder: &Path) -> anyhow::Result<Server> {
    let mut command = cordboard(folder);
    let command = command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut child = command.spawn().context("the built program cannot be started")?;
    let lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
    let link = lines.map_while(Result::ok).find(|line| line.contains("/sign-in/"));
    let mut server = Server { child, base: String::new() };
    let link = link.context("the server ended before it was ready")?;
    link.trim().split("/sign-in/").next().unwrap_or_default().clone_into(&mut server.base);
    Ok(server)
}
