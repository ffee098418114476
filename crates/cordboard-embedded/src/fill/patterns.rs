//! Values that are known by their shape: dates, times, e-mail addresses, URLs, quoted texts.

use super::dates;
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

/// The longest date, in words: `the 3rd of May 2024`.
const LONGEST_DATE: usize = 5;

fn date_length(words: &[Word]) -> usize {
    let lower = |index: usize| words.get(index).map(|word| word.text.to_lowercase()).unwrap_or_default();
    // Whether a stretch is a date does not depend on the present day.
    let some_day = jiff::civil::date(2024, 1, 1);
    let is_date = |length: &usize| {
        let text = words[..*length].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        dates::parse(&text, some_day).is_some()
    };
    let opens = !matches!(lower(0).as_str(), "on" | "of" | "the");
    let whole = (1..=LONGEST_DATE.min(words.len())).rev().find(is_date).filter(|_| opens);
    if let Some(length) = whole {
        return length;
    }
    let unit = matches!(lower(1).as_str(), "week" | "weekend" | "month" | "year") || dates::is_weekday(&lower(1));
    if matches!(lower(0).as_str(), "next" | "this" | "last") && unit {
        return 2;
    }
    let month_and_year = dates::is_month(&lower(0)) && lower(0).len() > 3 && is_year(&lower(1));
    if month_and_year && words[0].text.starts_with(char::is_uppercase) { 2 } else { 0 }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u32>().is_ok_and(|year| (1000..=2999).contains(&year))
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
        assert_eq!(found("until Jun.20,2023, or tomorrow", Shape::Date), ["Jun.20,2023", "tomorrow"]);
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
