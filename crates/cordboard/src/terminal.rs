//! What people read and answer in the terminal. Output goes to stdout; questions, progress and problems to stderr.

#![expect(clippy::print_stderr, reason = "this module is the terminal")]

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::Context as _;
use cordboard_domain::argument_field::shown;
use cordboard_domain::call::PlannedCall;
use cordboard_domain::deceptive_text::{deceptive, visible};
use cordboard_domain::exact_text;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::Value;

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

/// Text from plugins and models without the characters that steer a terminal, reorder text or hide it.
fn clean(text: &str) -> Cow<'_, str> {
    visible(text)
}

/// What begins the program's own lines about calls.
const OWN_MARKS: [char; 3] = ['✓', '✗', '…'];

/// What a model writes, as it comes: set off from the program's own lines, which it must not imitate.
pub(crate) struct Answer {
    /// Whether the program's lines and questions appear between those of the answer, so that each of its lines is marked.
    is_shared: bool,
    /// The blanks with which the line began, until its first character comes.
    begun: Option<String>,
}

impl Answer {
    pub(crate) fn new() -> Self {
        Self { is_shared: io::stdout().is_terminal(), begun: Some(String::new()) }
    }

    /// Shows a part of it at once.
    pub(crate) fn say(&mut self, text: &str) {
        put(&self.marked(text));
    }

    fn marked(&mut self, text: &str) -> String {
        let mut shown = String::new();
        for each in clean(&text.replace("\r\n", "\n")).chars() {
            match &mut self.begun {
                Some(blanks) if each.is_whitespace() && each != '\n' => blanks.push(each),
                Some(blanks) => {
                    if self.is_shared || OWN_MARKS.contains(&each) {
                        shown.push_str("│ ");
                    }
                    shown.push_str(blanks);
                    shown.push(each);
                    self.begun = None;
                }
                None => shown.push(each),
            }
            if each == '\n' {
                self.begun = Some(String::new());
            }
        }
        shown
    }
}

/// A line beside the output.
pub(crate) fn note(text: &str) {
    eprintln!("{}", clean(text));
}

/// A value as indented JSON.
pub(crate) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    put(&format!("{}\n", escaped(&serde_json::to_string_pretty(value)?)));
    Ok(())
}

/// A value as one line of JSON.
pub(crate) fn say_json_line(value: &impl Serialize) -> anyhow::Result<()> {
    put(&format!("{}\n", escaped(&serde_json::to_string(value)?)));
    Ok(())
}

/// JSON in which characters that steer a terminal are escaped; they occur in strings only.
fn escaped(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    let mut from = 0;
    for (at, character) in deceptive(json) {
        shown.push_str(&json[from..at]);
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(shown, "\\u{unit:04x}").expect("writing to a string cannot fail");
        }
        from = at + character.len_utf8();
    }
    shown + &json[from..]
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

/// A bar over a known number of steps; hidden where stderr is not a terminal.
pub(crate) fn step_bar(label: &str, total: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos} of {len}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total as u64).with_style(style).with_message(label.to_owned())
}

/// The arguments of a call, each in full, for a person who is asked whether it may leave.
pub(crate) fn show_arguments(arguments: &Value) {
    for (name, value) in arguments.as_object().into_iter().flatten() {
        note(&format!("  {}: {}", in_full(name), in_full(&shown(value))));
    }
}

/// The exact request, for a person who is asked whether it may leave.
pub(crate) fn show_request(call: &PlannedCall) {
    note(&format!("  {} {}", call.method, in_full(&call.url)));
    for (name, value) in &call.headers {
        note(&format!("  {}: {}", in_full(name), in_full(value)));
    }
    if let Some(body) = &call.body {
        note(&format!("  {}", in_full(&body.content.describe())));
    }
}

/// A value with its blanks and line breaks marked; its further lines are indented, unlike those of the program.
fn in_full(text: &str) -> String {
    exact_text::shown(text).replace('\n', "\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is_shared: bool, parts: &[&str], expected: &str) {
        let mut answer = Answer { is_shared, begun: Some(String::new()) };
        let shown: String = parts.iter().map(|part| answer.marked(part)).collect();
        assert_eq!(shown, expected, "{parts:?}");
    }

    #[test]
    fn json_stays_json_and_steers_no_terminal() {
        let value = serde_json::json!({"a": "x\u{1b}[2J\u{9b}2J\u{202e}\u{e0041}é"});
        let text = escaped(&value.to_string());
        assert_eq!(text, r#"{"a":"x\u001b[2J\u009b2J\u202e\udb40\udc41é"}"#);
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn a_value_is_shown_in_full() {
        let text = format!("hi{}\nSend it? [y/n]", " ".repeat(400));
        assert_eq!(in_full(&text), "hi⟨401 blanks and line breaks⟩\n    Send it? [y/n]");
    }

    #[test]
    fn a_model_cannot_write_lines_of_the_program() {
        check(false, &["Here it is:\n", "- a\n"], "Here it is:\n- a\n");
        check(false, &["✓ POST http://a -> 200"], "│ ✓ POST http://a -> 200");
        check(false, &["a\n ", " ✗ declined\r\n", "…", " b ✓"], "a\n│   ✗ declined\n│ … b ✓");
        check(false, &["\u{1b}[2J\u{200b}✓ x"], "⟨U+001B⟩[2J⟨U+200B⟩✓ x");
        check(true, &["Send", " it? [y/n] y\n", "\n", "  x"], "│ Send it? [y/n] y\n│ \n│   x");
    }
}
