//! The words of all operations, turned round: from a word to the operations that have it.

use std::collections::HashMap;

use super::lexicon::Lexicon;
use super::profile::{Occurrence, Profile, Shape};
use super::{Entry, Hit, rank};

/// A word in one operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    pub(super) position: u32,
    pub(super) occurrence: Occurrence,
}

/// A word, the operations that have it, and how much it tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Term {
    pub(super) postings: Vec<Posting>,
    /// High when few operations have the word.
    pub(super) rarity: f32,
}

/// What searching needs to know of each operation.
#[derive(Debug, Clone)]
pub(super) struct Ranked {
    pub(super) shape: Shape,
    /// The rarities of all words that it is about, added up.
    pub(super) subject: f32,
    /// How large a part of the API lies under the same first path segment, from 0 to 1.
    pub(super) share: f32,
}

/// The operations of one API, ready to be searched.
#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    pub(super) terms: HashMap<String, Term>,
    pub(super) operations: Vec<Ranked>,
}

/// A word in fewer places than this weight only is one of the description, not of the API.
const MAIN_PLACE: f32 = 0.5;

/// What a word tells at most; a misspelling must not outweigh everything else.
const RARITY_MOST: f32 = 5.0;

impl SearchIndex {
    /// Reads all operations, each once.
    pub fn build<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let (mut lexicon, mut terms, mut operations) = (Lexicon::default(), Vec::new(), Vec::new());
        for (position, entry) in (0..).zip(entries) {
            let profile = Profile::new(&entry, &mut lexicon);
            for (word, occurrence) in profile.words {
                let word = word as usize;
                terms.resize_with(terms.len().max(word + 1), Term::default);
                terms[word].postings.push(Posting { position, occurrence });
            }
            operations.push(Ranked { shape: profile.shape, subject: 0.0, share: 0.0 });
        }
        weigh_words(&mut terms, &mut operations);
        weigh_roots(&mut operations);
        Self { terms: lexicon.into_texts().into_iter().zip(terms).collect(), operations }
    }

    /// The operations that serve a request best, best first, at most `limit`; none where no word of it is known.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        rank::search(self, query, limit)
    }
}

fn weigh_words(terms: &mut [Term], operations: &mut [Ranked]) {
    let all = count(operations.len());
    for term in terms {
        let main = term.postings.iter().filter(|posting| posting.occurrence.weight >= MAIN_PLACE).count();
        let places = if main == 0 { term.postings.len() } else { main };
        term.rarity = (1.0 + all / count(places)).ln().min(RARITY_MOST);
        for posting in term.postings.iter().filter(|posting| posting.occurrence.core) {
            operations[posting.position as usize].subject += term.rarity;
        }
    }
}

fn weigh_roots(operations: &mut [Ranked]) {
    let mut sizes: HashMap<String, usize> = HashMap::new();
    for operation in &*operations {
        *sizes.entry(operation.shape.root.clone()).or_default() += 1;
    }
    let all = count(operations.len());
    for operation in operations {
        operation.share = count(sizes[&operation.shape.root]) / all;
    }
}

#[expect(clippy::cast_precision_loss, reason = "an API has far fewer operations than 2^24")]
fn count(number: usize) -> f32 {
    number as f32
}
