//! Text and identifiers, cut into lower-case words.

/// Words that say nothing about what an operation does.
const EMPTY: &[&str] = &[
    "a",
    "about",
    "above",
    "after",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "anyone",
    "api",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "being",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "don",
    "each",
    "ever",
    "every",
    "everything",
    "for",
    "from",
    "give",
    "given",
    "had",
    "has",
    "have",
    "having",
    "he",
    "hello",
    "her",
    "here",
    "hey",
    "hi",
    "his",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "just",
    "kindly",
    "let",
    "like",
    "ll",
    "lot",
    "m",
    "many",
    "may",
    "me",
    "mine",
    "more",
    "most",
    "much",
    "my",
    "myself",
    "need",
    "no",
    "nobody",
    "not",
    "now",
    "of",
    "off",
    "on",
    "one",
    "ones",
    "only",
    "onto",
    "or",
    "our",
    "ours",
    "out",
    "over",
    "please",
    "re",
    "s",
    "she",
    "should",
    "so",
    "some",
    "somebody",
    "someone",
    "soon",
    "t",
    "than",
    "thank",
    "thanks",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "to",
    "too",
    "under",
    "up",
    "us",
    "using",
    "ve",
    "very",
    "via",
    "want",
    "was",
    "we",
    "were",
    "what",
    "whats",
    "when",
    "where",
    "whether",
    "which",
    "who",
    "whom",
    "whose",
    "why",
    "will",
    "with",
    "within",
    "would",
    "yet",
    "you",
    "your",
];

/// Whether a word says nothing by itself.
pub(super) fn is_empty_word(word: &str) -> bool {
    EMPTY.binary_search(&word).is_ok()
}

/// Cuts at everything that is neither letter nor digit, and before the humps of `camelCase`.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() || (lower && letter.is_uppercase()) {
            push(&mut words, &mut word);
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        lower = letter.is_lowercase();
    }
    push(&mut words, &mut word);
    words
}

/// `re-run` is `rerun`, and a pull request is one thing.
fn push(words: &mut Vec<String>, word: &mut String) {
    if word.is_empty() {
        return;
    }
    let word = std::mem::take(word);
    match words.last_mut() {
        Some(last) if last == "re" || last == "un" => last.push_str(&word),
        Some(last) if (last == "pull" || last == "merge") && word.starts_with("request") => {
            *last = if word.ends_with('s') { "prs" } else { "pr" }.into();
        }
        _ => words.push(word),
    }
}

#[cfg(test)]
mod tests {
    use super::{EMPTY, split};

    #[test]
    fn empty_words_are_sorted() {
        assert!(EMPTY.is_sorted());
    }

    #[test]
    fn identifiers_and_prose_are_cut_into_words() {
        for (text, expected) in [
            ("getUserById", "get user by id"),
            ("issues/create-label_now", "issues create label now"),
            ("Re-run a job", "rerun a job"),
            ("List pull requests", "list prs"),
            ("Überprüfe HTTPServer", "überprüfe httpserver"),
            ("", ""),
            ("?!…", ""),
        ] {
            assert_eq!(split(text).join(" "), expected);
        }
    }
}
