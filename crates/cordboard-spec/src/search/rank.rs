//! Comparing a request with every operation.

use std::collections::HashMap;

use super::Hit;
use super::index::{Posting, SearchIndex, Term};
use super::intent::Intent;
use super::profile::Shape;
use super::request::{Request, Wanted};

/// What each agreement between request and operation is worth, in the unit of a word's rarity.
mod worth {
    pub(super) const PHRASE: f32 = 0.35;
    /// The request's object is what the path ends in.
    pub(super) const RESOURCE: f32 = 0.5;
    pub(super) const HEAD: f32 = 1.2;
    /// What a second other word for the same adds.
    pub(super) const FURTHER: f32 = 0.3;
    /// Per rarity of words in name and summary that the request does not say.
    pub(super) const UNSAID: f32 = 0.3;
    pub(super) const INTENT: f32 = 2.0;
    /// A request may mean its verb's second intent, less likely.
    pub(super) const SECOND_INTENT: f32 = 0.85;
    /// Without a verb one rather reads.
    pub(super) const UNCLEAR: f32 = 0.2;
    /// The operation calls its deed by the request's verb, in shares of `INTENT`.
    pub(super) const VERB: f32 = 0.4;
    pub(super) const ALL: f32 = 0.6;
    pub(super) const OWN: f32 = 0.8;
    pub(super) const NOT_OWN: f32 = 0.3;
    pub(super) const NUMBER_OF: f32 = 0.7;
    pub(super) const MARGINAL: f32 = 1.2;
    pub(super) const SHARE: f32 = 0.8;
    pub(super) const PARAMETER: f32 = 0.15;
    pub(super) const SEGMENT: f32 = 0.1;
}

/// What is known of an operation while a request is compared.
#[derive(Clone, Default)]
struct Tally {
    score: f32,
    /// Rarity of the words it is about that the request says.
    said: f32,
    found: bool,
}

/// See [`SearchIndex::search`].
pub(super) fn search(index: &SearchIndex, query: &str, limit: usize) -> Vec<Hit> {
    let request = Request::read(query);
    let mut tallies = vec![Tally::default(); index.operations.len()];
    let mut said: HashMap<(&str, u32), f32> = HashMap::new();
    for wanted in &request.wanted {
        count_word(index, wanted, &mut tallies, &mut said);
    }
    for (phrase, weight) in &request.phrases {
        let Some(term) = index.terms.get(phrase) else { continue };
        let value = if phrase.ends_with('}') { worth::NUMBER_OF } else { worth::PHRASE * term.rarity };
        for posting in &term.postings {
            tallies[posting.position as usize].score += value * weight;
        }
    }
    let mut hits: Vec<Hit> = tallies
        .iter()
        .enumerate()
        .filter(|(_, tally)| tally.found)
        .map(|(position, tally)| Hit { position, score: total(index, position, tally, &request) })
        .collect();
    hits.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.position.cmp(&other.position)));
    hits.truncate(limit);
    hits
}

/// Adds what one word of the request is worth to each operation that has it or another word for it.
fn count_word<'a>(
    index: &SearchIndex,
    wanted: &'a Wanted,
    tallies: &mut [Tally],
    said: &mut HashMap<(&'a str, u32), f32>,
) {
    let mut best: HashMap<u32, f32> = HashMap::new();
    for (stem, likeness) in &wanted.stems {
        let Some(term) = index.terms.get(stem) else { continue };
        for posting in &term.postings {
            let value = value(term, posting, wanted) * likeness;
            let known = best.entry(posting.position).or_default();
            *known = known.max(value) + worth::FURTHER * known.min(value);
            if posting.occurrence.core {
                let spoken = said.entry((stem, posting.position)).or_default();
                let more = (wanted.weight.min(1.0) * likeness - *spoken).max(0.0);
                *spoken += more;
                tallies[posting.position as usize].said += more * term.rarity;
            }
        }
    }
    for (position, value) in best {
        let tally = &mut tallies[position as usize];
        tally.score += value;
        tally.found = true;
    }
}

fn value(term: &Term, posting: &Posting, wanted: &Wanted) -> f32 {
    let resource = if posting.occurrence.resource && wanted.object { worth::RESOURCE } else { 0.0 };
    let head = if posting.occurrence.resource && wanted.head { worth::HEAD } else { 0.0 };
    term.rarity * wanted.weight * (posting.occurrence.weight + resource) + head
}

/// The words' worth, less what was not asked for, with what shape and intent add.
fn total(index: &SearchIndex, position: usize, tally: &Tally, request: &Request) -> f32 {
    let operation = &index.operations[position];
    let shape = &operation.shape;
    let unsaid = (operation.subject - tally.said).max(0.0);
    tally.score - worth::UNSAID * unsaid
        + worth::INTENT * fit(shape, request)
        + number(shape, request)
        + own(shape, request)
        + worth::SHARE * operation.share
        - worth::MARGINAL * shape.marginal
        - worth::PARAMETER * shape.parameters
        - worth::SEGMENT * shape.segments
}

fn fit(shape: &Shape, request: &Request) -> f32 {
    let mut likely = 1.0;
    let fits = request.intents.iter().map(|intent| {
        let fit = intent.fit(shape.intent, shape.method);
        let fit = if fit > 0.0 { fit * likely } else { fit };
        likely = worth::SECOND_INTENT;
        fit
    });
    let fit = fits.reduce(f32::max).unwrap_or_else(|| worth::UNCLEAR * Intent::Read.fit(shape.intent, shape.method));
    let named = request.verb.as_ref().is_some_and(|verb| shape.verbs.contains(verb));
    fit + if named { worth::VERB } else { 0.0 }
}

/// Whether one is wanted or several, and whether that is what the operation is for.
fn number(shape: &Shape, request: &Request) -> f32 {
    if !shape.method.is_safe() {
        return if shape.all && !request.plural { -worth::ALL } else { 0.0 };
    }
    match (request.plural, shape.collection, shape.item) {
        (true, true, _) => 0.8,
        (true, _, true) => -0.6,
        (false, _, true) if request.numbered => 0.5,
        (false, true, _) => -0.2,
        _ => 0.0,
    }
}

fn own(shape: &Shape, request: &Request) -> f32 {
    match (shape.own, request.first_person) {
        (true, true) => worth::OWN,
        (true, false) => -worth::NOT_OWN,
        (false, _) => 0.0,
    }
}
