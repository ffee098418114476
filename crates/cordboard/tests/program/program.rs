//! The program as a child process, in a folder of its own and with nothing of the developer's environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

#[cfg(feature = "tool-tests")]
use crate::ports::Ports;
#[cfg(feature = "tool-tests")]
use crate::tools;

/// Longer than anything takes that is not broken, with a model in an unoptimised build on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

/// Variables of the developer's environment that would change what the program does.
const VARIABLES: [&str; 8] = [
    "CORDBOARD_CONFIG",
    "CORDBOARD_DATA_DIR",
    "CORDBOARD_DATABASE",
    "CORDBOARD_MODEL_FILE",
    "CORDBOARD_LISTEN",
    "CORDBOARD_LOG",
    "CORDBOARD_KEYS",
    "CREDENTIALS_DIRECTORY",
];

/// A folder that is the home, the working folder and the data folder of the programs started in it.
#[derive(Debug)]
pub(crate) struct Home(TempDir);

/// What a program that ended left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    /// A fresh folder; it goes with the value.
    pub(crate) fn new() -> Self {
        Self(tempfile::Builder::new().prefix("cordboard-test-").tempdir().expect("a temporary folder"))
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a file into the folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file in the temporary folder");
        path
    }

    /// The program with arguments, not yet started.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cordboard"));
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command.current_dir(self.0.path()).env("HOME", self.0.path()).env("CORDBOARD_DATA_DIR", self.path("data"));
        command.args(arguments).kill_on_drop(true).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ended {
        end(self.command(arguments), "").await
    }

    /// Runs the program to its end, with somebody who types this.
    pub(crate) async fn run_typing(&self, arguments: &[&str], typed: &str) -> Ended {
        end(self.command(arguments), typed).await
    }

    /// Starts a server, and waits until it is ready.
    pub(crate) async fn serve(&self, arguments: &[&str]) -> Server {
        self.start(self.command(arguments)).await
    }

    /// Starts the demo at these ports, with the built-in model.
    #[cfg(feature = "tool-tests")]
    pub(crate) async fn demo(&self, ports: &Ports) -> Server {
        let mut command = self.command(["demo", "--no-open", "--port", &ports.base().to_string()]);
        command.env("CORDBOARD_MODEL_FILE", tools::model_file());
        self.start(command).await
    }

    /// Starts a server that invites its owner; `link` is the path of the invitation.
    pub(crate) async fn serve_for_others(&self, arguments: &[&str]) -> Server {
        let mut server = self.start_saying(self.command(arguments), "/invitations/").await;
        server.link = server.link.trim_start_matches(&server.base).to_owned();
        server
    }

    /// Starts a server, and stops it when it has printed a line with this text, which is given.
    pub(crate) async fn first_line(&self, command: Command, text: &str) -> String {
        self.start_saying(command, text).await.link.clone()
    }

    /// Starts a server from a command with settings of the test's own, and waits until it is ready.
    pub(crate) async fn start(&self, command: Command) -> Server {
        self.start_saying(command, "/sign-in/").await
    }

    async fn start_saying(&self, mut command: Command, text: &str) -> Server {
        let log = self.path("server.log");
        let errors = std::fs::File::create(&log).expect("a log file");
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let Ok(link) = timeout(PATIENCE, line_with(&mut lines, text)).await else { panic!("no link: {}", read(&log)) };
        let link = link.unwrap_or_else(|| panic!("the server ended: {}", read(&log)));
        let base = link.split(text).next().unwrap_or_default().to_owned();
        Server { child, base, link, log, _lines: lines }
    }
}

/// Runs a command to its end.
pub(crate) async fn end(mut command: Command, typed: &str) -> Ended {
    let input = if typed.is_empty() { Stdio::null() } else { Stdio::piped() };
    let command = command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ended without reading is judged by what it left behind.
        let _ = stdin.write_all(typed.as_bytes()).await;
    }
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends in time");
    let output = output.expect("the program's output can be read");
    Ended { code: code(output.status), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn code(status: ExitStatus) -> i32 {
    status.code().expect("the program ends by itself")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("the program prints UTF-8")
}

async fn line_with(lines: &mut Lines<BufReader<ChildStdout>>, text: &str) -> Option<String> {
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains(text) {
            return Some(line.trim().to_owned());
        }
    }
    None
}

fn read(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default()
}

impl Ended {
    /// Fails with everything that was printed unless the exit status is this one.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless stdout holds each of these texts.
    #[track_caller]
    pub(crate) fn prints(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stdout.contains(text),
                "`{text}` is missing in stdout:\n{}\nstderr:\n{}",
                self.stdout,
                self.stderr
            );
        }
        self
    }

    /// Fails unless stderr holds each of these texts.
    #[track_caller]
    pub(crate) fn complains(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "`{text}` is missing in stderr:\n{}\nstdout:\n{}",
                self.stderr,
                self.stdout
            );
        }
        self
    }

    /// Stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in:\n{}", self.stdout))
    }
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Such as `http://localhost:8010`.
    pub(crate) base: String,
    /// The one-time sign-in link.
    pub(crate) link: String,
    log: PathBuf,
    /// Keeps the pipe open that the server prints to.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Ends the server as a power cut does, and waits until it is gone.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.expect("the server can be killed");
    }

    /// What the server wrote to stderr.
    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }

    /// Whether the process still lives.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}
