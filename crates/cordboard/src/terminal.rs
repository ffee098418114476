//! What people read and answer in the terminal. Output goes to stdout; questions, progress and problems to stderr.

#![expect(clippy::print_stderr, reason = "this module is the terminal")]

use std::io::{self, BufRead as _, Write as _};

use anyhow::Context as _;
use cordboard_domain::call::PlannedCall;
#[cfg(feature = "embedded")]
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// A line of output.
pub(crate) fn say(text: &str) {
    put(&format!("{}\n", clean(text)));
}

/// Writes output. Whoever reads it may have had enough (`| head`), which ends the program quietly.
fn put(text: &str) {
    let mut output = io::stdout().lock();
    if output.write_all(text.as_bytes()).and_then(|()| output.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Text from plugins and models without the characters that steer a terminal.
fn clean(text: &str) -> String {
    text.chars().filter(|each| !each.is_control() || matches!(each, '\n' | '\t')).collect()
}

/// Output without a line end, shown at once.
pub(crate) fn say_on(text: &str) {
    put(&clean(text));
}

/// A line beside the output.
pub(crate) fn note(text: &str) {
    eprintln!("{}", clean(text));
}

/// A value as indented JSON.
pub(crate) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    put(&format!("{}\n", serde_json::to_string_pretty(value)?));
    Ok(())
}

/// A problem that ends the program, with its causes unless they repeat it.
pub(crate) fn complain(error: &anyhow::Error) {
    let mut told = error.to_string();
    eprintln!("cordboard: {}", clean(&told));
    for cause in error.chain().skip(1) {
        let text = cause.to_string();
        if !told.contains(&text) {
            eprintln!("  because: {}", clean(&text));
        }
        told = text;
    }
}

/// Asks a question that wants a yes; anything else, and the end of input, is a no.
pub(crate) fn confirm(question: &str) -> anyhow::Result<bool> {
    eprint!("{} [y/n] ", clean(question));
    io::stderr().flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the answer cannot be read")?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// A bar over a known number of bytes.
#[cfg(feature = "embedded")]
pub(crate) fn byte_bar(label: &str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes} of {total_bytes}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style).with_message(label.to_owned())
}

/// The exact request, for a person who is asked whether it may leave.
pub(crate) fn show_request(call: &PlannedCall) {
    note(&format!("  {} {}", call.method, call.url));
    for (name, value) in &call.headers {
        note(&format!("  {name}: {value}"));
    }
    if let Some(body) = &call.body {
        note(&format!("  {}", body.content.describe()));
    }
}
