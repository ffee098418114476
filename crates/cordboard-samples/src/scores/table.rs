//! The league table: three points for a win, one for a draw, then goal difference, then goals.

use std::cmp::Reverse;

use serde::Serialize;

use super::league::{CLUBS, Fixture, fixtures};
use super::play::Status;

/// A club's line in the table.
#[derive(Serialize)]
pub(super) struct Standing {
    place: usize,
    team: &'static str,
    played: u32,
    won: u32,
    drawn: u32,
    lost: u32,
    goals_for: u32,
    goals_against: u32,
    points: u32,
    #[serde(skip)]
    pub(super) club: usize,
}

/// The table of a season after the matches that are finished at `now` (seconds since 1970); `round` is the latest.
pub(super) fn table(season: u64, round: u64, now: i64) -> Vec<Standing> {
    let mut lines: Vec<_> = (0..CLUBS.len()).map(Standing::before_the_season).collect();
    for fixture in (1..=round).flat_map(|round| fixtures(season, round)) {
        if fixture.status(now) == Status::Finished {
            enter(&mut lines, fixture, now);
        }
    }
    lines.sort_by_key(|line| {
        let difference = i64::from(line.goals_for) - i64::from(line.goals_against);
        (Reverse(line.points), Reverse(difference), Reverse(line.goals_for), line.team)
    });
    for (line, place) in lines.iter_mut().zip(1..) {
        line.place = place;
    }
    lines
}

fn enter(lines: &mut [Standing], fixture: Fixture, now: i64) {
    let (home, away) = fixture.goals(now);
    lines[fixture.home].enter(home, away);
    lines[fixture.away].enter(away, home);
}

impl Standing {
    fn before_the_season(club: usize) -> Self {
        let team = CLUBS[club].name;
        Self { place: 0, team, played: 0, won: 0, drawn: 0, lost: 0, goals_for: 0, goals_against: 0, points: 0, club }
    }

    fn enter(&mut self, scored: u32, conceded: u32) {
        self.played += 1;
        self.goals_for += scored;
        self.goals_against += conceded;
        match scored.cmp(&conceded) {
            std::cmp::Ordering::Greater => (self.won, self.points) = (self.won + 1, self.points + 3),
            std::cmp::Ordering::Equal => (self.drawn, self.points) = (self.drawn + 1, self.points + 1),
            std::cmp::Ordering::Less => self.lost += 1,
        }
    }
}
