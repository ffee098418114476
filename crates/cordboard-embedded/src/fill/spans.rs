//! Which stretches of a request may be a text value, and what speaks for them beside their probability.

use super::form::Span;
use super::patterns::{occurrences, quoted, wanted_shape};
use super::slot::Slot;
use crate::words::{Word, is_stem_of, stem};

/// Longest part of a list, in words.
const LONGEST_PART: usize = 5;

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
        // "from my list" says where, and is no part of what.
        let lower = |at: usize| self.words[at].text.to_lowercase();
        let says_where = |at: usize| {
            matches!(lower(at - 1).as_str(), "from" | "to" | "on" | "off" | "onto" | "in" | "into") && lower(at) == "my"
        };
        !splits_quote
            && !(span.first + 1..span.end).any(says_where)
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

    /// Words with which a value of the parameter begins if anywhere: dates and the like, and values that it lists.
    pub(crate) fn sure_starts(&self, slot: &Slot) -> Vec<usize> {
        let shaped = wanted_shape(slot).map(|shape| occurrences(self.words, shape)).unwrap_or_default();
        let mut starts = shaped.into_iter().map(|(first, _)| first).collect::<Vec<_>>();
        for value in &slot.listed {
            let first = value.split_whitespace().next().map(stem);
            starts.extend(self.words.iter().position(|word| Some(&word.stem) == first.as_ref() && !word.is_stop));
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// 1 when `from` or `to` before the stretch agrees with the parameter, -1 when it is the other one.
    pub(crate) fn direction(&self, span: &Span, slot: &Slot) -> f32 {
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
    pub(crate) fn nearness(&self, span: &Span, slot: &Slot) -> f32 {
        let before = self.words[..span.first].iter().rev().take(2).find(|word| !word.is_stop);
        let after = self.words.get(span.end).filter(|_| !self.words[span.end - 1].closes);
        let relation = |word: Option<&Word>| word.map_or(0.0, |word| slot.relation(&word.stem));
        relation(before).max(relation(after))
    }

    /// The stretch as it is written.
    pub(crate) fn slice(&self, first: usize, end: usize) -> &'a str {
        &self.text[self.words[first].start..self.words[end - 1].end]
    }

    /// The whole list that the stretch is a part of: what stands before and behind it with commas and `and`.
    pub(crate) fn listed(&self, span: &Span) -> Vec<(usize, usize)> {
        let mut parts = self.listed_before(span.first);
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

    /// The parts of a list before one that begins at a word: as long as commas or `and` lead to it.
    fn listed_before(&self, start: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let mut next = start;
        loop {
            let joint = next.checked_sub(1).filter(|at| is_joint(&self.words[*at]));
            let end = joint.unwrap_or(next);
            let Some(last) = end.checked_sub(1).filter(|last| joint.is_some() || self.comma_after(*last)) else {
                break;
            };
            let mut first = last;
            // A part runs back to the comma before it, or to a word that holds the sentence together.
            while first > 0
                && !self.comma_after(first - 1)
                && !self.words[first - 1].is_stop
                && !is_joint(&self.words[first - 1])
            {
                first -= 1;
            }
            if self.words[first].is_stop || last + 1 - first > LONGEST_PART {
                break;
            }
            parts.push((first, last + 1));
            next = first;
        }
        // The first part has the rest of the sentence before it, and only its own words belong to it.
        if let Some((first, end)) = parts.last_mut() {
            let opens = *first == 0 || self.words[*first - 1].is_stop || self.comma_after(*first - 1);
            if !opens || *first == 0 {
                *first = end.saturating_sub(1).max(*first);
            }
        }
        parts.reverse();
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
    fn where_something_is_belongs_to_no_value() {
        let text = "Remove oat milk from my list";
        let words = words(text);
        let request = Request::new(text, &words);
        assert!(request.allows(&span(1, 3), &[false; 6]) && !request.allows(&span(1, 6), &[false; 6]));
    }

    #[test]
    fn lists_extend() {
        let text = "Invite Ann, Bob Lee and Carla to lunch";
        let words = words(text);
        let request = Request::new(text, &words);
        let parts = request.listed(&span(1, 2)).into_iter().map(|(first, end)| request.slice(first, end));
        assert_eq!(parts.collect::<Vec<_>>(), ["Ann", "Bob Lee", "Carla"]);
        let parts = request.listed(&span(2, 4)).into_iter().map(|(first, end)| request.slice(first, end));
        assert_eq!(parts.collect::<Vec<_>>(), ["Ann", "Bob Lee", "Carla"]);
    }

    #[test]
    fn lists_extend_backwards() {
        let text = "given that I am efficient, organized, easy going and compassionate";
        let words = words(text);
        let request = Request::new(text, &words);
        let parts = request.listed(&span(9, 10)).into_iter().map(|(first, end)| request.slice(first, end));
        assert_eq!(parts.collect::<Vec<_>>(), ["efficient", "organized", "easy going", "compassionate"]);
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
