//! What the three operations answer, as pure functions of the moment. Each answer says that it is simulated.

use jiff::Timestamp;
use serde::Serialize;

use super::league::{self, CLUBS, Fixture, ROUNDS, fixtures, season_and_round};
use super::play::{Match, Status};
use super::table::{Standing, table};

/// How many past matches a club's answer lists.
const LAST_MATCHES: usize = 3;

/// Answer of `getScores`.
#[derive(Serialize)]
pub(super) struct ScoresAnswer {
    simulated: bool,
    now: Timestamp,
    matches: Vec<Match>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_teams: Option<Vec<&'static str>>,
}

impl ScoresAnswer {
    /// Matches of the last, the current and the next round, by kickoff.
    pub(super) fn new(now: Timestamp, team: Option<&str>, status: Option<Status>) -> Self {
        let (season, round) = season_and_round(now.as_second());
        let club = team.map(league::lookup);
        let wanted = |fixture: &Fixture| match club {
            None => true,
            Some(club) => club.is_some_and(|club| plays(fixture, club)),
        };
        let rounds = round.saturating_sub(1).max(1)..=(round + 1).min(ROUNDS);
        let matches = rounds.flat_map(|round| fixtures(season, round)).filter(wanted);
        let matches = matches.map(|fixture| fixture.at(now.as_second()));
        Self {
            simulated: true,
            now: to_second(now),
            matches: matches.filter(|game| status.is_none_or(|status| game.status == status)).collect(),
            known_teams: (club == Some(None)).then(|| CLUBS.map(|club| club.name).to_vec()),
        }
    }
}

/// Answer of `getStandings`.
#[derive(Serialize)]
pub(super) struct StandingsAnswer {
    simulated: bool,
    standings: Vec<Standing>,
}

impl StandingsAnswer {
    /// The first `top` clubs of the table.
    pub(super) fn new(now: Timestamp, top: usize) -> Self {
        let (season, round) = season_and_round(now.as_second());
        let mut standings = table(season, round, now.as_second());
        standings.truncate(top);
        Self { simulated: true, standings }
    }
}

/// Answer of `getTeam`.
#[derive(Serialize)]
pub(super) struct TeamAnswer {
    simulated: bool,
    team: &'static str,
    standing: Option<Standing>,
    last_matches: Vec<Match>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_match: Option<Match>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_match: Option<Match>,
}

impl TeamAnswer {
    /// One club's season; `club` is its place in the list of clubs.
    pub(super) fn new(now: Timestamp, club: usize) -> Self {
        let now = now.as_second();
        let (season, round) = season_and_round(now);
        let calendar = (1..=ROUNDS).flat_map(|round| fixtures(season, round));
        let own: Vec<_> = calendar.filter(|fixture| plays(fixture, club)).map(|fixture| fixture.at(now)).collect();
        let (mut last, mut current, mut next) = (Vec::new(), None, None);
        for game in own {
            match game.status {
                Status::Finished => last.push(game),
                Status::Live => current = Some(game),
                Status::Scheduled => next = next.or(Some(game)),
            }
        }
        Self {
            simulated: true,
            team: CLUBS[club].name,
            standing: table(season, round, now).into_iter().find(|line| line.club == club),
            last_matches: last.split_off(last.len().saturating_sub(LAST_MATCHES)),
            current_match: current,
            next_match: next,
        }
    }
}

fn plays(fixture: &Fixture, club: usize) -> bool {
    fixture.home == club || fixture.away == club
}

fn to_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
