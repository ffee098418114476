//! What speaks for and against a stretch of the request as the value of a text parameter, as numbers; the weights are
//! learned (see `training/`).

use super::form::Span;
use super::patterns::{Shape, occurrences, wanted_shape};
use super::slot::{Kind, Slot};
use super::spans::Request;
use crate::words::{Word, is_stem_of, stem};

/// What a stretch is measured by, in the order of the numbers.
pub(crate) const NAMES: [&str; 42] = [
    "likelihood over not given",
    "likelihood, per word",
    "behind the likeliest",
    "quoted",
    "all names",
    "has the wanted shape",
    "lacks the wanted shape",
    "has a shape that is not wanted",
    "direction",
    "nearness to the parameter's words",
    "word before is of the parameter",
    "only words of the parameter",
    "begins with a word of the parameter",
    "ends with a word of the parameter",
    "begins with a word of the operation",
    "has a word of the operation",
    "share of words of the operation",
    "has the verb",
    "words",
    "share of stop words",
    "ends a clause",
    "a stop word follows",
    "a preposition follows",
    "a content word follows",
    "a preposition comes before",
    "an article comes before",
    "a content word comes before",
    "begins the request",
    "a word for naming comes before",
    "has a digit",
    "looks like an identifier",
    "the parameter is an identifier",
    "the parameter is free text",
    "the parameter is a name",
    "is a listed value",
    "shares a word with a listed value",
    "begins like a listed value",
    "as long as listed values",
    "required",
    "the only text parameter",
    "is a list",
    "place in the request",
];

/// The measures of one stretch.
pub(crate) type Measures = [f32; NAMES.len()];

const PREPOSITIONS: [&str; 24] = [
    "in", "at", "on", "for", "from", "to", "of", "by", "with", "about", "near", "into", "under", "over", "between",
    "during", "since", "until", "as", "using", "via", "around", "through", "against",
];
const ARTICLES: [&str; 10] = ["a", "an", "the", "my", "our", "your", "his", "her", "their", "some"];
const NAMING: [&str; 9] = ["called", "named", "titled", "title", "name", "saying", "says", "id", "labeled"];
const FREE_TEXT: [&str; 18] = [
    "query",
    "text",
    "message",
    "content",
    "question",
    "body",
    "prompt",
    "note",
    "todo",
    "task",
    "item",
    "comment",
    "search",
    "keyword",
    "description",
    "term",
    "q",
    "input",
];
const NAME_LIKE: [&str; 14] = [
    "name", "title", "city", "location", "country", "place", "team", "company", "artist", "author", "brand", "region",
    "address", "person",
];
const IDENTIFIERS: [&str; 7] = ["id", "identifier", "code", "key", "isbn", "sku", "number"];

/// What the measures need beside the stretch and its parameter.
pub(crate) struct Surroundings<'a> {
    pub(crate) request: &'a Request<'a>,
    /// Stems of the operation's name.
    pub(crate) operation: &'a [String],
    /// The word that says what is asked for.
    pub(crate) verb: Option<usize>,
    /// How many parameters take texts.
    pub(crate) text_parameters: usize,
}

/// Measures a stretch for a parameter; `likeliest` is the highest score among the parameter's stretches.
#[allow(clippy::cast_precision_loss)] // Requests are short.
pub(crate) fn measure(around: &Surroundings<'_>, slot: &Slot, span: &Span, likeliest: f32) -> Measures {
    let words = around.request.words;
    let own = &words[span.first..span.end];
    let count = own.len() as f32;
    let before = span.first.checked_sub(1).map(|at| &words[at]).filter(|word| !word.closes);
    let after = words.get(span.end).filter(|_| !own[own.len() - 1].closes);
    let said =
        |word: Option<&Word>, list: &[&str]| word.is_some_and(|word| list.contains(&word.text.to_lowercase().as_str()));
    let content = |word: Option<&Word>| word.is_some_and(|word| !word.is_stop);
    let of_parameter = |word: &Word| slot.name_stems.contains(&word.stem);
    let of_operation = |word: &Word| around.operation.contains(&word.stem) && !word.is_name;
    let share = |test: &dyn Fn(&Word) -> bool| own.iter().filter(|word| test(word)).count() as f32 / count;
    let shapes = Shapes::of(words, span, slot);
    let listed = Listed::of(slot, around.request.slice(span.first, span.end));
    let yes = |condition: bool| if condition { 1.0 } else { 0.0 };
    let is = |list: &[&str]| slot.name_stems.iter().any(|own| is_stem_of(own, list));
    [
        span.score.max(-60.0),
        span.score.max(-60.0) / count,
        (likeliest - span.score).min(60.0),
        yes(around.request.quotes.contains(&(span.first, span.end))),
        yes(own.iter().all(|word| word.is_name)),
        yes(shapes.has_wanted),
        yes(shapes.lacks_wanted),
        yes(shapes.has_other),
        around.request.direction(span, slot),
        around.request.nearness(span, slot),
        yes(before.is_some_and(of_parameter)),
        yes(own.iter().all(of_parameter)),
        yes(of_parameter(&own[0])),
        yes(of_parameter(&own[own.len() - 1])),
        yes(of_operation(&own[0])),
        yes(own.iter().any(of_operation)),
        share(&of_operation),
        yes(around.verb.is_some_and(|verb| (span.first..span.end).contains(&verb))),
        count,
        share(&|word| word.is_stop),
        yes(own[own.len() - 1].closes || span.end == words.len()),
        yes(after.is_some_and(|word| word.is_stop)),
        yes(said(after, &PREPOSITIONS)),
        yes(content(after)),
        yes(said(before, &PREPOSITIONS)),
        yes(said(before, &ARTICLES)),
        yes(content(before)),
        yes(span.first == 0),
        yes(said(before, &NAMING)),
        yes(own.iter().any(|word| word.text.contains(|each: char| each.is_ascii_digit()))),
        yes(own.iter().all(|word| looks_like_identifier(&word.text))),
        yes(is(&IDENTIFIERS)),
        yes(is(&FREE_TEXT)),
        yes(is(&NAME_LIKE)),
        yes(listed.is_one),
        yes(listed.shares_word),
        yes(listed.begins_alike),
        yes(listed.as_long),
        yes(slot.required),
        yes(around.text_parameters == 1),
        yes(matches!(slot.kind, Kind::List(_))),
        span.first as f32 / words.len() as f32,
    ]
}

/// Letters and digits in a way that no word has them: `B1004`, `rOBhSVKGVKe`, `a-17`.
pub(crate) fn looks_like_identifier(text: &str) -> bool {
    let digits = text.contains(|each: char| each.is_ascii_digit());
    let letters = text.contains(char::is_alphabetic);
    let inner_capital = text.chars().skip(1).any(char::is_uppercase) && text.chars().any(char::is_lowercase);
    (digits && letters && text.len() > 2) || (inner_capital && text.len() > 5) || (digits && text.contains(['-', '_']))
}

/// How a stretch stands to dates, times, addresses.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // Independent observations.
struct Shapes {
    has_wanted: bool,
    lacks_wanted: bool,
    has_other: bool,
}

impl Shapes {
    fn of(words: &[Word], span: &Span, slot: &Slot) -> Self {
        let has = |shape: Shape| occurrences(words, shape).contains(&(span.first, span.end));
        let wanted = wanted_shape(slot);
        let has_wanted = wanted.is_some_and(has);
        let others = [Shape::Date, Shape::Time, Shape::Email, Shape::Url];
        Self {
            has_wanted,
            lacks_wanted: wanted.is_some() && !has_wanted,
            has_other: others.into_iter().any(|shape| Some(shape) != wanted && has(shape)),
        }
    }
}

/// How a stretch stands to the values that the description lists.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)] // Independent observations.
struct Listed {
    is_one: bool,
    shares_word: bool,
    begins_alike: bool,
    as_long: bool,
}

impl Listed {
    fn of(slot: &Slot, text: &str) -> Self {
        if slot.listed.is_empty() {
            return Self::default();
        }
        let stems = |text: &str| text.split_whitespace().map(stem).collect::<Vec<_>>();
        let own = stems(text);
        let others = slot.listed.iter().map(|value| stems(value)).collect::<Vec<_>>();
        let kind = |text: &str| {
            let first = text.chars().next();
            (first.is_some_and(char::is_uppercase), text.contains(|each: char| each.is_ascii_digit()))
        };
        Self {
            is_one: others.contains(&own),
            shares_word: others.iter().flatten().any(|word| own.contains(word)),
            begins_alike: slot.listed.iter().any(|value| kind(value) == kind(text)),
            as_long: others.iter().any(|other| other.len() == own.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_no_words() {
        for text in ["B1004", "rOBhSVKGVKe", "a-17", "14d93e"] {
            assert!(looks_like_identifier(text), "{text}");
        }
        for text in ["Paris", "milk", "2024", "NASA", "x"] {
            assert!(!looks_like_identifier(text), "{text}");
        }
    }
}
