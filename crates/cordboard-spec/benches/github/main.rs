//! What GitHub's API description costs: compiling, showing, planning; and what hostile descriptions cost. Ends with 1 where
//! a target is missed. `cargo xtask bench` fetches the description and runs it.
#![allow(clippy::print_stdout, reason = "the table is what the run is for")]

mod arguments;
mod compiling;
mod hostile;
mod planning;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use cordboard_spec::render::ledger::Ledger;
use peak_alloc::PeakAlloc;
use table::{Kind, Table};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const OPERATIONS: usize = 1_223;

#[expect(clippy::disallowed_methods, reason = "the task names the description in the environment")]
fn main() -> ExitCode {
    let Some(file) = std::env::var_os("CORDBOARD_GITHUB").map(PathBuf::from) else {
        println!("CORDBOARD_GITHUB names GitHub's description; run `cargo xtask bench`");
        return ExitCode::from(2);
    };
    let mut table = Table::default();
    let toolset = compiling::measure(&file, &mut table);
    show(&Ledger::of(&toolset), &mut table);
    planning::measure(&toolset, &mut table);
    drop(toolset);
    println!("{table}");
    hostile::measure();
    let missed = table.missed();
    for line in missed {
        println!("missed: {line}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::cast_precision_loss, reason = "there are few tokens")]
fn show(ledger: &Ledger, table: &mut Table) {
    let share = |total: usize| total as f64 / ledger.operations.len() as f64;
    let total = &ledger.total;
    table.at_most("tokens per operation, TypeScript", Kind::Exact, 187.0, share(total.typescript), "");
    table.at_most("tokens per operation, index", Kind::Exact, 16.0, share(total.index), "");
    table.note("tokens per operation, JSON function tools", format!("{:.1}", share(total.function)));
}
