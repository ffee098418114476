//! The clubs of the league and who plays whom when.

/// A club.
pub(super) struct Club {
    pub(super) name: &'static str,
    /// How strong it is, from 0 to 8.
    pub(super) strength: u64,
}

/// Every club, by name.
pub(super) const CLUBS: [Club; 10] = [
    Club { name: "Castle Vale", strength: 5 },
    Club { name: "Fenwick Town", strength: 2 },
    Club { name: "Ironbridge Athletic", strength: 6 },
    Club { name: "Northgate Rovers", strength: 4 },
    Club { name: "Oakhaven Rangers", strength: 3 },
    Club { name: "Port Ellis", strength: 1 },
    Club { name: "Redmoor United", strength: 8 },
    Club { name: "Saltmarsh City", strength: 7 },
    Club { name: "Silverton Wanderers", strength: 4 },
    Club { name: "Whitcombe Albion", strength: 2 },
];

/// Rounds of a season: each club plays each other twice.
pub(super) const ROUNDS: u64 = 18;
/// A new round starts every three hours.
const ROUND_SECONDS: i64 = 3 * 60 * 60;
/// The five matches of a round start one after the other.
const KICKOFF_GAP_SECONDS: i64 = 20 * 60;

/// One match on the calendar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fixture {
    /// Counted from 1970.
    pub(super) season: u64,
    /// From 1 to [`ROUNDS`].
    pub(super) round: u64,
    /// Places in [`CLUBS`].
    pub(super) home: usize,
    pub(super) away: usize,
    /// Seconds since 1970.
    pub(super) kickoff: i64,
}

/// The season and its round, from 1, that a moment (seconds since 1970) belongs to.
pub(super) fn season_and_round(seconds: i64) -> (u64, u64) {
    let rounds = seconds.max(0).cast_unsigned() / ROUND_SECONDS.cast_unsigned();
    (rounds / ROUNDS, rounds % ROUNDS + 1)
}

/// The five matches of a round, by the circle method: one club stays, the others move round.
pub(super) fn fixtures(season: u64, round: u64) -> impl Iterator<Item = Fixture> {
    let others = CLUBS.len() - 1;
    let start = (season * ROUNDS + round - 1).cast_signed() * ROUND_SECONDS;
    let turn = usize::try_from((round - 1) % (ROUNDS / 2)).unwrap_or_default();
    let second_half = round > ROUNDS / 2;
    (0..CLUBS.len() / 2).zip(0_i64..).map(move |(place, nth)| {
        let left = (turn + place) % others;
        let right = if place == 0 { others } else { (turn + others - place) % others };
        let swapped = (turn + place).is_multiple_of(2) != second_half;
        let (home, away) = if swapped { (right, left) } else { (left, right) };
        Fixture { season, round, home, away, kickoff: start + nth * KICKOFF_GAP_SECONDS }
    })
}

/// The club's place in [`CLUBS`], by its name or a part of it that only one club has.
pub(super) fn lookup(name: &str) -> Option<usize> {
    let wanted = name.trim().to_lowercase();
    if wanted.len() < 4 {
        return None;
    }
    let mut similar = (0..CLUBS.len()).filter(|club| {
        let known = CLUBS[*club].name.to_lowercase();
        known.contains(&wanted) || wanted.contains(&known)
    });
    similar.next().filter(|_| similar.next().is_none())
}
