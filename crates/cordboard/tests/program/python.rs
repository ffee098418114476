//! Plugins that other people's programs serve, as child processes of a test.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::http::wait_for;
use crate::ports::Ports;
use crate::program::{Home, end};
use crate::tools;

/// A running plugin.
#[derive(Debug)]
pub(crate) struct Python {
    /// Such as `http://127.0.0.1:5003`.
    pub(crate) origin: String,
    _child: Child,
    _ports: Option<Ports>,
}

const TODO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/program/todo_plugin.py");

/// Three ships, two of them built before 1700.
const SHIPS: &str = "import sqlite3, sys\n\
    database = sqlite3.connect(sys.argv[1])\n\
    database.execute('create table ships (name text, built integer)')\n\
    ships = [('Vasa', 1627), ('Batavia', 1628), ('Fram', 1892)]\n\
    database.executemany('insert into ships values (?, ?)', ships)\n\
    database.commit()\n";

/// The quickstart's to-do list.
pub(crate) async fn todo() -> Python {
    let mut command = Command::new(tools::python());
    let command = command.arg(TODO).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("Python starts");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let port = lines.next_line().await.expect("the plugin speaks").expect("the plugin prints its port");
    Python { origin: format!("http://127.0.0.1:{port}"), _child: child, _ports: None }
}

/// Datasette over a small database, with Simon Willison's plugin for `ChatGPT`.
pub(crate) async fn datasette(home: &Home) -> Python {
    let database = home.path("harbour.sqlite");
    let mut fill = Command::new(tools::python());
    fill.args(["-c", SHIPS]).arg(&database);
    end(fill, "").await.expect(0);
    let ports = Ports::claim();
    let mut command = Command::new(tools::python());
    command.args(["-m", "datasette"]).arg(&database).args(["--port", &ports.base().to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let child = command.spawn().expect("Datasette starts");
    let origin = format!("http://127.0.0.1:{}", ports.base());
    wait_for(&format!("{origin}/.well-known/ai-plugin.json")).await;
    Python { origin, _child: child, _ports: Some(ports) }
}
