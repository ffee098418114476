//! Values that are known by their shape: dates, times, e-mail addresses, URLs, quoted texts.

use super::slot::Slot;
use crate::words::{Word, is_stem_of};

/// A shape that a text parameter may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Date,
    Time,
    Email,
    Url,
}

/// The shape that the parameter's name, description or format asks for.
pub(crate) fn wanted_shape(slot: &Slot) -> Option<Shape> {
    match slot.format.as_deref() {
        Some("date" | "date-time") => return Some(Shape::Date),
        Some("time") => return Some(Shape::Time),
        Some("email") => return Some(Shape::Email),
        Some("uri" | "url" | "iri") => return Some(Shape::Url),
        _ => {}
    }
    let named = |words: &[&str]| slot.name_stems.iter().any(|own| is_stem_of(own, words));
    if named(&["email", "mail"]) {
        Some(Shape::Email)
    } else if named(&["url", "link", "website", "uri"]) {
        Some(Shape::Url)
    } else if named(&["date", "day", "deadline", "birthday"]) || slot.description.contains("YYYY") {
        Some(Shape::Date)
    } else if named(&["time", "hour"]) {
        Some(Shape::Time)
    } else {
        None
    }
}

/// Stretches of words (`first..end`) that have the shape.
pub(crate) fn occurrences(words: &[Word], shape: Shape) -> Vec<(usize, usize)> {
    (0..words.len())
        .filter_map(|first| {
            let length = match shape {
                Shape::Date => date_length(&words[first..]),
                Shape::Time => time_length(&words[first..]),
                Shape::Email => usize::from(is_email(&words[first].text)),
                Shape::Url => usize::from(is_url(&words[first].text)),
            };
            (length > 0).then_some((first, first + length))
        })
        .fold(Vec::new(), |mut kept: Vec<(usize, usize)>, next| {
            if kept.last().is_none_or(|last| next.0 >= last.1) {
                kept.push(next);
            }
            kept
        })
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'))
}

fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.has_host())
        || (text.starts_with("www.") && text.matches('.').count() >= 2)
}

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
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn month(word: &str) -> Option<usize> {
    let lower = word.to_lowercase();
    MONTHS
        .iter()
        .position(|name| *name == lower || (lower.len() == 3 && name.starts_with(&lower)))
        .map(|index| index + 1)
}

fn day_of_month(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|character: char| character.is_ascii_lowercase());
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<u32> {
    word.parse().ok().filter(|year| (1000..=2999).contains(year) && word.len() == 4)
}

fn date_length(words: &[Word]) -> usize {
    let text = |index: usize| words.get(index).map_or("", |word| word.text.as_str());
    let lower = text(0).to_lowercase();
    if numeric_date(text(0)).is_some() || matches!(lower.as_str(), "today" | "tomorrow" | "tonight" | "yesterday") {
        return 1;
    }
    if DAYS.contains(&lower.as_str()) {
        return 1;
    }
    if matches!(lower.as_str(), "next" | "this" | "last") {
        let unit = text(1).to_lowercase();
        return if DAYS.contains(&unit.as_str()) || matches!(unit.as_str(), "week" | "weekend" | "month" | "year") {
            2
        } else {
            0
        };
    }
    let with_year = |length: usize| length + usize::from(year(text(length)).is_some());
    if month(text(0)).is_some() && day_of_month(text(1)).is_some() {
        return with_year(2);
    }
    if day_of_month(text(0)).is_some() && month(text(1)).is_some() {
        return with_year(2);
    }
    if day_of_month(text(0)).is_some() && text(1) == "of" && month(text(2)).is_some() {
        return with_year(3);
    }
    if month(text(0)).is_some()
        && text(0).len() > 3
        && text(0).starts_with(char::is_uppercase)
        && year(text(1)).is_some()
    {
        return 2;
    }
    0
}

fn time_length(words: &[Word]) -> usize {
    let lower = |index: usize| words.get(index).map(|word| word.text.to_lowercase()).unwrap_or_default();
    let first = lower(0);
    let clock = |text: &str| {
        let digits = text.trim_end_matches("am").trim_end_matches("pm");
        let marked = digits.len() < text.len() || digits.contains(':');
        marked && digits.split(':').all(|part| !part.is_empty() && part.chars().all(|digit| digit.is_ascii_digit()))
    };
    let half = matches!(lower(1).replace('.', "").as_str(), "am" | "pm");
    if half && first.starts_with(|digit: char| digit.is_ascii_digit()) {
        2
    } else {
        usize::from(clock(&first) || matches!(first.as_str(), "noon" | "midnight"))
    }
}

/// `2024-05-01`, `5/1/2024` (month first), `1.5.2024` (day first) as year, month, day.
fn numeric_date(text: &str) -> Option<(u32, u32, u32)> {
    let separator = ['-', '/', '.'].into_iter().find(|separator| text.matches(*separator).count() == 2)?;
    let parts = text.split(separator).map(str::parse).collect::<Result<Vec<u32>, _>>().ok()?;
    let (year, month, day) = match (parts.as_slice(), separator) {
        ([year, month, day], '-' | '/') if *year > 31 => (*year, *month, *day),
        ([first, second, last], '/') => (*last, *first, *second),
        ([first, second, last], '.' | '-') => (*last, *second, *first),
        _ => return None,
    };
    ((1..=12).contains(&month) && (1..=31).contains(&day) && (1000..=2999).contains(&year))
        .then_some((year, month, day))
}

/// A full date in the form that `format: date` demands; none when the year is missing.
pub(crate) fn iso_date(text: &str) -> Option<String> {
    let parts = text.split(|character: char| character.is_whitespace() || character == ',');
    let parts = parts.filter(|part| !part.is_empty() && *part != "of").collect::<Vec<_>>();
    let (year, month, day) = match parts.as_slice() {
        [one] => numeric_date(one)?,
        [first, second, last] => {
            let month_number = month(first).or_else(|| month(second))?;
            let day = day_of_month(if month(first).is_some() { second } else { first })?;
            (year(last)?, u32::try_from(month_number).ok()?, day)
        }
        _ => return None,
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Quoted stretches of the text, without their quotes, as bytes `start..end`.
pub(crate) fn quoted(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (open, close) in [('"', '"'), ('“', '”'), ('\'', '\''), ('‘', '’')] {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| from + at) {
            let inside = start + open.len_utf8();
            // An apostrophe opens nothing inside a word, and closes nothing before a letter.
            let free = !text[..start].ends_with(char::is_alphanumeric);
            let end = text[inside..]
                .match_indices(close)
                .map(|(at, _)| inside + at)
                .find(|at| !text[at + close.len_utf8()..].starts_with(char::is_alphanumeric));
            match end {
                Some(end) if free && end > inside => {
                    found.push((inside, end));
                    from = end + close.len_utf8();
                }
                _ => from = inside,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn found(text: &str, shape: Shape) -> Vec<String> {
        let words = words(text);
        let spans = occurrences(&words, shape);
        spans.into_iter().map(|(first, end)| text[words[first].start..words[end - 1].end].to_owned()).collect()
    }

    #[test]
    fn dates() {
        assert_eq!(found("from May 3rd, 2024 to 5 June", Shape::Date), ["May 3rd, 2024", "5 June"]);
        assert_eq!(found("on 2024-05-01 or next friday", Shape::Date), ["2024-05-01", "next friday"]);
        assert_eq!(found("I may go", Shape::Date), [""; 0]);
        assert_eq!(iso_date("May 3rd, 2024").as_deref(), Some("2024-05-03"));
        assert_eq!(iso_date("1.5.2024").as_deref(), Some("2024-05-01"));
        assert_eq!(iso_date("5 June"), None);
    }

    #[test]
    fn times_addresses_and_links() {
        assert_eq!(found("at 3pm or 10:30 pm", Shape::Time), ["3pm", "10:30 pm"]);
        assert_eq!(found("write to ann@example.org.", Shape::Email), ["ann@example.org"]);
        assert_eq!(found("see https://example.org/x?y=1.", Shape::Url), ["https://example.org/x?y=1"]);
    }

    #[test]
    fn quotes() {
        let text = "Don't say \"good morning\" or 'bye' at Tom's";
        let texts = quoted(text).into_iter().map(|(start, end)| &text[start..end]).collect::<Vec<_>>();
        assert_eq!(texts, ["good morning", "bye"]);
    }
}
