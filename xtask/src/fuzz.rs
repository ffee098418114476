//! `cargo xtask fuzz`: every fuzz target for a while, from our seeds and what earlier runs found.
//!
//! Stable Rust and libFuzzer from the crate `libfuzzer-sys`; without a sanitizer, which Rust without `unsafe` does not need.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::command::{cargo, output, program, root, run as run_command, succeeds};

const TARGETS: [&str; 5] = ["manifest", "spec", "arguments", "response", "link_card"];

const SECONDS: u32 = 60;

/// Makes the compiler count which branches run, as `cargo fuzz` does.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares";

pub(crate) fn run(seconds: Option<&str>) -> anyhow::Result<()> {
    let seconds = match seconds {
        None => SECONDS,
        Some(text) => text.parse().with_context(|| format!("`{text}` is no number of seconds"))?,
    };
    for_each(seconds)
}

/// Runs each target for some seconds.
pub(crate) fn for_each(seconds: u32) -> anyhow::Result<()> {
    if cfg!(windows) {
        eprintln!("The fuzz targets are built with flags that Rust's Windows toolchain does not know; left out.");
        return Ok(());
    }
    if !["c++", "g++", "clang++"].iter().any(|compiler| succeeds(program(compiler).arg("--version"))) {
        bail!("libFuzzer is C++; install a compiler: `sudo apt-get install g++` or `xcode-select --install`");
    }
    let rustc = output(program("rustc").arg("-vV"))?;
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
    let folder = root().join("target/fuzz");
    // With an explicit target, the flags do not reach build scripts.
    let build = ["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", host, "--target-dir"];
    run_command(cargo().args(build).arg(&folder).env("RUSTFLAGS", FLAGS))?;
    TARGETS.iter().try_for_each(|target| fuzz(&folder.join(host).join("release").join(target), target, seconds))
}

fn fuzz(binary: &Path, target: &str, seconds: u32) -> anyhow::Result<()> {
    let found = root().join("target/xtask/fuzz").join(target);
    std::fs::create_dir_all(&found)?;
    let log = found.with_extension("log");
    let limits = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-verbosity=0", "-print_final_stats=1"];
    let ended = run_command(
        program(binary)
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/failed-", found.display()))
            .args(limits)
            .args([&found, &root().join("fuzz/seeds").join(target)])
            .stderr(std::fs::File::create(&log)?),
    );
    let told = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
    for line in told.lines().filter(|line| line.starts_with("stat::") || ended.is_err()) {
        eprintln!("{line}");
    }
    ended.with_context(|| format!("the target `{target}` fails; the input is {}/failed-*", found.display()))
}
