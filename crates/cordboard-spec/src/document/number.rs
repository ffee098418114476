//! Numbers as YAML and quoted texts write them.

use serde_json::Number;

/// A number in decimal, also with a plus, with leading zeros, or without a digit beside the point. Whole numbers beyond
/// 64 bits are rounded.
pub(crate) fn read(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plausible = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.chars().all(|each| each.is_ascii_digit() || matches!(each, '.' | 'e' | 'E' | '-' | '+'));
    if !plausible {
        return None;
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.into());
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(integer.into());
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

/// A number that is written again as it was: `1.10` and `007` are texts to most who write them, and so is what has more
/// digits than a number carries.
pub(crate) fn verbatim(text: &str) -> Option<Number> {
    read(text).filter(|number| number.to_string() == text)
}

#[cfg(test)]
#[test]
fn numbers_are_read_as_they_are_meant() {
    let check = |text: &str, expected: Option<&str>, same: bool| {
        assert_eq!(read(text).map(|number| number.to_string()).as_deref(), expected, "{text}");
        assert_eq!(verbatim(text).is_some(), same, "{text}");
    };
    check("7", Some("7"), true);
    check("-1.5", Some("-1.5"), true);
    check("1.0", Some("1.0"), true);
    check("18446744073709551615", Some("18446744073709551615"), true);
    check("1.10", Some("1.1"), false);
    check("007", Some("7"), false);
    check("+5", Some("5"), false);
    check(".5", Some("0.5"), false);
    check("12345678901234567890123", Some("1.2345678901234568e+22"), false);
    check("1.2.3", None, false);
    check("", None, false);
}
