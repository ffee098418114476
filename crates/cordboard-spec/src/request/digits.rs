//! Whole numbers, in a model's arguments and in answers, that have more digits than a number carries.

use std::borrow::Cow;

/// The JSON text with such numbers in quotes, so that their digits stay: where a text is expected they are sent as they
/// are, and where a number is expected the model is told. Says which ones were quoted.
pub(crate) fn keep(text: &str) -> (Cow<'_, str>, Vec<&str>) {
    let mut kept = String::new();
    let (mut quoted, mut copied) = (Vec::new(), 0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                at += bytes[at..].iter().take_while(|byte| is_of_number(**byte)).count();
                let number = &text[start..at];
                if loses_digits(number) {
                    kept.push_str(&text[copied..start]);
                    kept.extend(["\"", number, "\""]);
                    quoted.push(number);
                    copied = at;
                }
            }
            _ => at += 1,
        }
    }
    if quoted.is_empty() {
        return (text.into(), quoted);
    }
    kept.push_str(&text[copied..]);
    (kept.into(), quoted)
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Whether a whole number in decimal is another one once it is read.
pub(super) fn loses_digits(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole
        && number.parse::<i64>().is_err()
        && number.parse::<u64>().is_err()
        && number.parse::<f64>().is_ok_and(|read| format!("{read:.0}") != number)
}

#[cfg(test)]
#[test]
fn only_numbers_that_would_change_are_quoted() {
    let check = |text: &str, expected: &str| assert_eq!(keep(text).0, expected);
    let long = "12345678901234567890123";
    check(&format!("{{\"a\": {long}, \"b\": [-{long}]}}"), &format!("{{\"a\": \"{long}\", \"b\": [\"-{long}\"]}}"));
    for same in [
        "{\"a\": 18446744073709551615}",
        "[100000000000000000000]",
        "[0.1234567890123456789012345]",
        "{\"\\\"12345678901234567890123\": 1}",
        "\"",
        "[1",
    ] {
        check(same, same);
    }
}
