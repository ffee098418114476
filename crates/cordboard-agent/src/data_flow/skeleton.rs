//! Texts reduced to their letters and digits, so that case, accents, spaces and punctuation cannot hide a value.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

/// The shortest value that counts as one, in characters of a skeleton.
pub(super) const VALUE: usize = 8;

/// The letters and digits of a text in lower case, without accents, each with its place in the text.
#[derive(Debug, Default)]
pub(super) struct Skeleton {
    pub(super) letters: Vec<char>,
    /// In bytes.
    places: Vec<usize>,
}

impl Skeleton {
    pub(super) fn of(text: &str) -> Self {
        let mut skeleton = Self::default();
        for (place, character) in text.char_indices() {
            if character.is_ascii() {
                if character.is_ascii_alphanumeric() {
                    skeleton.push(place, character.to_ascii_lowercase());
                }
                continue;
            }
            for part in std::iter::once(character).nfkd().filter(|part| part.is_alphanumeric()) {
                part.to_lowercase().for_each(|lower| skeleton.push(place, lower));
            }
        }
        skeleton
    }

    fn push(&mut self, place: usize, letter: char) {
        self.letters.push(letter);
        self.places.push(place);
    }

    /// The part of the text that some of its letters come from.
    pub(super) fn slice<'text>(&self, text: &'text str, letters: std::ops::Range<usize>) -> &'text str {
        let (Some(start), Some(last)) = (self.places.get(letters.start), self.places.get(letters.end - 1)) else {
            return "";
        };
        let end = text[*last..].chars().next().map_or(text.len(), |character| last + character.len_utf8());
        &text[*start..end]
    }

    /// Marks the letters that come from a part of the text.
    pub(super) fn mark(&self, part: &std::ops::Range<usize>, marks: &mut [bool]) {
        let at = |place: usize| self.places.partition_point(|each| *each < place);
        marks[at(part.start)..at(part.end)].fill(true);
    }

    /// The letters that the words of a text that are known take up.
    pub(super) fn of_known_words(&self, text: &str, known: &HashSet<String>) -> Vec<bool> {
        let mut marks = vec![false; self.letters.len()];
        let mut from = 0;
        while from < self.letters.len() {
            let is_joined = |at: usize| {
                let between = &text[self.places[at - 1]..self.places[at]];
                between.chars().skip(1).all(char::is_alphanumeric)
            };
            let to = (from + 1..self.letters.len()).find(|at| !is_joined(*at)).unwrap_or(self.letters.len());
            let word: String = self.letters[from..to].iter().collect();
            if known.contains(&word) {
                marks[from..to].fill(true);
            }
            from = to;
        }
        marks
    }
}

/// The words of a text as skeletons.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(|word| Skeleton::of(word).letters.into_iter().collect())
}

/// A number for each piece of `length` letters, in order. Two different pieces have one number by chance alone.
pub(super) fn pieces(letters: &[char], length: usize) -> impl Iterator<Item = u64> + '_ {
    const BASE: u64 = 0x0100_0000_01b3_0001 | 1;
    let leading = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut rolling = 0_u64;
    letters.iter().enumerate().filter_map(move |(at, letter)| {
        if at >= length {
            rolling = rolling.wrapping_sub(u64::from(letters[at - length]).wrapping_mul(leading));
        }
        rolling = rolling.wrapping_mul(BASE).wrapping_add(u64::from(*letter));
        (at + 1 >= length).then_some(rolling)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_it_otherwise_does_not_change_a_skeleton() {
        let letters = |text: &str| Skeleton::of(text).letters.into_iter().collect::<String>();
        for text in ["Ada.Lovelace@example.org", "a d a l o v e l a c e example org", "ＡＤＡ-lovelace_éxample/org"]
        {
            assert_eq!(letters(text), "adalovelaceexampleorg", "{text}");
        }
    }

    #[test]
    fn pieces_depend_on_their_letters_alone() {
        let letters: Vec<char> = "xxabcdefghyyabcdefgh".chars().collect();
        let found: Vec<u64> = pieces(&letters, 8).collect();
        assert_eq!(found.len(), 13);
        assert_eq!((found[2], found.iter().collect::<HashSet<_>>().len()), (found[12], 12));
        assert_eq!(pieces(&letters[..7], 8).count(), 0);
    }

    #[test]
    fn letters_lead_back_to_their_text_and_its_words() {
        let text = "To: Ada Lovelace!";
        let skeleton = Skeleton::of(text);
        assert_eq!(skeleton.slice(text, 2..13), "Ada Lovelace");
        let known = HashSet::from(["ada".to_owned()]);
        let marks = skeleton.of_known_words(text, &known);
        assert_eq!(marks.iter().filter(|mark| **mark).count(), 3);
        assert!(marks[2] && !marks[5]);
    }
}
