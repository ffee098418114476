//! Gives stretches of the request to text parameters, so that together they are the likeliest and none overlap.

use super::form::Span;
use super::slot::Slot;

/// Stretches tried per parameter.
const TRIED: usize = 6;
/// What a parameter that stays empty is worth, in logarithms of odds: an optional one takes what is likelier than not, a
/// required one nearly anything.
const EMPTY_OPTIONAL: f32 = 0.0;
const EMPTY_REQUIRED: f32 = -5.0;
/// What it is worth that values come in the order of their parameters.
const IN_ORDER: f32 = 0.4;
/// Beyond this the rest is given greedily.
const MOST_STEPS: usize = 50_000;

/// A stretch that a parameter may take, with the logarithm of the odds that it is the value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer {
    pub(crate) span: Span,
    pub(crate) log_odds: f32,
}

/// Per parameter, what it takes.
pub(crate) fn assign(slots: &[&Slot], mut offers: Vec<Vec<Offer>>) -> Vec<Option<Offer>> {
    for of_slot in &mut offers {
        of_slot.sort_by(|left, right| right.log_odds.total_cmp(&left.log_odds));
        of_slot.truncate(TRIED);
    }
    let empty =
        slots.iter().map(|slot| if slot.required { EMPTY_REQUIRED } else { EMPTY_OPTIONAL }).collect::<Vec<_>>();
    let mut search = Search { offers: &offers, empty: &empty, best: f32::NEG_INFINITY, chosen: Vec::new(), steps: 0 };
    search.descend(&mut Vec::new(), 0.0);
    search.chosen.into_iter().zip(offers).map(|(chosen, of_slot)| chosen.map(|index| of_slot[index].clone())).collect()
}

struct Search<'a> {
    offers: &'a [Vec<Offer>],
    empty: &'a [f32],
    best: f32,
    chosen: Vec<Option<usize>>,
    steps: usize,
}

impl Search<'_> {
    fn descend(&mut self, given: &mut Vec<Option<usize>>, worth: f32) {
        self.steps += 1;
        let at = given.len();
        let Some(of_slot) = self.offers.get(at) else {
            if worth > self.best {
                self.best = worth;
                self.chosen.clone_from(given);
            }
            return;
        };
        for (index, offer) in of_slot.iter().enumerate() {
            if offer.log_odds <= self.empty[at] || self.is_taken(given, &offer.span) {
                continue;
            }
            let last = given
                .iter()
                .enumerate()
                .rev()
                .find_map(|(slot, index)| index.map(|index| self.offers[slot][index].span.end));
            let ordered = if last.is_some_and(|last| last <= offer.span.first) { IN_ORDER } else { 0.0 };
            given.push(Some(index));
            self.descend(given, worth + offer.log_odds + ordered);
            given.pop();
            if self.steps > MOST_STEPS {
                break;
            }
        }
        given.push(None);
        self.descend(given, worth + self.empty[at]);
        given.pop();
    }

    fn is_taken(&self, given: &[Option<usize>], span: &Span) -> bool {
        let taken =
            given.iter().enumerate().filter_map(|(slot, index)| index.map(|index| &self.offers[slot][index].span));
        taken.into_iter().any(|other| other.first < span.end && span.first < other.end)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::slot::slots;
    use super::*;

    fn offer(first: usize, end: usize, log_odds: f32) -> Offer {
        Offer { span: Span { first, end, score: 0.0 }, log_odds }
    }

    #[test]
    fn the_likeliest_together_win() {
        let slots = slots(&json!({"required": ["team", "league"], "properties": {
            "team": {"type": "string"}, "league": {"type": "string"}, "note": {"type": "string"}}}));
        let slots = slots.iter().collect::<Vec<_>>();
        let given = assign(
            &slots,
            vec![
                vec![offer(0, 2, 1.0), offer(3, 5, 0.5)],
                vec![offer(0, 2, 2.5), offer(3, 5, -3.0)],
                vec![offer(6, 7, -0.1)],
            ],
        );
        let spans = given.into_iter().map(|offer| offer.map(|offer| offer.span.first)).collect::<Vec<_>>();
        assert_eq!(spans, [Some(3), Some(0), None]);
    }
}
