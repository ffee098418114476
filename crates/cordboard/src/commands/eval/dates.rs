//! Dates relative to the day of the run: `<today>`, `<tomorrow>`, `<next friday>`.

use anyhow::bail;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde_json::Value;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Replaces date words in a value with ISO dates; other texts in angle brackets stay.
pub(super) fn replace(value: &mut Value, today: Date) -> anyhow::Result<()> {
    match value {
        Value::String(text) => {
            if let Some(date) = date(text, today)? {
                *text = date.to_string();
            }
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| replace(item, today))?,
        Value::Object(members) => members.values_mut().try_for_each(|member| replace(member, today))?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

fn date(text: &str, today: Date) -> anyhow::Result<Option<Date>> {
    let Some(word) = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')) else { return Ok(None) };
    Ok(match word {
        "today" => Some(today),
        "tomorrow" => Some(today.checked_add(1.day())?),
        _ => match word.strip_prefix("next ") {
            Some(named) => Some(next(named, today)?),
            None => None,
        },
    })
}

/// The first such day after today.
fn next(named: &str, today: Date) -> anyhow::Result<Date> {
    let Some((_, weekday)) = WEEKDAYS.iter().find(|(name, _)| *name == named) else {
        bail!("`<next {named}>` names no weekday; write `<next friday>`, in lower case and English");
    };
    Ok(today.nth_weekday(1, *weekday)?)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[test]
    fn date_words_become_iso_dates_at_any_depth() {
        // A Tuesday.
        let today = date(2026, 3, 31);
        let mut value = json!({
            "a": "<today>", "b": ["<tomorrow>", {"c": "<next friday>"}], "d": "<next tuesday>", "e": "<b>", "f": "today"
        });
        replace(&mut value, today).unwrap();
        let expected = json!({
            "a": "2026-03-31", "b": ["2026-04-01", {"c": "2026-04-03"}], "d": "2026-04-07", "e": "<b>", "f": "today"
        });
        assert_eq!(value, expected);
    }
}
