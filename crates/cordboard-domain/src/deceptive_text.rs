//! Characters that make a text look like something else: they reorder what follows, take no space, or hide a message.
//!
//! One function for display ([`visible`]) and one for findings ([`deceptive`]). Look-alike letters are not covered here:
//! they can be seen, and only a comparison with another name shows that they deceive.
//!
//! Joiners, variation selectors and tags stay where Unicode gives them a visible effect: in scripts that join letters
//! (RFC 5892, appendix A), behind a symbol, and in emoji and the flags of England, Scotland and Wales.

use std::borrow::Cow;
use std::fmt::Write as _;

use icu_properties::props::{
    BidiControl, BinaryProperty, CanonicalCombiningClass, DefaultIgnorableCodePoint, EmojiModifier, EnumeratedProperty,
    ExtendedPictographic, GeneralCategory, GeneralCategoryGroup, JoiningType,
};

const NON_JOINER: char = '\u{200C}';
const JOINER: char = '\u{200D}';
const BLACK_FLAG: char = '\u{1F3F4}';
/// The regions whose flags are written with tag characters.
const TAGGED_FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];
const CANCEL_TAG: char = '\u{E007F}';
/// Blank like a space, but not one for Unicode.
const BRAILLE_BLANK: char = '\u{2800}';

/// A text in which every deceptive character is written as its number: `a⟨U+202E⟩b`. Line breaks and tabs stay.
///
/// ```
/// use cordboard_domain::deceptive_text::visible;
///
/// assert_eq!(visible("pay\u{200B}pal"), "pay⟨U+200B⟩pal");
/// assert_eq!(visible("👩‍🔧 ❤️"), "👩‍🔧 ❤️");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let mut found = deceptive(text).peekable();
    if found.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut from = 0;
    for (at, character) in found {
        shown.push_str(&text[from..at]);
        write!(shown, "⟨U+{:04X}⟩", u32::from(character)).expect("writing to a string cannot fail");
        from = at + character.len_utf8();
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

/// The deceptive characters of a text, each with its place in bytes.
pub fn deceptive(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    // ASCII has no such characters beside control characters, and most texts are ASCII.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'));
    let text = if is_plain { "" } else { text };
    text.char_indices().filter(move |(at, character)| {
        is_suspicious(*character) && !is_used_as_meant(&text[..*at], *character, &text[at + character.len_utf8()..])
    })
}

/// Whether a character reorders text or is not seen, wherever it is.
fn is_suspicious(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Two line breaks that editors and terminals show differently.
        '\u{2028}' | '\u{2029}' | BRAILLE_BLANK => true,
        _ => {
            let category = GeneralCategory::for_char(character);
            GeneralCategoryGroup::Control.contains(category)
                || GeneralCategoryGroup::Format.contains(category)
                || GeneralCategoryGroup::Unassigned.contains(category) && DefaultIgnorableCodePoint::for_char(character)
                || DefaultIgnorableCodePoint::for_char(character)
                || BidiControl::for_char(character)
        }
    }
}

/// Whether a suspicious character has the effect here for which Unicode has it.
fn is_used_as_meant(before: &str, character: char, after: &str) -> bool {
    match character {
        // The line break of other systems.
        '\r' => after.starts_with('\n'),
        NON_JOINER => follows_virama(before) || separates_joining_letters(before, after),
        JOINER => follows_virama(before) || joins_emoji(before, after),
        '\u{FE00}'..='\u{FE0F}' => before.chars().next_back().is_some_and(takes_variation),
        '\u{E0020}'..=CANCEL_TAG => is_in_tagged_flag(before, character, after),
        // Prefixes of numbers and verses: they are drawn.
        '\u{0600}'..='\u{0605}'
        | '\u{06DD}'
        | '\u{070F}'
        | '\u{0890}'
        | '\u{0891}'
        | '\u{08E2}'
        | '\u{110BD}'
        | '\u{110CD}' => true,
        _ => false,
    }
}

fn follows_virama(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_some_and(|last| CanonicalCombiningClass::for_char(last) == CanonicalCombiningClass::Virama)
}

/// RFC 5892, appendix A.1: between two letters that would otherwise join.
fn separates_joining_letters(before: &str, after: &str) -> bool {
    let nearest = |mut letters: Box<dyn Iterator<Item = char> + '_>| {
        letters.find(|letter| JoiningType::for_char(*letter) != JoiningType::Transparent).map(JoiningType::for_char)
    };
    let joins_left = nearest(Box::new(before.chars().rev()));
    let joins_right = nearest(Box::new(after.chars()));
    matches!(joins_left, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(joins_right, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

/// Unicode TS 51: two pictures become one.
fn joins_emoji(before: &str, after: &str) -> bool {
    let is_modifier = |each: char| each == '\u{FE0F}' || EmojiModifier::for_char(each);
    let last = before.chars().rev().find(|each| !is_modifier(*each));
    last.is_some_and(ExtendedPictographic::for_char) && after.chars().next().is_some_and(ExtendedPictographic::for_char)
}

/// Symbols, digits of keycaps and ideographs have variants; Latin letters have none.
fn takes_variation(base: char) -> bool {
    ExtendedPictographic::for_char(base)
        || matches!(base, '0'..='9' | '#' | '*')
        || !base.is_ascii() && GeneralCategoryGroup::Symbol.contains(GeneralCategory::for_char(base))
}

/// Whether a tag character belongs to one of the three flags that are written with tags.
fn is_in_tagged_flag(before: &str, character: char, after: &str) -> bool {
    let is_tag = |each: &char| ('\u{E0020}'..=CANCEL_TAG).contains(each);
    let Some(flag) = before.rfind(BLACK_FLAG) else { return false };
    let start = before[flag..].chars().skip(1).chain([character]).chain(after.chars().take_while(is_tag));
    let letters: String = start
        .take_while(|each| is_tag(each) && *each != CANCEL_TAG)
        .filter_map(|tag| char::from_u32(u32::from(tag) - 0xE0000))
        .collect();
    let offset = before[flag..].chars().count() - 1;
    let length = letters.chars().count();
    let is_ended =
        before[flag..].chars().skip(1).chain([character]).chain(after.chars()).nth(length) == Some(CANCEL_TAG);
    TAGGED_FLAGS.contains(&letters.as_str()) && is_ended && offset <= length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reorders_or_hides_is_written_as_its_number() {
        for (text, shown) in [
            ("a\u{202E}b", "a⟨U+202E⟩b"),
            ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"),
            ("pay\u{200B}pal", "pay⟨U+200B⟩pal"),
            ("pay\u{200D}pal", "pay⟨U+200D⟩pal"),
            ("pay\u{200C}pal", "pay⟨U+200C⟩pal"),
            ("pay\u{2060}\u{FEFF}\u{AD}\u{34F}pal", "pay⟨U+2060⟩⟨U+FEFF⟩⟨U+00AD⟩⟨U+034F⟩pal"),
            ("\u{3164}\u{115F}\u{FFA0}\u{2800}", "⟨U+3164⟩⟨U+115F⟩⟨U+FFA0⟩⟨U+2800⟩"),
            ("hi\u{E0048}\u{E0049}", "hi⟨U+E0048⟩⟨U+E0049⟩"),
            ("a\u{FE0F}\u{E0101}", "a⟨U+FE0F⟩⟨U+E0101⟩"),
            ("a\u{1B}[2Jb\rc\u{7}", "a⟨U+001B⟩[2Jb⟨U+000D⟩c⟨U+0007⟩"),
            ("a\u{2028}b\u{85}", "a⟨U+2028⟩b⟨U+0085⟩"),
            ("\u{206A}\u{FFF9}\u{1D173}\u{180E}", "⟨U+206A⟩⟨U+FFF9⟩⟨U+1D173⟩⟨U+180E⟩"),
            ("🏴\u{E0067}\u{E0062}\u{E0061}\u{E007F}", "🏴⟨U+E0067⟩⟨U+E0062⟩⟨U+E0061⟩⟨U+E007F⟩"),
            ("🏴 then \u{E0067}", "🏴 then ⟨U+E0067⟩"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn honest_text_in_any_script_stays_as_it_is() {
        for text in [
            "plain\ttext\nof two lines",
            "of other\r\nsystems",
            "Hôtel — “Zürich” 東京 한국어 עברית العربية",
            "می‌خواهم",
            "क्‍ष क्\u{200C}ष",
            "👩‍🔧 👨‍👩‍👧 🏳️‍🌈 👍🏽 ❤️ 1️⃣ ☎︎ 🧑🏽‍🚀",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        ] {
            assert_eq!(visible(text), text, "{text:?}");
        }
    }

    #[test]
    fn places_are_counted_in_bytes() {
        assert_eq!(deceptive("é\u{200B}x\u{202E}").collect::<Vec<_>>(), [(2, '\u{200B}'), (6, '\u{202E}')]);
    }
}
