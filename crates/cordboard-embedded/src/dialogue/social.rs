//! Greetings, thanks and goodbyes, which want a word and no plugin.

use crate::reading::Reading;

/// A message that only keeps company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Social {
    Greeting,
    Thanks,
    Goodbye,
}

const WORDS: [(Social, &[&str]); 3] = [
    (
        Social::Thanks,
        &["thanks", "thank", "thx", "cheers", "great", "perfect", "nice", "awesome", "lovely", "wonderful", "cool"],
    ),
    (Social::Goodbye, &["bye", "goodbye", "goodnight", "later", "ciao"]),
    (Social::Greeting, &["hi", "hello", "hey", "hiya", "greetings", "morning", "evening", "afternoon"]),
];
/// Words that do not turn a greeting into a request.
const ALONGSIDE: [&str; 22] = [
    "you", "so", "much", "very", "a", "lot", "for", "the", "that", "help", "there", "good", "see", "all", "is", "it",
    "was", "job", "answer", "how", "are", "that's",
];

/// What a message is, when it is nothing but that.
pub(crate) fn social(reading: &Reading) -> Option<Social> {
    let lower = reading.words.iter().map(|word| word.text.to_lowercase().replace('’', "'")).collect::<Vec<_>>();
    let kind = |word: &String| WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(kind, _)| *kind);
    let found = lower.iter().find_map(kind)?;
    let only = lower
        .iter()
        .all(|word| kind(word).is_some() || ALONGSIDE.contains(&word.as_str()) || word == "today" || word == "doing");
    only.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_and_requests() {
        let kind = |text: &str| social(&Reading::of(text));
        assert_eq!(kind("Thanks a lot!"), Some(Social::Thanks));
        assert_eq!(kind("hi there"), Some(Social::Greeting));
        assert_eq!(kind("Hello! How are you doing?"), Some(Social::Greeting));
        assert_eq!(kind("hi, any hotels in Rome?"), None);
    }
}
