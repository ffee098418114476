//! A conversation whose questions were asked anew: a tree of turns, of which one path is shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::id::TurnId;
use crate::turn::Turn;

/// What a turn comes after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Follows {
    /// It is where the conversation begins.
    Beginning,
    Turn(TurnId),
}

/// The turns of a conversation as a tree.
#[derive(Debug)]
pub struct Branches<'turns> {
    turns: &'turns [Turn],
    places: HashMap<TurnId, usize>,
    /// By place, what each turn comes after.
    parents: Vec<Option<usize>>,
}

impl<'turns> Branches<'turns> {
    /// Of turns in the order in which they began. One that does not say what it follows comes after the one before it.
    pub fn of(turns: &'turns [Turn]) -> Self {
        let places: HashMap<TurnId, usize> = turns.iter().enumerate().map(|(place, turn)| (turn.id, place)).collect();
        let parent = |(place, turn): (usize, &Turn)| match turn.follows {
            None => place.checked_sub(1),
            Some(Follows::Beginning) => None,
            // Only what came before can be followed, whatever was stored.
            Some(Follows::Turn(id)) => places.get(&id).copied().filter(|parent| *parent < place),
        };
        let parents = turns.iter().enumerate().map(parent).collect();
        Self { turns, places, parents }
    }

    /// The places of the path to the newest turn, or to the newest that comes after `wanted` or is it.
    pub fn path(&self, wanted: Option<TurnId>) -> Vec<usize> {
        let wanted = wanted.and_then(|id| self.places.get(&id).copied());
        let reaches = |tip: &usize| wanted.is_none_or(|wanted| self.ancestors(*tip).any(|place| place == wanted));
        let Some(tip) = (0..self.turns.len()).rev().find(reaches) else { return Vec::new() };
        let mut path: Vec<usize> = self.ancestors(tip).collect();
        path.reverse();
        path
    }

    /// A turn and what it comes after, back to the beginning.
    fn ancestors(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(place), |place| self.parents[*place])
    }

    /// The turns that come after the same one as this does, in order, with itself among them.
    pub fn alternatives(&self, place: usize) -> Vec<TurnId> {
        let parent = self.parents[place];
        (0..self.turns.len()).filter(|each| self.parents[*each] == parent).map(|each| self.turns[each].id).collect()
    }

    /// The place of what a turn comes after.
    pub fn parent_place(&self, place: usize) -> Option<usize> {
        self.parents[place]
    }

    /// What an alternative to this turn follows; nothing where there is no such turn.
    pub fn parent(&self, turn: TurnId) -> Option<Follows> {
        let place = *self.places.get(&turn)?;
        Some(self.parents[place].map_or(Follows::Beginning, |parent| Follows::Turn(self.turns[parent].id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{RecordedEvent, TurnEvent};
    use crate::id::ModelId;
    use crate::time::Timestamp;

    fn id(number: usize) -> TurnId {
        format!("0190f1f0a0a07000800000000000000{number}").parse().unwrap()
    }

    fn turns(follow: &[Option<Follows>]) -> Vec<Turn> {
        let turn = |(number, follows): (usize, &Option<Follows>)| {
            let event = TurnEvent::Started {
                user_message: number.to_string(),
                model: ModelId("m".to_owned()),
                follows: *follows,
            };
            let (turn, at) = (id(number), Timestamp::UNIX_EPOCH);
            Turn::start(&RecordedEvent { turn, sequence: 1, position: 1, at, event }).unwrap()
        };
        follow.iter().enumerate().map(turn).collect()
    }

    #[test]
    fn one_path_of_the_tree_is_shown_and_the_others_are_there() {
        let after = |number| Some(Follows::Turn(id(number)));
        // 0 ─ 1 ─ 2 ─ 4
        //   └ 3 (instead of 1)    5 instead of 0
        let turns = turns(&[None, None, None, after(0), after(2), Some(Follows::Beginning)]);
        let branches = Branches::of(&turns);
        assert_eq!(branches.path(None), [5]);
        assert_eq!(branches.path(Some(id(1))), [0, 1, 2, 4]);
        assert_eq!(branches.path(Some(id(3))), [0, 3]);
        assert_eq!(branches.path(Some(id(0))), [0, 1, 2, 4]);
        assert_eq!(branches.alternatives(3), [id(1), id(3)]);
        assert_eq!(branches.alternatives(0), [id(0), id(5)]);
        assert_eq!(branches.parent(id(1)), after(0));
        assert_eq!(branches.parent(id(5)), Some(Follows::Beginning));
        assert_eq!(branches.parent(id(9)), None);
    }

    #[test]
    fn what_was_stored_wrongly_makes_no_circle() {
        let turns = turns(&[Some(Follows::Turn(id(1))), Some(Follows::Turn(id(1)))]);
        let branches = Branches::of(&turns);
        assert_eq!(branches.path(None), [1]);
        assert!(Branches::of(&[]).path(None).is_empty());
    }
}
