//! Which stretches of a request may be a text value, and what speaks for them beside their probability.

use super::form::Span;
use super::patterns::{Shape, occurrences, quoted};
use super::slot::Slot;
use crate::words::{Word, is_stem_of};

/// All weights are in units of log probability.
const QUOTED: f32 = 4.0;
const NAME: f32 = 5.0;
const SHAPE: f32 = 6.0;
const DIRECTION: f32 = 4.0;
const NEXT_TO_OWN_WORDS: f32 = 1.0;
const ONLY_OWN_WORDS: f32 = -4.0;
const BEGINS_WITH_OPERATION: f32 = -2.0;
const CUT_FROM_OBJECT: f32 = -2.0;
/// Words that open the object of a verb.
const OBJECT_OPENERS: [&str; 9] = ["a", "an", "the", "my", "our", "your", "his", "her", "their"];

/// A request as the rules see it.
pub(crate) struct Request<'a> {
    pub(crate) text: &'a str,
    pub(crate) words: &'a [Word],
    /// Quoted stretches, `first..end` in words.
    pub(crate) quotes: Vec<(usize, usize)>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(text: &'a str, words: &'a [Word]) -> Self {
        let quotes = quoted(text).into_iter().filter_map(|(start, end)| {
            let first = words.iter().position(|word| word.start >= start)?;
            let last = words.iter().rposition(|word| word.end <= end)?;
            (last >= first).then_some((first, last + 1))
        });
        Self { text, words, quotes: quotes.collect() }
    }

    /// Words with which a value may begin.
    pub(crate) fn starts(&self) -> Vec<usize> {
        let quoted = |index: &usize| self.quotes.iter().any(|(first, _)| first == index);
        (0..self.words.len())
            .filter(|index| quoted(index) || (!self.words[*index].is_stop && !self.cuts_before(*index)))
            .collect()
    }

    /// Whether the stretch is a possible value at all.
    pub(crate) fn allows(&self, span: &Span, used: &[bool]) -> bool {
        if used[span.first..span.end].iter().any(|used| *used) {
            return false;
        }
        if self.is_quoted(span) {
            return true;
        }
        let splits_quote = self.quotes.iter().any(|(first, end)| {
            let overlaps = span.first < *end && *first < span.end;
            overlaps && !(span.first <= *first && *end <= span.end)
        });
        !splits_quote
            && !self.words[span.end - 1].is_stop
            && !self.cuts_before(span.first)
            && !self.cuts_before(span.end)
    }

    /// Whether a name runs on over the beginning of this word.
    fn cuts_before(&self, index: usize) -> bool {
        let (Some(before), Some(word)) =
            (index.checked_sub(1).and_then(|at| self.words.get(at)), self.words.get(index))
        else {
            return false;
        };
        word.is_name && before.is_name && !before.closes
    }

    fn is_quoted(&self, span: &Span) -> bool {
        self.quotes.contains(&(span.first, span.end))
    }

    /// What the rules add to the stretch's score.
    pub(crate) fn bonus(&self, span: &Span, slot: &Slot, shape: Option<Shape>, operation: &[String]) -> f32 {
        let mut bonus = if self.is_quoted(span) { QUOTED } else { 0.0 };
        // Who names something means it to be used.
        if self.words[span.first..span.end].iter().all(|word| word.is_name) {
            bonus += NAME;
        }
        if let Some(shape) = shape {
            bonus += if occurrences(self.words, shape).contains(&(span.first, span.end)) { SHAPE } else { -SHAPE };
        }
        bonus += self.direction(span, slot) * DIRECTION;
        bonus += self.nearness(span, slot) * NEXT_TO_OWN_WORDS;
        let own = &self.words[span.first..span.end];
        if own.iter().all(|word| slot.name_stems.contains(&word.stem)) {
            bonus += ONLY_OWN_WORDS;
        }
        let next = self.words.get(span.end).filter(|_| !own[own.len() - 1].closes);
        if next.is_some_and(|next| OBJECT_OPENERS.contains(&next.text.to_lowercase().as_str())) {
            bonus += CUT_FROM_OBJECT;
        }
        if operation.contains(&own[0].stem) && !own[0].is_name {
            bonus += BEGINS_WITH_OPERATION;
        }
        bonus
    }

    /// 1 when `from` or `to` before the stretch agrees with the parameter, -1 when it is the other one.
    fn direction(&self, span: &Span, slot: &Slot) -> f32 {
        let Some(before) = span.first.checked_sub(1).map(|index| self.words[index].text.to_lowercase()) else {
            return 0.0;
        };
        let is = |words: &[&str]| slot.name_stems.iter().any(|own| is_stem_of(own, words));
        let origin = is(&["from", "origin", "source", "departure", "start", "sender", "pickup"]);
        let target = is(&["to", "destination", "target", "arrival", "end", "recipient", "dropoff", "receiver"]);
        match before.as_str() {
            "from" | "between" if origin => 1.0,
            "from" if target => -1.0,
            "to" | "until" | "till" if target => 1.0,
            "to" | "until" | "till" if origin => -1.0,
            _ => 0.0,
        }
    }

    /// How closely the words right before and behind the stretch belong to the parameter.
    fn nearness(&self, span: &Span, slot: &Slot) -> f32 {
        let before = self.words[..span.first].iter().rev().take(2).find(|word| !word.is_stop);
        let after = self.words.get(span.end).filter(|_| !self.words[span.end - 1].closes);
        let relation = |word: Option<&Word>| word.map_or(0.0, |word| slot.relation(&word.stem));
        relation(before).max(relation(after))
    }

    /// The stretch as it is written.
    pub(crate) fn slice(&self, first: usize, end: usize) -> &'a str {
        &self.text[self.words[first].start..self.words[end - 1].end]
    }

    /// The stretch and what follows it after commas and `and`, for lists.
    pub(crate) fn listed(&self, span: &Span) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let mut first = span.first;
        let mut at = span.first;
        while let Some(word) = self.words.get(at) {
            if is_joint(word) {
                parts.push((first, at));
                first = at + 1;
            } else if at == first && at >= span.end && matches!(word.text.to_lowercase().as_str(), "a" | "an" | "the") {
                // "Ann and the others": an article opens a part.
                first = at + 1;
            } else if word.is_stop && at >= span.end {
                break;
            } else if self.comma_after(at) {
                parts.push((first, at + 1));
                first = at + 1;
            } else if at + 1 >= span.end && !self.part_goes_on(at) {
                at += 1;
                break;
            }
            at += 1;
        }
        parts.push((first, at.min(self.words.len())));
        parts.retain(|(first, end)| end > first);
        parts
    }

    /// Whether a part of a list, or the list itself, runs on behind this word.
    fn part_goes_on(&self, index: usize) -> bool {
        let Some(next) = self.words.get(index + 1).filter(|_| !self.words[index].closes) else { return false };
        let soon_joined = |at: usize| self.comma_after(at) || self.words.get(at + 1).is_some_and(is_joint);
        is_joint(next) || (next.is_name && self.words[index].is_name) || (!next.is_stop && soon_joined(index + 1))
    }

    fn comma_after(&self, index: usize) -> bool {
        let end = self.words.get(index + 1).map_or(self.text.len(), |next| next.start);
        self.text[self.words[index].end..end].contains(',')
    }
}

fn is_joint(word: &Word) -> bool {
    matches!(word.text.to_lowercase().as_str(), "and" | "or" | "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn span(first: usize, end: usize) -> Span {
        Span { first, end, score: 0.0 }
    }

    #[test]
    fn names_stay_whole() {
        let text = "Flights from New York to Rome";
        let words = words(text);
        let request = Request::new(text, &words);
        let free = vec![false; words.len()];
        assert!(request.allows(&span(2, 4), &free));
        assert!(!request.allows(&span(2, 3), &free));
        assert!(!request.allows(&span(2, 5), &free), "ends on a stop word");
        assert!(!request.starts().contains(&3));
    }

    #[test]
    fn lists_extend() {
        let text = "Invite Ann, Bob Lee and Carla to lunch";
        let words = words(text);
        let request = Request::new(text, &words);
        let parts = request.listed(&span(1, 2)).into_iter().map(|(first, end)| request.slice(first, end));
        assert_eq!(parts.collect::<Vec<_>>(), ["Ann", "Bob Lee", "Carla"]);
    }

    #[test]
    fn quotes_stay_whole() {
        let text = "Translate 'good morning' now";
        let words = words(text);
        let request = Request::new(text, &words);
        let free = vec![false; words.len()];
        assert_eq!(request.quotes, [(1, 3)]);
        assert!(request.allows(&span(1, 3), &free) && !request.allows(&span(1, 2), &free));
    }
}
