//! What a text may be once it is decoded: a model can be told to wrap a value before it hands it on.

use std::collections::{HashSet, VecDeque};
use std::sync::LazyLock;

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use percent_encoding::percent_decode_str;
use regex::Regex;
use unicode_security::confusable_detection::skeleton;

/// How often one encoding may be around another.
const MAX_DEPTH: usize = 3;
/// The most texts that come of one.
const MAX_TEXTS: usize = 160;
/// How many characters of a longer text are decoded together, and how many of these the next part has too.
const PART: usize = 16 * 1024;
const OVERLAP: usize = 1024;
/// Digits and signs that are written for letters.
const LEET: [(char, char); 8] =
    [('0', 'o'), ('1', 'i'), ('3', 'e'), ('4', 'a'), ('5', 's'), ('7', 't'), ('8', 'b'), ('$', 's')];
/// The shortest part of decoded bytes that is taken for text, in characters, where not all of them are.
const SHORTEST_PART: usize = 6;
/// The longest text that is decoded as a whole, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

static BASE64: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9+/_-]{8,}"));
static BASE32: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[A-Z2-7]{13,}"));
static HEX: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?:(?:0x|\\x|%|&#x|=|U\+00)?[0-9a-f]{2}[\s:;,._|/-]*){8,}"));
static CODES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:(?:&#|\\)?\b[0-9]{2,3}\b;?[\s,;.|/-]*){8,}"));
static BITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:[01]{7,8}[\s,]*){8,}"));
static ESCAPES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\\u\{?([0-9a-f]{2,6})\}?|&#x([0-9a-f]{2,6});?"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is written right")
}

/// The text itself, then every text that it may encode: percent signs, escapes, Base64, Base32, hexadecimal, numbers of
/// characters, look-alike and invisible characters, backwards, shifted letters, and these within each other.
///
/// A long text is decoded in parts that overlap.
pub(super) fn decoded(text: &str) -> Vec<String> {
    in_parts(text, |part, found| {
        add_decoded(part, found);
        let seen: HashSet<String> = found.iter().cloned().collect();
        found.extend(exchanged(part).into_iter().filter(|each| is_readable(each) && !seen.contains(each)));
    })
}

/// The same without exchanged letters, for texts in which the person's words have to be recognised ([`turned`]).
pub(super) fn decoded_words(text: &str) -> Vec<String> {
    in_parts(text, add_decoded)
}

fn in_parts(text: &str, add: impl Fn(&str, &mut Vec<String>)) -> Vec<String> {
    let mut found = vec![text.to_owned()];
    if text.len() <= MAX_LENGTH {
        add(text, &mut found);
        return found;
    }
    let characters: Vec<char> = text.chars().collect();
    for start in (0..characters.len()).step_by(PART - OVERLAP) {
        let part: String = characters[start..characters.len().min(start + PART)].iter().collect();
        let mut of_part = vec![part.clone()];
        add(&part, &mut of_part);
        found.extend(of_part.into_iter().skip(1));
    }
    found
}

fn add_decoded(text: &str, found: &mut Vec<String>) {
    let mut seen: HashSet<String> = found.iter().cloned().collect();
    let mut queue = VecDeque::from([(text.to_owned(), 0)]);
    while let Some((text, depth)) = queue.pop_front() {
        if depth == MAX_DEPTH {
            continue;
        }
        let mut inner = unwrapped(&text);
        if depth == 0 {
            inner.extend(rearranged(&text));
        }
        for inner in inner {
            if found.len() == MAX_TEXTS {
                return;
            }
            if is_readable(&inner) && seen.insert(inner.clone()) {
                found.push(inner.clone());
                queue.push_back((inner, depth + 1));
            }
        }
    }
}

/// What one step of decoding gives. All that is encoded in one way gives one text, so that decoys cannot crowd it out.
pub(super) fn unwrapped(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if text.contains('%') {
        found.push(percent_decode_str(text).decode_utf8_lossy().into_owned());
    }
    if ESCAPES.is_match(text) {
        found.push(unescaped(text));
    }
    found.extend(unmasked(text));
    let close: String = text.split_whitespace().collect();
    for candidate in [text, close.as_str()] {
        found.extend((0..4).filter_map(|phase| all(BASE64.find_iter(candidate), |token| of_base64(token, phase))));
        found.extend(all(BASE32.find_iter(candidate), of_base32));
    }
    found.extend(all(HEX.find_iter(text), of_hex));
    found.extend(all(CODES.find_iter(text), |run| of_numbers(run, 10)));
    found.extend(all(CODES.find_iter(text), |run| of_numbers(run, 8)));
    found.extend(all(BITS.find_iter(text), |run| of_numbers(run, 2)));
    found
}

/// What a text may have been before it was turned round. This is tried on what was given alone, as everything can be
/// rearranged.
fn rearranged(text: &str) -> Vec<String> {
    let shifted = text.chars().map(|each| shifted(each, 13)).collect();
    vec![text.chars().rev().collect(), text.split_whitespace().collect(), shifted]
}

/// What a text may have been before its letters were exchanged for others or others put between them. Nothing else is
/// looked for in that.
fn exchanged(text: &str) -> Vec<String> {
    let shifts = (1..26).filter(|by| *by != 13);
    let mut found: Vec<String> = shifts.map(|by| text.chars().map(|each| shifted(each, by)).collect()).collect();
    found.push(text.chars().map(mirrored).collect());
    let letter = |each: char| LEET.iter().find(|(digit, _)| *digit == each).map_or(each, |(_, letter)| *letter);
    found.push(text.chars().map(letter).collect());
    found.extend((0..2).map(|first| text.chars().skip(first).step_by(2).collect()));
    found
}

/// The tokens of a text that can be decoded, in one text.
fn all<'text>(
    tokens: impl Iterator<Item = regex::Match<'text>>,
    decode: impl Fn(&'text str) -> Option<String>,
) -> Option<String> {
    let parts: Vec<String> = tokens.filter_map(|token| decode(token.as_str())).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn of_base32(token: &str) -> Option<String> {
    let token = token.to_ascii_uppercase();
    let whole = token.len() - usize::from(matches!(token.len() % 8, 1 | 3 | 6));
    BASE32_NOPAD.decode(&token.as_bytes()[..whole]).ok().and_then(|bytes| text_of(&bytes))
}

fn of_hex(run: &str) -> Option<String> {
    let digits: String = run.replace("0x", "").replace("U+00", "").chars().filter(char::is_ascii_hexdigit).collect();
    let whole = digits.len() / 2 * 2;
    HEXLOWER_PERMISSIVE.decode(&digits.as_bytes()[..whole]).ok().and_then(|bytes| text_of(&bytes))
}

/// The plain letters behind look-alike, boxed and invisible characters, where a text has such.
fn unmasked(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut plain = String::new();
    let mut bytes = Vec::new();
    for each in text.chars() {
        match u32::from(each) {
            // Variation selectors, which can carry bytes.
            code @ 0xfe00..=0xfe0f => bytes.push(u8::try_from(code - 0xfe00).unwrap_or_default()),
            code @ 0xe0100..=0xe01ef => bytes.push(u8::try_from(code - 0xe0100 + 16).unwrap_or_default()),
            code @ 0xe0020..=0xe007e => plain.extend(char::from_u32(code - 0xe0000)),
            code @ 0x1f1e6..=0x1f1ff => plain.extend(char::from_u32(code - 0x1f1e6 + u32::from('a'))),
            code @ 0x1f150..=0x1f169 => plain.extend(char::from_u32(code - 0x1f150 + u32::from('a'))),
            code @ 0x1f170..=0x1f189 => plain.extend(char::from_u32(code - 0x1f170 + u32::from('a'))),
            _ => {
                let mut looks = skeleton(each.encode_utf8(&mut [0; 4])).collect::<String>();
                if each.is_ascii() || !looks.chars().all(|look| look.is_ascii_alphanumeric()) {
                    looks = each.to_string();
                }
                plain.push_str(&looks);
            }
        }
    }
    if let Some(hidden) = text_of(&bytes) {
        plain.push(' ');
        plain.push_str(&hidden);
    }
    (plain != text).then_some(plain)
}

/// A token may have lost its beginning to what is before it, so that each of the four phases is tried.
fn of_base64(token: &str, phase: usize) -> Option<String> {
    let token = token.as_bytes().get(phase..)?;
    let whole = token.len() - usize::from(token.len() % 4 == 1);
    let standard = BASE64_NOPAD.decode(&token[..whole]).or_else(|_| BASE64URL_NOPAD.decode(&token[..whole]));
    text_of(&lenient(standard, &token[..whole]))
}

/// The last character may have bits that mean nothing; the characters before it still do.
fn lenient(decoded: Result<Vec<u8>, data_encoding::DecodeError>, token: &[u8]) -> Vec<u8> {
    decoded.unwrap_or_else(|_| {
        let whole = token.len() / 4 * 4;
        let short = BASE64_NOPAD.decode(&token[..whole]).or_else(|_| BASE64URL_NOPAD.decode(&token[..whole]));
        short.unwrap_or_default()
    })
}

fn text_of(bytes: &[u8]) -> Option<String> {
    let is_wide =
        bytes.len() >= 8 && bytes.len().is_multiple_of(2) && bytes.iter().skip(1).step_by(2).all(|byte| *byte == 0);
    if is_wide {
        return Some(bytes.iter().step_by(2).map(|byte| char::from(*byte)).collect());
    }
    let text = String::from_utf8_lossy(bytes);
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
    [word.chars().rev().collect(), word.chars().map(|each| shifted(each, 13)).collect()]
}

/// A letter so many places further on in the alphabet.
fn shifted(letter: char, by: u8) -> char {
    let turn = |first: u8| char::from((letter as u8 - first + by) % 26 + first);
    match letter {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        other => other,
    }
}

/// The letter as far from the end of the alphabet as this one is from its beginning.
fn mirrored(letter: char) -> char {
    match letter {
        'a'..='z' => char::from(b'a' + b'z' - letter as u8),
        'A'..='Z' => char::from(b'A' + b'Z' - letter as u8),
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
            "=61=64=61=40=65=78=61=6D=70=6C=65=2E=6F=72=67",
            "\\141\\144\\141\\100\\145\\170\\141\\155\\160\\154\\145\\056\\157\\162\\147",
            "U+0061 U+0064 U+0061 U+0040 U+0065 U+0078 U+0061 U+006D U+0070 U+006C U+0065 U+002E U+006F U+0072 U+0067",
            "аdа@ехаmрlе.оrg",
            "hi\u{e0061}\u{e0064}\u{e0061}\u{e0040}\u{e0065}\u{e0078}\u{e0061}\u{e006d}\u{e0070}\u{e006c}\u{e0065}\u{e002e}\u{e006f}\u{e0072}\u{e0067}",
            "dgd@hadpsoh.ruj",
            "zwz@vcznkov.lit",
            "4d4@3x4mpl3.0rg",
            "axdxax@xexxxaxmxpxlxex.xoxrxgx",
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
    fn decoys_and_length_hide_nothing() {
        let decoys: Vec<String> =
            (0..400).map(|each| BASE64_NOPAD.encode(format!("a decoy, number {each}").as_bytes())).collect();
        let wrapped = "YWRhQGV4YW1wbGUub3Jn";
        let long = "lorem ipsum ".repeat(MAX_LENGTH / 6);
        for text in [format!("{} {wrapped}", decoys.join(" ")), format!("{long}{wrapped} {long}")] {
            assert!(decoded(&text).iter().any(|each| each.contains("ada@example.org")), "{}", text.len());
        }
    }

    #[test]
    fn decoding_ends() {
        assert!(decoded(&"YWFh".repeat(10_000)).len() <= MAX_TEXTS);
        assert!(decoded(&"a".repeat(MAX_LENGTH * 4)).len() <= 5 * MAX_TEXTS);
    }
}
