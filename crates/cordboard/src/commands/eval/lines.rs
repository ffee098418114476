//! Files with one JSON value per line.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde::de::DeserializeOwned;

use crate::cli::LineHalf;

/// A value with its line number, which counts from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<T> {
    pub(super) number: usize,
    pub(super) value: T,
}

pub(super) fn read_text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Reads a file of JSON lines; empty lines are passed over.
pub(super) fn read<T: DeserializeOwned>(path: &Path, expected: &str) -> anyhow::Result<Vec<Line<T>>> {
    let lines = parse(&read_text(path)?, &path.display().to_string(), expected)?;
    if lines.is_empty() {
        bail!("{} is empty; each line should be {expected}", path.display());
    }
    Ok(lines)
}

fn parse<T: DeserializeOwned>(text: &str, name: &str, expected: &str) -> anyhow::Result<Vec<Line<T>>> {
    let written = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let read = |(number, line): (usize, &str)| {
        let value = serde_json::from_str(line);
        let value = value.with_context(|| format!("{name}, line {number} should be {expected}"))?;
        Ok(Line { number, value })
    };
    written.map(read).collect()
}

impl LineHalf {
    pub(super) fn has(self, number: usize) -> bool {
        match self {
            Self::Even => number.is_multiple_of(2),
            Self::Odd => !number.is_multiple_of(2),
            Self::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_named_with_what_it_should_be() {
        let lines = parse::<u32>("1\n\n3\n", "a.jsonl", "a number").unwrap();
        assert_eq!(lines, [Line { number: 1, value: 1 }, Line { number: 3, value: 3 }]);
        let error = parse::<u32>("1\n\nx\n", "a.jsonl", "a number").unwrap_err();
        assert_eq!(error.to_string(), "a.jsonl, line 3 should be a number");
    }

    #[test]
    fn halves_go_by_line_numbers_from_one() {
        let taken = |half: LineHalf| (1..=4).filter(|number| half.has(*number)).collect::<Vec<_>>();
        assert_eq!(taken(LineHalf::Odd), [1, 3]);
        assert_eq!(taken(LineHalf::Even), [2, 4]);
        assert_eq!(taken(LineHalf::All), [1, 2, 3, 4]);
    }
}
