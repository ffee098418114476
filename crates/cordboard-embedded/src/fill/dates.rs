//! Dates in people's words, and the form that a parameter asks for.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};

use super::slot::Slot;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The form of dates that a parameter asks for by its `format` or description, for `strftime`.
pub(crate) fn wanted_form(slot: &Slot) -> Option<&'static str> {
    const FORMS: [(&str, &str); 8] = [
        ("YYYY-MM-DD", "%Y-%m-%d"),
        ("DD-MM-YYYY", "%d-%m-%Y"),
        ("MM-DD-YYYY", "%m-%d-%Y"),
        ("DD/MM/YYYY", "%d/%m/%Y"),
        ("MM/DD/YYYY", "%m/%d/%Y"),
        ("YYYY/MM/DD", "%Y/%m/%d"),
        ("DD.MM.YYYY", "%d.%m.%Y"),
        ("YYYYMMDD", "%Y%m%d"),
    ];
    if slot.format.as_deref() == Some("date") {
        return Some("%Y-%m-%d");
    }
    let upper = slot.whole_description.to_uppercase();
    let by_pattern = FORMS.iter().find(|(pattern, _)| upper.contains(pattern)).map(|(_, form)| *form);
    // "(e.g., 2022-01-31)" asks for the same.
    let by_example = || slot.listed.iter().any(|value| value.parse::<Date>().is_ok()).then_some("%Y-%m-%d");
    let by_word = || upper.contains("ISO 8601").then_some("%Y-%m-%d");
    by_pattern.or_else(by_example).or_else(by_word)
}

/// Whether these words name a day only by its distance from today.
pub(crate) fn is_relative(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = ["today", "tonight", "tomorrow", "yesterday", "next", "this", "in", "ago"];
    lower.split(' ').next().is_some_and(|first| words.contains(&first) || is_weekday(first))
}

/// The day that these words name, seen from `today`: `tomorrow`, `next Friday`, `May 3rd`, `15th October,2023`, `1.5.2024`.
pub(crate) fn parse(text: &str, today: Date) -> Option<Date> {
    let lower = text.to_lowercase();
    let parts = lower
        .split(|each: char| !each.is_alphanumeric())
        .filter(|part| !part.is_empty() && !matches!(*part, "of" | "the" | "on"));
    let parts = parts.collect::<Vec<_>>();
    relative(&parts, today).or_else(|| named(&parts, today)).or_else(|| numeric(text, &parts))
}

/// Whether a date says its year.
pub(crate) fn has_year(text: &str) -> bool {
    text.split(|each: char| !each.is_ascii_digit()).any(|digits| digits.len() == 4)
}

/// Whether the word, in lower case, is a month.
pub(crate) fn is_month(word: &str) -> bool {
    month(word).is_some()
}

/// Whether the word, in lower case, is a day of the week.
pub(crate) fn is_weekday(word: &str) -> bool {
    DAYS.iter().any(|(name, _)| *name == word)
}

fn relative(parts: &[&str], today: Date) -> Option<Date> {
    let after = |span: Span| today.checked_add(span).ok();
    match parts {
        ["today" | "tonight"] => Some(today),
        ["tomorrow"] | ["tomorrow", "morning" | "evening" | "night" | "afternoon"] => after(1.day()),
        ["day", "after", "tomorrow"] => after(2.days()),
        ["yesterday"] => after(-1.day()),
        ["next", "week"] => after(1.week()),
        ["next", "month"] => after(1.month()),
        ["next", "year"] => after(1.year()),
        ["this" | "next", "weekend"] => weekday(Weekday::Saturday, today),
        ["this" | "next", day] | [day] => weekday(DAYS.iter().find(|(name, _)| name == day)?.1, today),
        ["in", count, unit] => {
            let count =
                count.parse::<i64>().ok().or_else(|| (*count == "a").then_some(1)).filter(|count| *count < 1000)?;
            match unit.trim_end_matches('s') {
                "day" => after(count.days()),
                "week" => after(count.weeks()),
                "month" => after(count.months()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The first such weekday after today. "Next Friday" on a Wednesday is the one in two days, as most people mean it.
fn weekday(day: Weekday, today: Date) -> Option<Date> {
    today.nth_weekday(1, day).ok()
}

/// `may 3 2024`, `3rd may`; without a year, the next such day.
fn named(parts: &[&str], today: Date) -> Option<Date> {
    let month = parts.iter().position(|part| month(part).is_some())?;
    let number = month_number(parts[month])?;
    let others = parts.iter().enumerate().filter(|(index, _)| *index != month).map(|(_, part)| *part);
    let (mut day, mut year) = (None, None);
    for part in others {
        let digits = part.trim_end_matches(|each: char| each.is_alphabetic());
        let value = digits.parse::<i16>().ok()?;
        if digits.len() == 4 {
            year = Some(value);
        } else if day.is_none() {
            day = Some(i8::try_from(value).ok()?);
        } else {
            return None;
        }
    }
    let day = day?;
    if let Some(year) = year {
        return Date::new(year, number, day).ok();
    }
    let this_year = Date::new(today.year(), number, day).ok()?;
    if this_year >= today { Some(this_year) } else { Date::new(today.year() + 1, number, day).ok() }
}

/// The position of a month by its name or the first three letters of it.
fn month(part: &str) -> Option<usize> {
    let short = if part == "sept" { "sep" } else { part };
    MONTHS.iter().position(|name| *name == short || (short.len() == 3 && name.starts_with(short)))
}

fn month_number(part: &str) -> Option<i8> {
    month(part).and_then(|index| i8::try_from(index + 1).ok())
}

/// `2024-05-01`, `5/1/2024` (month first), `1.5.2024` and `1-5-2024` (day first).
fn numeric(text: &str, parts: &[&str]) -> Option<Date> {
    let [first, second, third] = parts else { return None };
    let number = |part: &str| part.parse::<i16>().ok();
    let small = |part: &str| part.parse::<i8>().ok();
    if first.len() == 4 {
        return Date::new(number(first)?, small(second)?, small(third)?).ok();
    }
    if third.len() != 4 {
        return None;
    }
    let (month, day) = if text.contains('/') { (first, second) } else { (second, first) };
    let straight = Date::new(number(third)?, small(month)?, small(day)?).ok();
    straight.or_else(|| Date::new(number(third)?, small(day)?, small(month)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<String> {
        let today = Date::new(2026, 4, 15).unwrap();
        parse(text, today).map(|date| date.to_string())
    }

    #[test]
    fn days_in_words() {
        for (text, expected) in [
            ("tomorrow", "2026-04-16"),
            ("next Friday", "2026-04-17"),
            ("Wednesday", "2026-04-22"),
            ("in 3 weeks", "2026-05-06"),
            ("May 3rd", "2026-05-03"),
            ("3 March", "2027-03-03"),
            ("15th October,2023", "2023-10-15"),
            ("Jun.20,2023", "2023-06-20"),
            ("3rd of May 2024", "2024-05-03"),
            ("1.5.2024", "2024-05-01"),
            ("5/1/2024", "2024-05-01"),
            ("2024-05-01", "2024-05-01"),
        ] {
            assert_eq!(day(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(day("soon"), None);
        assert_eq!(day("May 2024"), None);
    }
}
