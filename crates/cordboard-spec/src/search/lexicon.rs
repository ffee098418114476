//! The words of one API while its index is built: each is stemmed once and then only a number, and each text, many of
//! which stand in hundreds of operations, is read once.

use std::collections::HashMap;
use std::rc::Rc;

use super::profile::is_own;
use super::stem::stem;
use super::{intent, words};

/// A stem, or several words that are looked up as one.
pub(super) type Word = u32;

/// All words that were met.
#[derive(Default)]
pub(super) struct Lexicon<'a> {
    read: HashMap<&'a str, Rc<[Word]>>,
    /// From words as written; none for those that say nothing.
    written: HashMap<String, Option<Word>>,
    known: HashMap<String, Word>,
    texts: Vec<String>,
    facts: Vec<Facts>,
}

/// What is asked of a stem again and again.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    /// A verb that its intent covers.
    pub(super) general: bool,
    /// It marks what acts on the caller's own account.
    pub(super) own: bool,
}

impl<'a> Lexicon<'a> {
    /// The stems of a text's words, without those that say nothing.
    pub(super) fn stems(&mut self, text: &'a str) -> Rc<[Word]> {
        if let Some(known) = self.read.get(text) {
            return Rc::clone(known);
        }
        let stems: Rc<[Word]> = words::split(text).into_iter().filter_map(|word| self.stem_of(word)).collect();
        self.read.insert(text, Rc::clone(&stems));
        stems
    }

    fn stem_of(&mut self, word: String) -> Option<Word> {
        if let Some(known) = self.written.get(&word) {
            return *known;
        }
        let stem = (!words::is_empty_word(&word)).then(|| self.number(stem(&word)));
        self.written.insert(word, stem);
        stem
    }

    /// The number of a stem or phrase.
    pub(super) fn number(&mut self, text: String) -> Word {
        if let Some(known) = self.known.get(&text) {
            return *known;
        }
        let general = intent::of_verb(&text).is_some_and(|(_, general)| general);
        self.facts.push(Facts { general, own: is_own(&text) || text == "user" });
        let number = Word::try_from(self.texts.len()).expect("a document has fewer than 2^32 words");
        self.texts.push(text.clone());
        self.known.insert(text, number);
        number
    }

    /// The text of a number.
    pub(super) fn text(&self, word: Word) -> &str {
        &self.texts[word as usize]
    }

    pub(super) fn facts(&self, word: Word) -> Facts {
        self.facts[word as usize]
    }

    /// All texts, each at the place of its number.
    pub(super) fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn words_that_share_a_stem_share_a_number() {
        let mut lexicon = Lexicon::default();
        let words = lexicon.stems("List the repos for an organisation");
        assert_eq!(words, lexicon.stems("listing repositories of organizations"));
        let texts: Vec<&str> = words.iter().map(|word| lexicon.text(*word)).collect();
        assert_eq!(texts, ["list", "repositori", "organizat"]);
    }
}
