//! Words of requests and of identifiers: where they stand, their stems, which of them carry no meaning.

/// A word of a request, without the punctuation around it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Independent observations, not states.
pub(crate) struct Word {
    /// Bytes of the request: `start..end`.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) text: String,
    pub(crate) stem: String,
    /// Whether it only holds the sentence together.
    pub(crate) is_stop: bool,
    /// Begins with a capital letter although no sentence begins there; `I` does not count.
    pub(crate) is_name: bool,
    /// Begins a sentence.
    pub(crate) opens: bool,
    /// A comma, a full stop or the like follows.
    pub(crate) closes: bool,
    /// A bracket closes behind it.
    pub(crate) brackets: bool,
}

/// The words of a text in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found: Vec<Word> = Vec::new();
    let mut opens = true;
    for (start, chunk) in chunks(text) {
        let core = chunk.trim_matches(|character: char| !is_core(character));
        let leading = chunk.len() - chunk.trim_start_matches(|character: char| !is_core(character)).len();
        let negative = chunk[..leading].ends_with('-') && core.starts_with(|digit: char| digit.is_ascii_digit());
        let leading = leading - usize::from(negative);
        let core = &chunk[leading..leading + usize::from(negative) + core.len()];
        if core.is_empty() {
            opens |= chunk.ends_with(['.', '!', '?']);
            if let Some(last) = found.last_mut() {
                last.closes = true;
            }
            continue;
        }
        let core =
            core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")).filter(|rest| rest.len() > 2).unwrap_or(core);
        let start = start + leading;
        let rest = &chunk[leading + core.len()..];
        let capital = core.chars().next().is_some_and(char::is_uppercase);
        found.push(Word {
            start,
            end: start + core.len(),
            text: core.to_owned(),
            stem: stem(core),
            is_stop: is_stop(core),
            is_name: capital && !opens && !core.starts_with("I'") && !core.starts_with("I’") && core != "I",
            opens,
            brackets: rest.contains([')', ']', '}']),
            closes: rest.contains([',', '.', '!', '?', ';', ':', ')', '"', '”']),
        });
        opens = rest.contains(['.', '!', '?', ':']);
    }
    found
}

fn is_core(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '%' | '$' | '€' | '£' | '+' | '#' | '@' | '~')
}

fn chunks<'a>(text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let base = text.as_ptr() as usize;
    let parts = |chunk: &'a str| if chunk.contains("://") { vec![chunk] } else { split(chunk) };
    let offset = move |chunk: &str| chunk.as_ptr() as usize - base;
    text.split_whitespace().flat_map(parts).map(move |chunk| (offset(chunk), chunk))
}

/// `a=2` is two words, and `A(3,4)` three; `1,200` is one, also in round brackets.
fn split(chunk: &str) -> Vec<&str> {
    let inner = chunk.trim_matches(|each: char| !each.is_alphanumeric() && each != '-');
    let listed = chunk.contains('[') || (chunk.contains('(') && !is_grouped(inner));
    let separates = |each: char| matches!(each, '=' | '(' | '[') || (listed && each == ',');
    chunk.split_inclusive(separates).collect()
}

/// Whether a number has its thousands marked off: `1,200`.
fn is_grouped(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().is_some_and(|group| !group.is_empty() && group.len() <= 3 && is_digits(group));
    let mut others = groups.peekable();
    first && others.peek().is_some() && others.all(|group| group.len() == 3 && is_digits(group))
}

fn is_digits(text: &str) -> bool {
    text.chars().all(|each| each.is_ascii_digit())
}

/// `max_price` and `maxPrice` in words: `max price`.
pub(crate) fn identifier_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut previous_lower = false;
    for character in name.chars() {
        let boundary = !character.is_alphanumeric() || (previous_lower && character.is_uppercase());
        if boundary && !current.is_empty() {
            words.push(std::mem::take(&mut current));
        }
        if character.is_alphanumeric() {
            current.extend(character.to_lowercase());
        }
        previous_lower = character.is_lowercase() || character.is_numeric();
    }
    if !current.is_empty() {
        words.push(current);
    }
    words
}

/// Stems of the words that carry meaning.
pub(crate) fn content_stems(text: &str) -> Vec<String> {
    words(text).into_iter().filter(|word| !word.is_stop).map(|word| word.stem).collect()
}

/// A word without its ending, lower case; light on purpose.
pub(crate) fn stem(word: &str) -> String {
    let lower = word.to_lowercase();
    let lower = lower.trim_end_matches("'s").trim_end_matches("’s");
    let cut = |ending: &str, least: usize| lower.strip_suffix(ending).filter(|rest| rest.chars().count() >= least);
    let singular = match cut("ies", 2) {
        Some(rest) => format!("{rest}y"),
        None if ["sses", "shes", "ches", "xes"].iter().any(|ending| lower.ends_with(ending)) => {
            lower[..lower.len() - 2].to_owned()
        }
        None => cut("s", 3).filter(|rest| !rest.ends_with(['s', 'u', 'i'])).unwrap_or(lower).to_owned(),
    };
    let cut = |ending: &str| singular.strip_suffix(ending).filter(|rest| rest.chars().count() >= 3);
    if let Some(rest) = cut("ing").or_else(|| cut("ed")) {
        return undouble(rest).trim_end_matches('e').to_owned();
    }
    if singular.chars().count() > 3 { singular.trim_end_matches('e').to_owned() } else { singular }
}

/// Whether a stem is that of one of these words.
pub(crate) fn is_stem_of(stemmed: &str, words: &[&str]) -> bool {
    words.iter().any(|word| stem(word) == stemmed)
}

fn undouble(word: &str) -> &str {
    let mut ends = word.chars().rev();
    match (ends.next(), ends.next()) {
        (Some(last), Some(before)) if last == before && !matches!(last, 's' | 'l') => {
            &word[..word.len() - last.len_utf8()]
        }
        _ => word,
    }
}

pub(crate) fn is_stop(word: &str) -> bool {
    let lower = word.to_lowercase().replace('’', "'");
    STOP_WORDS.contains(&lower.as_str())
}

const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "above",
    "after",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "be",
    "been",
    "before",
    "being",
    "below",
    "between",
    "but",
    "by",
    "can",
    "can't",
    "could",
    "currently",
    "did",
    "do",
    "does",
    "doesn't",
    "don't",
    "down",
    "during",
    "each",
    "every",
    "for",
    "from",
    "get",
    "give",
    "go",
    "going",
    "got",
    "had",
    "has",
    "have",
    "he",
    "her",
    "here",
    "him",
    "his",
    "how",
    "i",
    "i'd",
    "i'll",
    "i'm",
    "i've",
    "if",
    "in",
    "into",
    "is",
    "isn't",
    "it",
    "it's",
    "its",
    "just",
    "let",
    "let's",
    "like",
    "many",
    "may",
    "me",
    "might",
    "more",
    "most",
    "much",
    "must",
    "my",
    "need",
    "no",
    "not",
    "now",
    "of",
    "off",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "please",
    "right",
    "say",
    "she",
    "should",
    "so",
    "some",
    "something",
    "such",
    "tell",
    "than",
    "that",
    "that's",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "to",
    "too",
    "under",
    "until",
    "up",
    "us",
    "using",
    "very",
    "want",
    "was",
    "we",
    "we're",
    "were",
    "what",
    "what's",
    "when",
    "where",
    "which",
    "while",
    "who",
    "whom",
    "who's",
    "why",
    "will",
    "with",
    "would",
    "you",
    "you're",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        for (word, expected) in [
            ("hotels", "hotel"),
            ("Bookings", "book"),
            ("cities", "city"),
            ("matches", "match"),
            ("planning", "plan"),
            ("price", "pric"),
            ("prices", "pric"),
            ("bus", "bus"),
            ("Paris's", "paris"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn identifiers() {
        assert_eq!(identifier_words("searchHotels"), ["search", "hotels"]);
        assert_eq!(identifier_words("math.max_price2"), ["math", "max", "price2"]);
    }

    #[test]
    fn brackets_hold_words_of_their_own() {
        let texts = |text: &str| words(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(texts("points A(3,4) and x=2"), ["points", "A", "3", "4", "and", "x", "2"]);
        assert_eq!(texts("flows=[200,300,400] (1,200 units)"), ["flows", "200", "300", "400", "1,200", "units"]);
    }

    #[test]
    fn words_know_their_place() {
        let text = "Book \"The Grand\" in Paris, please. Thanks";
        let words = words(text);
        let paris = words.iter().find(|word| word.text == "Paris").unwrap();
        assert_eq!(&text[paris.start..paris.end], "Paris");
        assert!(paris.is_name && paris.closes && !paris.opens);
        assert!(words[0].opens && !words[0].is_name);
        assert!(words.last().unwrap().opens);
    }
}
