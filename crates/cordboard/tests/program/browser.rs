//! A real Chromium without a window, driven through `WebDriver`.
//!
//! [`visit`] owns the browser: it ends it whether the test passes or fails, leaves a picture of a page on which a test
//! failed, and fails a test whose page broke its own content security policy or threw.

use std::any::Any;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use futures::FutureExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use url::{ParseError, Url};

use crate::page::Page;
use crate::tools;

/// Width and height of a desktop's window.
const DESKTOP: [u32; 2] = [1280, 900];

/// Runs a test in a fresh browser.
pub(crate) async fn visit(test: &str, steps: impl AsyncFnOnce(&Page)) {
    let (driver, address) = start_driver().await;
    let profile = tempfile::Builder::new().prefix("cordboard-browser-").tempdir().expect("a temporary folder");
    let page = Page::new(connect(&address, &profile).await);
    let outcome = AssertUnwindSafe(steps(&page)).catch_unwind().await;
    if outcome.is_err() {
        page.photograph(&format!("failed-{test}")).await;
    }
    let mistakes = if outcome.is_ok() { mistakes(&page.client).await } else { Vec::new() };
    // Without this, Chromium would outlive its driver.
    page.client.close().await.expect("the browser ends");
    drop(driver);
    outcome.unwrap_or_else(|panic: Box<dyn Any + Send>| resume_unwind(panic));
    assert!(mistakes.is_empty(), "the browser's console says: {mistakes:#?}");
}

/// A port that the driver found free may be taken by the time it listens on it.
async fn start_driver() -> (Child, String) {
    for _ in 0..5 {
        if let Some(started) = try_driver().await {
            return started;
        }
    }
    panic!("the driver ends at once; is it made for this Chromium?");
}

async fn try_driver() -> Option<(Child, String)> {
    let mut command = Command::new(tools::chromedriver());
    let command = command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut driver = command.kill_on_drop(true).spawn().expect("the driver starts");
    let mut lines = BufReader::new(driver.stdout.take().expect("stdout is piped")).lines();
    while let Some(line) = lines.next_line().await.expect("the driver speaks") {
        if let Some((_, port)) = line.trim_end_matches('.').split_once("started successfully on port ") {
            return Some((driver, format!("http://127.0.0.1:{port}")));
        }
    }
    None
}

async fn connect(driver: &str, profile: &TempDir) -> Client {
    let [width, height] = DESKTOP;
    let capabilities = json!({
        "goog:chromeOptions": {
            "binary": tools::chromium(),
            "args": [
                "--headless=new",
                // Containers and root have no sandbox to offer.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                format!("--window-size={width},{height}"),
                format!("--user-data-dir={}", profile.path().display()),
            ],
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let Value::Object(capabilities) = capabilities else { unreachable!("an object was written above") };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities).connect(driver).await.expect("the browser starts")
}

/// What the console remarks on although a test provokes it: a server that was ended, a form that was refused, a page that
/// is not there.
const PROVOKED: [&str; 9] = [
    "ERR_CONNECTION_REFUSED",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
    "a status of 422",
    "/nowhere - Failed to load resource: the server responded with a status of 404",
    "/used-up - Failed to load resource: the server responded with a status of 404",
    "/used-up - Failed to load resource: the server responded with a status of 410",
    "/sign-in - Failed to load resource: the server responded with a status of 401",
    "?error=access_denied - Failed to load resource: the server responded with a status of 4",
    "/submit - Failed to load resource: the server responded with a status of 409",
];

/// What the console holds against the page.
async fn mistakes(client: &Client) -> Vec<String> {
    let command = Extension { path: "se/log", body: json!({ "type": "browser" }) };
    let entries = client.issue_cmd(command).await.expect("the console can be read");
    let entries = entries.as_array().cloned().unwrap_or_default();
    let messages = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
    let messages = messages.map(|entry| entry["message"].to_string());
    messages.filter(|message| !PROVOKED.iter().any(|provoked| message.contains(provoked))).collect()
}

/// A command of `ChromeDriver` beyond the standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base_url: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Runs a command of the Chrome `DevTools` protocol.
pub(crate) async fn devtools(client: &Client, command: &str, parameters: Value) {
    let body = json!({ "cmd": command, "params": parameters });
    client.issue_cmd(Extension { path: "goog/cdp/execute", body }).await.expect("the browser obeys");
}

/// Where a picture of a page lies.
pub(crate) fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder.join(format!("{name}.png"))
}

/// Where a picture for the documentation lies: in the folder that `cargo xtask screenshots` names, or with the others.
pub(crate) fn documented(name: &str) -> PathBuf {
    tools::screenshots().map_or_else(|| picture(name), |folder| folder.join(format!("{name}.png")))
}

/// How long a page may take to look for something again.
pub(crate) const GLANCE: Duration = Duration::from_millis(50);
