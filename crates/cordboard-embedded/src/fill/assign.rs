//! Gives each number of the request to at most one numeric parameter.

use super::numbers::{Mention, Quantity, quantity_of_stem};
use super::slot::{Kind, Slot};
use crate::words::{Word, stem};

/// All weights are in units of log probability.
const SAME_QUANTITY: f32 = 8.0;
const OTHER_QUANTITY: f32 = -8.0;
const UNIT_BEHIND: f32 = 3.0;
const WORD_BEFORE: f32 = 3.0;
const IN_ORDER: f32 = 1.0;
const YEAR: f32 = 6.0;
/// A required parameter takes nearly any number.
const REQUIRED: f32 = 10.0;
/// What an optional parameter must reach.
const LEAST_OPTIONAL: f32 = 1.0;
/// Numbers tried per parameter.
const TRIED: usize = 5;

/// A numeric parameter with the network's view on each number of the request.
pub(crate) struct Candidate<'a> {
    pub(crate) slot: &'a Slot,
    pub(crate) scores: Vec<f32>,
}

/// For each parameter, the number that it gets.
pub(crate) fn assign(candidates: &[Candidate<'_>], mentions: &[Mention], words: &[Word]) -> Vec<Option<usize>> {
    let counts = mentions.iter().map(|mention| counts_parameters(mention, candidates, words)).collect::<Vec<_>>();
    let table = candidates.iter().map(|candidate| {
        let pairs = mentions.iter().zip(&candidate.scores).enumerate();
        let mut pairs = pairs
            .filter(|(index, (mention, _))| !counts[*index] && takes(&candidate.slot.kind, mention.value))
            .map(|(index, (mention, score))| (index, score + fitness(candidate.slot, mention, words)))
            .filter(|(_, score)| candidate.slot.required || *score > 0.0)
            .collect::<Vec<_>>();
        pairs.sort_by(|left, right| right.1.total_cmp(&left.1));
        pairs.truncate(TRIED);
        pairs
    });
    let table = table.collect::<Vec<_>>();
    let mut search = Search { table: &table, best: f32::NEG_INFINITY, chosen: Vec::new(), steps: 0 };
    search.descend(&mut Vec::new(), 0.0);
    search.chosen
}

/// Whether a number only says how many values follow: "two charges of 5C and 7C" for `charge1` and `charge2`.
fn counts_parameters(mention: &Mention, candidates: &[Candidate<'_>], words: &[Word]) -> bool {
    let Some(counted) = words.get(mention.end).filter(|_| !words[mention.end - 1].closes) else { return false };
    let plain = |own: &String| stem(own.trim_end_matches(|each: char| each.is_ascii_digit())) == counted.stem;
    let alike = candidates.iter().filter(|candidate| candidate.slot.name_stems.iter().any(plain)).count();
    alike >= 2 && (mention.value - f64::from(u32::try_from(alike).unwrap_or(u32::MAX))).abs() < 0.5
}

/// Tries all ways to give numbers to parameters.
struct Search<'a> {
    table: &'a [Vec<(usize, f32)>],
    best: f32,
    chosen: Vec<Option<usize>>,
    steps: usize,
}

impl Search<'_> {
    /// Beyond this, parameters are filled greedily.
    const MOST_STEPS: usize = 100_000;

    fn descend(&mut self, given: &mut Vec<Option<usize>>, score: f32) {
        self.steps += 1;
        let Some(pairs) = self.table.get(given.len()) else {
            if score > self.best {
                self.best = score;
                self.chosen.clone_from(given);
            }
            return;
        };
        let last = given.iter().rev().find_map(|number| *number);
        for (number, worth) in pairs {
            if given.contains(&Some(*number)) {
                continue;
            }
            let ordered = if last.is_some_and(|last| last < *number) { IN_ORDER } else { 0.0 };
            given.push(Some(*number));
            self.descend(given, score + worth + ordered);
            given.pop();
            if self.steps > Self::MOST_STEPS {
                break;
            }
        }
        given.push(None);
        self.descend(given, score);
        given.pop();
    }
}

/// Whether the schema admits the number.
pub(crate) fn takes(kind: &Kind, value: f64) -> bool {
    match kind {
        Kind::Number { integer, least, most } => {
            (!integer || value.fract() == 0.0)
                && least.is_none_or(|least| value >= least)
                && most.is_none_or(|most| value <= most)
        }
        Kind::List(element) => takes(element, value),
        Kind::Boolean | Kind::Choice(_) | Kind::Text | Kind::Unsupported => false,
    }
}

/// What the words around the number say for or against the parameter.
fn fitness(slot: &Slot, mention: &Mention, words: &[Word]) -> f32 {
    let mut fitness = if slot.required { REQUIRED } else { -LEAST_OPTIONAL };
    fitness += match (mention.quantity, quantity_of(slot)) {
        (Some(one), Some(other)) if one == other => SAME_QUANTITY,
        (Some(_), Some(_)) => OTHER_QUANTITY,
        (Some(Quantity::Money | Quantity::People), None) if !slot.required => OTHER_QUANTITY,
        _ => 0.0,
    };
    if (1900.0..=2100.0).contains(&mention.value) && slot.name_stems.iter().any(|stem| stem == "year") {
        fitness += YEAR;
    }
    let closed = words[mention.end - 1].closes;
    let behind = words[mention.end..].iter().take(if closed { 0 } else { 2 });
    let behind = behind.map(|word| slot.relation(&word.stem)).fold(0.0, f32::max);
    // `three-star` and `5km` carry their unit inside.
    let inside = words[mention.end - 1].text.split('-').skip(1).map(|part| slot.relation(&stem(part)));
    let behind = inside.fold(behind, f32::max);
    let before = words[..mention.first].iter().rev().take(3).take_while(|word| !word.closes);
    let before = before.map(|word| slot.relation(&word.stem));
    fitness + behind * UNIT_BEHIND + before.fold(0.0, f32::max) * WORD_BEFORE
}

fn quantity_of(slot: &Slot) -> Option<Quantity> {
    let by_name = slot.name_stems.iter().find_map(|stem| quantity_of_stem(stem));
    by_name.or_else(|| slot.description_stems.iter().find_map(|stem| quantity_of_stem(stem)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::numbers::mentions;
    use super::super::slot::slots;
    use super::*;
    use crate::words::words;

    /// Without any network: the rules alone.
    fn check(text: &str, expected: &[Option<f64>]) {
        let slots = slots(&json!({"properties": {
            "nights": {"type": "integer", "minimum": 1, "maximum": 30},
            "max_price": {"type": "number"},
            "guests": {"type": "integer", "maximum": 12},
        }}));
        let words = words(text);
        let mentions = mentions(&words);
        let candidates =
            slots.iter().map(|slot| Candidate { slot, scores: vec![0.0; mentions.len()] }).collect::<Vec<_>>();
        let given = assign(&candidates, &mentions, &words);
        let values = given.into_iter().map(|index| index.map(|index| mentions[index].value)).collect::<Vec<_>>();
        assert_eq!(values, expected, "{text}");
    }

    #[test]
    fn units_decide() {
        check("in Oslo, 5 nights, not more than 150 a night", &[Some(5.0), Some(150.0), None]);
        check("a room for 3 people under $90", &[None, Some(90.0), Some(3.0)]);
        check("a family of four for a week", &[Some(7.0), None, Some(4.0)]);
        check("a hotel near platform 9", &[None, None, None]);
    }

    #[test]
    fn a_number_that_counts_the_others_is_none_of_them() {
        let slots = slots(&json!({"required": ["side1", "side2", "side3"], "properties": {
            "side1": {"type": "integer"}, "side2": {"type": "integer"}, "side3": {"type": "integer"}}}));
        let words = words("a triangle with three sides: 3, 4, and 5");
        let mentions = mentions(&words);
        let candidates =
            slots.iter().map(|slot| Candidate { slot, scores: vec![0.0; mentions.len()] }).collect::<Vec<_>>();
        let given =
            assign(&candidates, &mentions, &words).into_iter().map(|index| index.map(|index| mentions[index].value));
        assert_eq!(given.collect::<Vec<_>>(), [Some(3.0), Some(4.0), Some(5.0)]);
    }

    #[test]
    fn bounds_hold() {
        check("200 nights", &[None, None, None]);
    }
}
