//! What a text may be once it is decoded: a model can be told to wrap a value before it hands it on.

use std::collections::VecDeque;
use std::sync::LazyLock;

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use percent_encoding::percent_decode_str;
use regex::Regex;

/// How often one encoding may be around another.
const MAX_DEPTH: usize = 3;
/// The most texts that come of one.
const MAX_TEXTS: usize = 48;
/// The shortest part of decoded bytes that is taken for text, in characters, where not all of them are.
const SHORTEST_PART: usize = 6;
/// The longest text that is decoded, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

static BASE64: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9+/_-]{8,}"));
static BASE32: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[A-Z2-7]{13,}"));
static HEX: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:(?:0x|\\x|%|&#x)?[0-9a-f]{2}[\s:;,.-]*){8,}"));
static CODES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:(?:&#)?\b[0-9]{2,3}\b;?[\s,;.-]*){8,}"));
static BITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:[01]{7,8}[\s,]*){8,}"));
static ESCAPES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\\u\{?([0-9a-f]{2,6})\}?|&#x([0-9a-f]{2,6});?"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is written right")
}

/// The text itself, then every text that it may encode: percent signs, escapes, Base64, Base32, hexadecimal, numbers of
/// characters, backwards, shifted by 13 letters, and these within each other.
pub(super) fn decoded(text: &str) -> Vec<String> {
    let mut found = vec![text.to_owned()];
    if text.len() > MAX_LENGTH {
        return found;
    }
    let mut queue = VecDeque::from([(text.to_owned(), 0)]);
    while let Some((text, depth)) = queue.pop_front() {
        if depth == MAX_DEPTH {
            continue;
        }
        for inner in once(&text, depth == 0) {
            if found.len() == MAX_TEXTS {
                return found;
            }
            if is_readable(&inner) && !found.contains(&inner) {
                found.push(inner.clone());
                queue.push_back((inner, depth + 1));
            }
        }
    }
    found
}

/// What one step of decoding gives. Turning a text round is tried on what was given alone, as everything can be turned.
fn once(text: &str, is_given: bool) -> Vec<String> {
    let mut found = Vec::new();
    if text.contains('%') {
        found.extend(percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned));
    }
    if ESCAPES.is_match(text) {
        found.push(unescaped(text));
    }
    let close: String = text.split_whitespace().collect();
    for candidate in [text, &close] {
        for token in BASE64.find_iter(candidate).map(|found| found.as_str()) {
            found.extend(of_base64(token));
        }
        for token in BASE32.find_iter(candidate).map(|found| found.as_str().to_ascii_uppercase()) {
            let whole = token.len() - usize::from(matches!(token.len() % 8, 1 | 3 | 6));
            found.extend(BASE32_NOPAD.decode(&token.as_bytes()[..whole]).ok().and_then(text_of));
        }
    }
    for run in HEX.find_iter(text).map(|found| found.as_str()) {
        let digits: String = run.replace("0x", "").replace("\\x", "").chars().filter(char::is_ascii_hexdigit).collect();
        let whole = digits.len() / 2 * 2;
        found.extend(HEXLOWER_PERMISSIVE.decode(&digits.as_bytes()[..whole]).ok().and_then(text_of));
    }
    found.extend(CODES.find_iter(text).filter_map(|found| of_numbers(found.as_str(), 10)));
    found.extend(BITS.find_iter(text).filter_map(|found| of_numbers(found.as_str(), 2)));
    if is_given {
        found.push(text.chars().rev().collect());
        found.push(text.chars().map(shifted).collect());
        if close.len() < text.len() {
            found.push(close);
        }
    }
    found
}

/// A token may have lost its beginning to what stands before it, so that each of the four phases is tried.
fn of_base64(token: &str) -> impl Iterator<Item = String> + '_ {
    (0..4).filter_map(move |phase| {
        let token = token.as_bytes().get(phase..)?;
        let whole = token.len() - usize::from(token.len() % 4 == 1);
        let standard = BASE64_NOPAD.decode(&token[..whole]).or_else(|_| BASE64URL_NOPAD.decode(&token[..whole]));
        text_of(lenient(standard, &token[..whole]))
    })
}

/// The last character may have bits that mean nothing; the characters before it still do.
fn lenient(decoded: Result<Vec<u8>, data_encoding::DecodeError>, token: &[u8]) -> Vec<u8> {
    decoded.unwrap_or_else(|_| {
        let whole = token.len() / 4 * 4;
        let short = BASE64_NOPAD.decode(&token[..whole]).or_else(|_| BASE64URL_NOPAD.decode(&token[..whole]));
        short.unwrap_or_default()
    })
}

fn text_of(bytes: Vec<u8>) -> Option<String> {
    let is_wide =
        bytes.len() >= 8 && bytes.len().is_multiple_of(2) && bytes.iter().skip(1).step_by(2).all(|byte| *byte == 0);
    if is_wide {
        return Some(bytes.iter().step_by(2).map(|byte| char::from(*byte)).collect());
    }
    let text = String::from_utf8_lossy(&bytes);
    let parts =
        text.split(|each: char| each == char::REPLACEMENT_CHARACTER || each.is_control() && !each.is_whitespace());
    let readable: Vec<&str> = parts.filter(|part| part.chars().count() >= SHORTEST_PART).collect();
    (!readable.is_empty()).then(|| readable.join(" "))
}

fn of_numbers(text: &str, radix: u32) -> Option<String> {
    let numbers = text.split(|each: char| !each.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.map(|number| u32::from_str_radix(number, radix).ok().and_then(char::from_u32)).collect()
}

fn unescaped(text: &str) -> String {
    let written = |found: &regex::Captures<'_>| {
        let digits = found.get(1).or_else(|| found.get(2)).map_or("", |digits| digits.as_str());
        let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        character.map(String::from).unwrap_or_default()
    };
    ESCAPES.replace_all(text, written).into_owned()
}

/// A word as it looks in a text that was turned round or shifted.
pub(super) fn turned(word: &str) -> [String; 2] {
    [word.chars().rev().collect(), word.chars().map(shifted).collect()]
}

/// ROT13.
fn shifted(letter: char) -> char {
    let turn = |first: u8| char::from((letter as u8 - first + 13) % 26 + first);
    match letter {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        other => other,
    }
}

/// Whether a text looks like one, rather than like bytes that happen to be UTF-8.
fn is_readable(text: &str) -> bool {
    text.chars().count() >= 4 && text.chars().all(|each| !each.is_control() || each.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_value_is_found() {
        for text in [
            "ada%40example.org",
            "ada%2540example.org",
            "YWRhQGV4YW1wbGUub3Jn",
            "key_YWRhQGV4YW1wbGUub3Jn",
            "WVdSaFFHVjRZVzF3YkdVdWIzSm4=",
            "YWRhQGV4 YW1wbGUu b3Jn",
            "6164614065786d706c652e6f7267".replace("6d", "616d").as_str(),
            "61:64:61:40:65:78:61:6d:70:6c:65:2e:6f:72:67",
            "\\x61\\x64\\x61\\x40\\x65\\x78\\x61\\x6d\\x70\\x6c\\x65\\x2e\\x6f\\x72\\x67",
            "97 100 97 64 101 120 97 109 112 108 101 46 111 114 103",
            "&#97;&#100;&#97;&#64;&#101;&#120;&#97;&#109;&#112;&#108;&#101;&#46;&#111;&#114;&#103;",
            "MFSGCQDFPBQW24DMMUXG64TH",
            "gro.elpmaxe@ada",
            "nqn@rknzcyr.bet",
            "a d a @ e x a m p l e . o r g",
            "\\u0061\\u0064\\u0061@example.org",
            "01100001 01100100 01100001 01000000 01100101 01111000 01100001 01101101 01110000 01101100 01100101 00101110 \
             01101111 01110010 01100111",
        ] {
            let found = decoded(text);
            assert!(found.iter().any(|each| each.contains("ada@example.org")), "{text}: {found:?}");
        }
    }

    #[test]
    fn decoding_ends() {
        assert!(decoded(&"YWFh".repeat(10_000)).len() <= MAX_TEXTS);
        assert_eq!(decoded(&"a".repeat(MAX_LENGTH + 1)).len(), 1);
    }
}
