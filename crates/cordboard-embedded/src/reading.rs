//! A request as the scorer reads it: its words, numbers, and what it asks for.

use crate::fill::measures::looks_like_identifier;
use crate::fill::numbers::{self, Mention};
use crate::route::act::{self, Act};
use crate::words::{Word, words};

/// A request, read once and used by everything that scores.
pub(crate) struct Reading {
    pub(crate) text: String,
    pub(crate) words: Vec<Word>,
    pub(crate) numbers: Vec<Mention>,
    /// What it asks for, and the word that says so.
    pub(crate) act: Option<(Act, usize)>,
    pub(crate) is_question: bool,
    /// Whether it has a number or a word that looks like a key.
    pub(crate) has_key: bool,
    /// Stems of the words that carry meaning, each once.
    pub(crate) stems: Vec<String>,
    /// The same words as they are written, in lower case.
    pub(crate) telling_words: Vec<String>,
}

impl Reading {
    pub(crate) fn of(text: &str) -> Self {
        let words = words(text);
        let (mut stems, mut telling_words) = (Vec::new(), Vec::new());
        for word in words.iter().filter(|word| !word.is_stop) {
            if !stems.contains(&word.stem) {
                stems.push(word.stem.clone());
                telling_words.push(word.text.to_lowercase());
            }
        }
        Self {
            text: text.to_owned(),
            numbers: numbers::mentions(&words),
            act: act::of_request(&words),
            is_question: act::is_question(&words),
            has_key: words.iter().any(|word| is_key(&word.text)),
            stems,
            telling_words,
            words,
        }
    }
}

fn is_key(text: &str) -> bool {
    looks_like_identifier(text) || text.chars().all(|each| each.is_ascii_digit())
}
