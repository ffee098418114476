//! A value as a person has to see it before it is sent: blanks and line breaks cannot push a part of it out of sight.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::deceptive_text::visible;

/// A run of more blanks than this is counted instead of drawn.
const DRAWN: usize = 8;

/// A part of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'text> {
    /// As it is, except that deceptive characters are written as their numbers.
    Text(Cow<'text, str>),
    /// In place of blanks that would not be seen: `····`, `⟨400 blanks⟩`, `↵` with a line break.
    Mark(String),
}

/// The parts of a value.
///
/// ```
/// use cordboard_domain::exact_text::shown;
///
/// assert_eq!(shown(&format!("hi{}all", " ".repeat(400))), "hi⟨400 blanks⟩all");
/// assert_eq!(shown("one two"), "one two");
/// ```
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (start, blanks) in runs(text) {
        let end = start + blanks.len();
        let is_inside = start > 0 && end < text.len();
        if blanks == " " && is_inside {
            continue;
        }
        parts.extend(words(&text[from..start]));
        parts.push(Part::Mark(mark(blanks)));
        from = end;
    }
    parts.extend(words(&text[from..]));
    parts
}

/// A value as text, with its marks.
pub fn shown(text: &str) -> String {
    let part = |part| match part {
        Part::Text(text) => text,
        Part::Mark(mark) => Cow::Owned(mark),
    };
    parts(text).into_iter().map(part).collect()
}

/// The parts of JSON with line breaks, whose indentation is not part of any value.
pub fn json_parts(pretty: &str) -> Vec<Part<'_>> {
    let mut shown = Vec::new();
    for (number, line) in pretty.split('\n').enumerate() {
        let content = line.trim_start_matches(' ');
        let indentation = &line[..line.len() - content.len()];
        let end = if number == 0 { "" } else { "\n" };
        shown.push(Part::Text(Cow::Owned(format!("{end}{indentation}"))));
        shown.extend(parts(content));
    }
    shown
}

/// Whether a value reads the same with its marks as without.
pub fn is_plain(text: &str) -> bool {
    parts(text).iter().all(|part| match part {
        Part::Text(shown) => matches!(shown, Cow::Borrowed(_)),
        Part::Mark(_) => false,
    })
}

/// The runs of blanks in a text, each with its place in bytes.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(char::is_whitespace)?;
        let rest = &text[start..];
        let length = rest.find(|each: char| !each.is_whitespace()).unwrap_or(rest.len());
        from = start + length;
        Some((start, &text[start..from]))
    })
}

fn words(text: &str) -> Option<Part<'_>> {
    (!text.is_empty()).then(|| Part::Text(visible(text)))
}

/// What is written in place of a run of blanks. A line is broken at most once, so that nothing is pushed far down.
fn mark(blanks: &str) -> String {
    let blanks = blanks.replace("\r\n", "\n");
    let count = blanks.chars().count();
    let first = blanks.chars().next().unwrap_or(' ');
    let is_uniform = blanks.chars().all(|each| each == first);
    let end = if blanks.contains('\n') { "\n" } else { "" };
    let name = match (first, is_uniform) {
        _ if count <= DRAWN => return blanks.chars().map(drawn).collect::<String>() + end,
        (' ', true) => "blanks",
        ('\n', true) => "line breaks",
        ('\t', true) => "tabs",
        _ if end.is_empty() => "blank characters",
        _ => "blanks and line breaks",
    };
    let mut mark = format!("⟨{count} {name}");
    if is_uniform && !matches!(first, ' ' | '\n' | '\t') {
        write!(mark, " U+{:04X}", u32::from(first)).expect("writing to a string cannot fail");
    }
    mark + "⟩" + end
}

fn drawn(blank: char) -> String {
    match blank {
        ' ' => "·".to_owned(),
        '\n' => "↵".to_owned(),
        '\t' => "⇥".to_owned(),
        other => format!("⟨U+{:04X}⟩", u32::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_would_not_be_seen_are_marked() {
        for (text, expected) in [
            ("", ""),
            ("buy milk", "buy milk"),
            (" ", "·"),
            (" buy  milk ", "·buy··milk·"),
            ("a\nb", "a↵\nb"),
            ("a\r\nb", "a↵\nb"),
            ("a\rb", "a⟨U+000D⟩b"),
            ("a\tb", "a⇥b"),
            ("a\u{A0}b\u{3000}c\u{2028}d\u{2009}e", "a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2028⟩d⟨U+2009⟩e"),
            ("a\n\n\nb", "a↵↵↵\nb"),
            ("a\u{200B}b\u{202E}c", "a⟨U+200B⟩b⟨U+202E⟩c"),
            ("\u{2800}\u{3164}x", "⟨U+2800⟩⟨U+3164⟩x"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
            assert_eq!(is_plain(text), text == expected, "{text:?}");
        }
    }

    #[test]
    fn long_runs_are_counted_whatever_they_are_made_of() {
        for (blank, expected) in [
            (" ", "⟨300 blanks⟩"),
            ("\n", "⟨300 line breaks⟩\n"),
            ("\r\n", "⟨300 line breaks⟩\n"),
            ("\t", "⟨300 tabs⟩"),
            ("\u{A0}", "⟨300 blank characters U+00A0⟩"),
            ("\u{2028}", "⟨300 blank characters U+2028⟩"),
            (" \u{A0}", "⟨600 blank characters⟩"),
            (" \n", "⟨600 blanks and line breaks⟩\n"),
        ] {
            let text = format!("hi{}AND DELETE EVERYTHING", blank.repeat(300));
            assert_eq!(shown(&text), format!("hi{expected}AND DELETE EVERYTHING"), "{blank:?}");
        }
    }

    #[test]
    fn the_indentation_of_json_is_no_value() {
        let value = serde_json::json!({"a": {"b": format!("x{}y\n", " ".repeat(40))}});
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let text: String = json_parts(&pretty)
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => text.into_owned(),
                Part::Mark(mark) => mark,
            })
            .collect();
        assert_eq!(text, "{\n  \"a\": {\n    \"b\": \"x⟨40 blanks⟩y\\n\"\n  }\n}");
    }
}
