//! What people read and answer in the terminal. Output goes to stdout; questions, progress and problems to stderr.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this module is the terminal")]

use std::io::{self, BufRead as _, Write as _};
#[cfg(feature = "embedded")]
use std::time::Duration;

use anyhow::Context as _;
#[cfg(feature = "embedded")]
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// A line of output.
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Output without a line end, shown at once.
pub(crate) fn say_on(text: &str) {
    print!("{text}");
    // A closed pipe ends the program with the next line anyway.
    let _ = io::stdout().flush();
}

/// A line beside the output.
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}

/// A value as indented JSON.
pub(crate) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A problem that ends the program, with its causes unless they repeat it.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut told = error.to_string();
    eprintln!("cordboard: {told}");
    for cause in error.chain().skip(1) {
        let text = cause.to_string();
        if !told.contains(&text) {
            eprintln!("  because: {text}");
        }
        told = text;
    }
}

/// Asks a question that wants a yes; anything else, and the end of input, is a no.
pub(crate) fn confirm(question: &str) -> anyhow::Result<bool> {
    eprint!("{question} [y/n] ");
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the answer cannot be read")?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// A line that shows that something is going on, however long it takes.
#[cfg(feature = "embedded")]
pub(crate) fn spinner(label: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(label.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A bar over a known number of bytes.
#[cfg(feature = "embedded")]
pub(crate) fn byte_bar(label: &str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes} of {total_bytes}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_message(label.to_owned())
}
