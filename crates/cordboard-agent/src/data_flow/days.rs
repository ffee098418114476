//! Days and moments that are near: people say "tomorrow" and mean a date that many results have.

use std::ops::Range;
use std::sync::LazyLock;

use cordboard_domain::time::{SignedDuration, Timestamp};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use regex::{Captures, Regex};

/// A date, and the time of day that may follow it. Seconds have few decimal places, so that they cannot carry a value.
static MOMENT: LazyLock<Regex> = LazyLock::new(|| {
    let form =
        r"\b(\d{4})-?(\d{2})-?(\d{2})(?:[Tt ](\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d{1,3})?)?(?:Z|z|[+-]\d{2}:?\d{2})?)?\b";
    Regex::new(form).expect("the pattern is written right")
});

/// Where a text has days, or moments of days, that are near.
pub(super) fn at_hand(text: &str, now: Timestamp) -> Vec<Range<usize>> {
    let near = MOMENT.captures_iter(text).filter(|found| is_near(found, now));
    near.filter_map(|found| found.get(0).map(|whole| whole.range())).collect()
}

/// Whether a text is such a day or moment and nothing else.
pub(super) fn is_at_hand(text: &str, now: Timestamp) -> bool {
    let text = text.trim();
    at_hand(text, now).first().is_some_and(|found| *found == (0..text.len()))
}

fn is_near(found: &Captures<'_>, now: Timestamp) -> bool {
    let number = |group: usize| found.get(group).and_then(|digits| digits.as_str().parse::<i16>().ok());
    let part = |group: usize| number(group).and_then(|number| i8::try_from(number).ok());
    let is_time = Time::new(part(4).unwrap_or(0), part(5).unwrap_or(0), part(6).unwrap_or(0), 0).is_ok();
    let day = || Date::new(number(1)?, part(2)?, part(3)?).ok()?.to_zoned(TimeZone::UTC).ok();
    let (week, year) = (SignedDuration::from_hours(24 * 7), SignedDuration::from_hours(24 * 400));
    let is_around = |moment: Timestamp| now - week <= moment && moment <= now + year;
    is_time && day().is_some_and(|day| is_around(day.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_days_and_moments_are_found_and_nothing_that_follows_them() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        for text in [
            "2026-03-02",
            "20260302",
            "2026-03-02T08:30",
            "2026-03-02 08:30:15",
            "2026-03-02T08:30:15.250Z",
            "2026-03-02T08:30:15-08:00",
        ] {
            assert!(is_at_hand(text, now), "{text}");
        }
        for text in [
            "1815-12-10",
            "2026-13-01",
            "2026-03-02T99:30",
            "2026-03-02 Ada Lovelace",
            "2026-03-02 20931844",
            "2026-03-02T08:30:15.20931844Z",
            "120260302",
        ] {
            assert!(!is_at_hand(text, now), "{text}");
        }
        let found = at_hand("from 2026-03-02 to 1815-12-10", now);
        assert!(found.len() == 1 && found[0] == (5..15), "{found:?}");
    }
}
