//! Plays the matches: how a fixture stands at a moment. The same moment always gives the same score.

use jiff::Timestamp;
use serde::Serialize;

use super::league::{CLUBS, Fixture};
use crate::scatter::scatter;

/// Minutes of a match, which are real minutes; there is no break.
const MINUTES: i64 = 90;
/// Chances of a goal per minute, of 1000: for everybody, and more at home.
const CHANCE: u64 = 9;
const AT_HOME: u64 = 3;

/// Where a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Live,
    Finished,
    Scheduled,
}

/// A match as it stands at a moment.
#[derive(Serialize)]
pub(super) struct Match {
    round: u64,
    home: &'static str,
    away: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_goals: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    away_goals: Option<u32>,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    minute: Option<i64>,
    kickoff: Timestamp,
}

impl Fixture {
    /// Where the match is at `now` (seconds since 1970).
    pub(super) fn status(&self, now: i64) -> Status {
        match now - self.kickoff {
            ..0 => Status::Scheduled,
            played if played < MINUTES * 60 => Status::Live,
            _ => Status::Finished,
        }
    }

    /// Goals of home and away until `now` (seconds since 1970).
    pub(super) fn goals(&self, now: i64) -> (u32, u32) {
        let minutes = ((now - self.kickoff) / 60).clamp(0, MINUTES).cast_unsigned();
        let scored = |club: usize, bonus: u64| {
            let chance = CHANCE + bonus + CLUBS[club].strength;
            let goals = (0..minutes).filter(|minute| self.dice(club, *minute) % 1000 < chance).count();
            u32::try_from(goals).unwrap_or_default()
        };
        (scored(self.home, AT_HOME), scored(self.away, 0))
    }

    /// The match as people ask for it.
    pub(super) fn at(&self, now: i64) -> Match {
        let status = self.status(now);
        let goals = (status != Status::Scheduled).then(|| self.goals(now));
        Match {
            round: self.round,
            home: CLUBS[self.home].name,
            away: CLUBS[self.away].name,
            home_goals: goals.map(|(home, _)| home),
            away_goals: goals.map(|(_, away)| away),
            status,
            minute: (status == Status::Live).then(|| (now - self.kickoff) / 60 + 1),
            kickoff: Timestamp::from_second(self.kickoff).unwrap_or_default(),
        }
    }

    fn dice(&self, club: usize, minute: u64) -> u64 {
        [self.season, self.round, club as u64, minute].into_iter().fold(0, |mixed, part| scatter(mixed ^ part))
    }
}
