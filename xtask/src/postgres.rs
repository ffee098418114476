//! A PostgreSQL server for the tests: a fresh cluster on a free port of loopback, gone when the task ends.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::command::{program, run, succeeds};
use crate::tools::{find, may_install};

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);

/// The user that runs the server where the task itself runs as root, which PostgreSQL refuses.
const NOBODY: u32 = 65534;

/// A running server. It ends with the value.
pub(crate) struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Finds or installs PostgreSQL and starts a server.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = programs()?;
        let folder = std::env::temp_dir().join(format!("cordboard-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let user = unprivileged(&folder)?;
        let data = folder.join("data");
        let options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
        let mut make = command(&programs.join("initdb"), user, &folder);
        run(make.arg("-D").arg(&data).args(options).stdout(Stdio::null())).context("a cluster for the tests")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        // What a test stores need not survive a power cut.
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=300"];
        let mut serve = command(&programs.join("postgres"), user, &folder);
        serve.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        serve.args(settings.iter().flat_map(|setting| ["-c", setting]));
        let log = std::fs::File::create(folder.join("log"))?;
        let server = serve.stdout(log.try_clone()?).stderr(log).spawn().context("PostgreSQL cannot be started")?;
        let mut started = Self { server, folder, port };
        started.wait()?;
        Ok(started)
    }

    /// Without a database's name.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if self.server.try_wait()?.is_some() || Instant::now() > deadline {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL did not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Its other processes end when they miss the first one.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of `initdb` and `postgres`, which Debian keeps off the PATH.
fn programs() -> anyhow::Result<PathBuf> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    if may_install() {
        eprintln!("PostgreSQL is missing; installing it.");
        run(program("apt-get").args(["update", "-qq"]))?;
        let packages = ["install", "-y", "-qq", "--no-install-recommends", "postgresql"];
        run(program("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(packages))?;
    }
    installed().context(
        "The tests need PostgreSQL's `initdb` and `postgres`. Install them: `sudo apt-get install postgresql` (Debian, \
         Ubuntu), `brew install postgresql` (macOS), or put their folder on the PATH",
    )
}

fn installed() -> Option<PathBuf> {
    let on_path = find(&["initdb"]).and_then(|found| Some(found.parent()?.to_owned()));
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    on_path.into_iter().chain(debian.into_iter().rev()).find(|folder| folder.join("postgres").is_file())
}

/// Hands the folder to an unprivileged user where the task runs as root, and says who that is.
fn unprivileged(folder: &Path) -> anyhow::Result<Option<u32>> {
    if cfg!(unix) && succeeds(program("test").args(["-w", "/usr/bin"])) {
        #[cfg(unix)]
        std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY))?;
        return Ok(Some(NOBODY));
    }
    let _ = folder;
    Ok(None)
}

fn command(name: &Path, user: Option<u32>, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder);
    #[cfg(unix)]
    if let Some(user) = user {
        use std::os::unix::process::CommandExt as _;
        command.uid(user).gid(user);
    }
    #[cfg(not(unix))]
    let _ = user;
    command
}
