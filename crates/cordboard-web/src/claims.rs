//! What a model says that it did, against the record.

use std::sync::LazyLock;

use cordboard_domain::call::CallState;
use cordboard_domain::turn::{Round, Turn};
use regex::Regex;

const DEEDS: &str = "booked|reserved|added|created|sent|deleted|removed|updated|changed|ordered|bought|paid|cancell?ed|\
    scheduled|saved|submitted|posted|published|transferred|registered|completed";

/// "I have booked", "it has been sent", "successfully added".
static CLAIM: LazyLock<Regex> = LazyLock::new(|| {
    let adverb = "(?:just |now |already |successfully |also )*";
    let pattern = format!(
        "(?i)\\b(?:i(?:'ve|’ve| have)? {adverb}(?:{DEEDS})|(?:has|have) (?:now |just |already )?been {adverb}(?:{DEEDS})|\
         (?:is|are) now (?:{DEEDS})|successfully (?:{DEEDS})|(?:{DEEDS}) successfully)\\b"
    );
    Regex::new(&pattern).expect("the pattern is valid")
});

/// What makes a sentence something else than a claim.
static DOUBT: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"(?i)\b(?:not|never|nothing|no|none|unable|failed|declined|if|once|when|after|before|until|would|could|should|can|may|might|will|shall|whether)\b|n['’]t\b|\?";
    Regex::new(words).expect("the pattern is valid")
});

/// A sentence in which the model says that something was done, though no call of the turn changed anything. English only.
pub(crate) fn unfounded(turn: &Turn) -> Option<String> {
    let has_written = turn.calls().any(|call| {
        let writes = call.plan.as_ref().is_some_and(|plan| !plan.is_read());
        writes
            && match &call.state {
                CallState::Answered { response } => response.is_success(),
                CallState::Unknown => true,
                _ => false,
            }
    });
    if has_written {
        return None;
    }
    let text: Vec<String> = turn.rounds.iter().map(Round::text).collect();
    claim(&text.join("\n")).map(str::to_owned)
}

fn claim(text: &str) -> Option<&str> {
    let sentences = text.split(['.', '!', '\n', ';', ':']).map(str::trim);
    sentences.into_iter().find(|sentence| CLAIM.is_match(sentence) && !DOUBT.is_match(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_told_from_everything_else() {
        for said in [
            "I have booked the room.",
            "Great! I've added milk to your list",
            "Your table has been reserved.",
            "Milk is now added.",
            "I just sent the message.",
            "The order was placed. It has now been successfully submitted!",
        ] {
            assert!(claim(said).is_some(), "{said}");
        }
        for said in [
            "I have not booked anything.",
            "Nothing has been sent.",
            "The call was declined, so I could not book it.",
            "Shall I say that it has been booked?",
            "Once it has been paid, you get a receipt.",
            "The museum was created in 1881 and saved many works.",
            "You have three rooms to choose from.",
            "I haven’t sent it.",
        ] {
            assert_eq!(claim(said), None, "{said}");
        }
    }
}
