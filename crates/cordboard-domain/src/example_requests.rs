//! Example requests that a developer edits for an operation: what people say when they mean it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::deceptive_text::{deceptive, visible};

/// The most example requests of an operation.
pub const MAX_EXAMPLES: usize = 8;
/// The longest example request, in characters.
pub const MAX_EXAMPLE_CHARACTERS: usize = 200;

/// Example requests that were checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExampleRequests(Vec<String>);

/// The edited example requests of a plugin, by operation.
pub type EditedExamples = BTreeMap<String, ExampleRequests>;

/// Why example requests cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExamples {
    #[error("write at least one example request, one per line")]
    Empty,
    #[error("write at most {MAX_EXAMPLES} example requests; there are {0}")]
    TooMany(usize),
    #[error("an example request has at most {MAX_EXAMPLE_CHARACTERS} characters; this one has {count}: “{start}…”")]
    TooLong { start: String, count: usize },
    #[error("remove the characters that are hidden or reorder text, shown here by their numbers: “{0}”")]
    Deceptive(String),
}

impl ExampleRequests {
    /// Requests from a text with one request per line.
    ///
    /// ```
    /// use cordboard_domain::example_requests::ExampleRequests;
    ///
    /// let requests = ExampleRequests::from_lines(" Find a hotel in Oslo\n\nWhere can I sleep?").unwrap();
    /// assert_eq!(requests.as_slice(), ["Find a hotel in Oslo", "Where can I sleep?"]);
    /// ```
    pub fn from_lines(text: &str) -> Result<Self, InvalidExamples> {
        Self::check(text.lines())
    }

    /// Trims the requests, leaves out the empty ones and checks the others.
    pub fn check<'text>(texts: impl IntoIterator<Item = &'text str>) -> Result<Self, InvalidExamples> {
        let texts: Vec<&str> = texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).collect();
        if texts.is_empty() {
            return Err(InvalidExamples::Empty);
        }
        if texts.len() > MAX_EXAMPLES {
            return Err(InvalidExamples::TooMany(texts.len()));
        }
        for text in &texts {
            let count = text.chars().count();
            if count > MAX_EXAMPLE_CHARACTERS {
                let start = visible(&text.chars().take(40).collect::<String>()).into_owned();
                return Err(InvalidExamples::TooLong { start, count });
            }
            if text.contains(char::is_control) || deceptive(text).next().is_some() {
                return Err(InvalidExamples::Deceptive(numbered(text)));
            }
        }
        Ok(Self(texts.into_iter().map(str::to_owned).collect()))
    }

    /// The requests.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

/// A text with its control characters written as numbers too; [`visible`] leaves tabs and line breaks.
fn numbered(text: &str) -> String {
    visible(text).replace('\t', "⟨U+0009⟩").replace('\n', "⟨U+000A⟩").replace('\r', "⟨U+000D⟩")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_plain_requests_are_taken() {
        let lines = |count: usize| vec!["Find a hotel"; count].join("\n");
        let long = "x".repeat(MAX_EXAMPLE_CHARACTERS + 1);
        let start = "x".repeat(40);
        for (text, expected) in [
            (lines(8), Ok(8)),
            ("é".repeat(MAX_EXAMPLE_CHARACTERS), Ok(1)),
            (" \n\t\n".to_owned(), Err(InvalidExamples::Empty)),
            (lines(9), Err(InvalidExamples::TooMany(9))),
            (long, Err(InvalidExamples::TooLong { start, count: 201 })),
            ("Pay\u{202E}pal".to_owned(), Err(InvalidExamples::Deceptive("Pay⟨U+202E⟩pal".to_owned()))),
            ("Pay\tnow".to_owned(), Err(InvalidExamples::Deceptive("Pay⟨U+0009⟩now".to_owned()))),
        ] {
            assert_eq!(ExampleRequests::from_lines(&text).map(|found| found.as_slice().len()), expected, "{text:?}");
        }
        assert_eq!(
            ExampleRequests::check(["two\nlines"]),
            Err(InvalidExamples::Deceptive("two⟨U+000A⟩lines".to_owned()))
        );
    }
}
