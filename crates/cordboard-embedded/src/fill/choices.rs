//! Options and yes-or-no parameters, as far as the request names them.

use serde_json::Value;

use super::slot::Slot;
use crate::words::{Word, identifier_words, is_stem_of, stem};

/// Words before a mention that turn it round, and how far they reach.
const NEGATIONS: [&str; 10] =
    ["no", "not", "without", "don't", "dont", "exclude", "excluding", "skip", "never", "isn't"];
const NEGATION_REACH: usize = 4;
/// Words of parameter names that say nothing about their subject.
const EMPTY_NAME_WORDS: [&str; 14] =
    ["is", "has", "include", "get", "show", "with", "only", "allow", "enable", "us", "return", "should", "flag", "are"];

/// The options that the request names, longest first.
pub(crate) fn named_options<'a>(options: &'a [Value], words: &[Word]) -> Vec<&'a Value> {
    let mut hits = options.iter().filter(|option| names(words, option)).collect::<Vec<_>>();
    hits.sort_by_key(|option| std::cmp::Reverse(label(option).len()));
    if hits.is_empty() {
        hits = named_in_part(options, words);
    }
    // `New York City` contains `New York`; the longer one is meant.
    let all = hits.clone();
    hits.retain(|option| {
        let own = label(option).to_lowercase();
        !all.iter().any(|other| other != option && label(other).to_lowercase().contains(&own))
    });
    hits
}

/// The options of which the request has a word that no other option has: `backstage access` for `Backstage Pass`.
fn named_in_part<'a>(options: &'a [Value], words: &[Word]) -> Vec<&'a Value> {
    let stems = |option: &Value| identifier_words(&label(option)).iter().map(|word| stem(word)).collect::<Vec<_>>();
    let all = options.iter().map(|option| (option, stems(option))).collect::<Vec<_>>();
    let own =
        |word: &String| word.chars().count() > 2 && all.iter().filter(|(_, stems)| stems.contains(word)).count() == 1;
    let said = |word: &String| words.iter().any(|each| !each.is_stop && each.stem == *word);
    all.iter()
        .filter(|(_, stems)| stems.len() > 1 && stems.iter().any(|word| own(word) && said(word)))
        .map(|(option, _)| *option)
        .collect()
}

fn names(words: &[Word], option: &Value) -> bool {
    let label = label(option);
    if label.chars().count() <= 2 {
        return words.iter().any(|word| word.text == label && word.text != "a");
    }
    let wanted = identifier_words(&label).iter().map(|word| stem(word)).collect::<Vec<_>>();
    let parts = words.iter().flat_map(|word| word.text.split('-').map(stem)).collect::<Vec<_>>();
    !wanted.is_empty() && parts.windows(wanted.len()).any(|window| window == wanted)
}

/// An option in words.
pub(crate) fn label(option: &Value) -> String {
    option.as_str().map_or_else(|| option.to_string(), str::to_owned)
}

/// What the request says about a yes-or-no parameter: yes by naming it, no by negating that.
pub(crate) fn mentioned(slot: &Slot, words: &[Word]) -> Option<bool> {
    let subject = slot.name_stems.iter().filter(|stem| !is_stem_of(stem, &EMPTY_NAME_WORDS)).collect::<Vec<_>>();
    // `stat` is short for "statistic".
    let same = |own: &str, said: &str| own == said || (own.len() >= 4 && said.starts_with(own));
    let at = words.iter().position(|word| subject.iter().any(|own| same(own, &word.stem)))?;
    let before = words[..at].iter().rev().take(NEGATION_REACH);
    let negated =
        before.into_iter().any(|word| NEGATIONS.contains(&word.text.to_lowercase().replace('’', "'").as_str()));
    Some(!negated)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::slot::slots;
    use super::*;
    use crate::words::words;

    #[test]
    fn options_by_name() {
        let options = [json!("live"), json!("finished"), json!("remote-work"), json!("C")];
        let named = |text: &str| named_options(&options, &words(text)).into_iter().cloned().collect::<Vec<_>>();
        assert_eq!(named("all finished games"), [json!("finished")]);
        assert_eq!(named("open the remote work page"), [json!("remote-work")]);
        assert_eq!(named("in C please"), [json!("C")]);
        assert_eq!(named("work from remote places"), [json!("remote-work")]);
        assert!(named("call me").is_empty());
    }

    #[test]
    fn yes_no_and_silence() {
        let slots = slots(&json!({"properties": {"include_breakfast": {"type": "boolean"}}}));
        let said = |text: &str| mentioned(&slots[0], &words(text));
        assert_eq!(said("with breakfast please"), Some(true));
        assert_eq!(said("I do not want any breakfast"), Some(false));
        assert_eq!(said("a room"), None);
    }
}
