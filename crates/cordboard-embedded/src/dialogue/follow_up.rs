//! Whether a message only makes sense after the one before: "and in Rome?", "no, I meant Madrid", "what about 3 nights".

use crate::reading::Reading;
use crate::words::Word;

/// Openings of messages that change a part of what was asked before.
const OPENINGS: [&[&str]; 24] = [
    &["and"],
    &["what", "about"],
    &["how", "about"],
    &["or"],
    &["same"],
    &["the", "same"],
    &["instead"],
    &["no"],
    &["actually"],
    &["i", "meant"],
    &["i", "mean"],
    &["make", "it"],
    &["make", "that"],
    &["sorry"],
    &["not"],
    &["rather"],
    &["then"],
    &["ok", "and"],
    &["now", "for"],
    &["now", "in"],
    &["try"],
    &["only"],
    &["but"],
    &["nope"],
];
/// Messages up to this many words may be no more than a value.
const FEW_WORDS: usize = 4;
/// Longer messages stand on their own.
const MANY_WORDS: usize = 12;

/// Whether the message changes a part of the request before.
pub(crate) fn changes_a_part(reading: &Reading) -> bool {
    let words = &reading.words;
    if words.is_empty() || words.len() > MANY_WORDS {
        return false;
    }
    let opens = OPENINGS.iter().any(|opening| begins_with(words, opening));
    // A bare value has no verb: "Rome", "for two nights", "in Italian".
    let bare = words.len() <= FEW_WORDS && !reading.is_question && !says_what_to_do(reading);
    opens || bare
}

/// Whether the message is short enough to be the answer to a question for values.
pub(crate) fn may_answer(reading: &Reading) -> bool {
    !reading.words.is_empty() && reading.words.len() <= MANY_WORDS && !reading.is_question
}

/// Whether it has a verb of its own that says what to do.
fn says_what_to_do(reading: &Reading) -> bool {
    reading.act.is_some_and(|(_, at)| at == 0 || reading.words.len() > 2)
}

fn begins_with(words: &[Word], opening: &[&str]) -> bool {
    words.len() > opening.len()
        && opening.iter().zip(words).all(|(part, word)| word.text.to_lowercase().replace('’', "'") == *part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_wholes() {
        for text in ["and in Rome?", "what about 3 nights", "no, I meant Madrid", "Rome", "for two nights"] {
            assert!(changes_a_part(&Reading::of(text)), "{text}");
        }
        for text in
            ["book a table", "Where should I stay in Paris for a couple nights?", "list my todos", "what is on my list"]
        {
            assert!(!changes_a_part(&Reading::of(text)), "{text}");
        }
    }
}
