//! Numbers that a request mentions: digits, words, a couple, a dozen, a week, percent, money.

use crate::words::{Word, is_stem_of};

/// A number in a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mention {
    pub(crate) value: f64,
    /// The words that make it up: `first..end`.
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// Kind of quantity, where the words around it tell.
    pub(crate) quantity: Option<Quantity>,
}

/// Kinds of quantities that requests and parameters both speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    Money,
    People,
    Days,
    Percent,
}

/// All numbers, in order.
pub(crate) fn mentions(words: &[Word]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some(mention) = mention_at(words, at) {
            at = mention.end;
            found.push(mention);
        } else {
            at += 1;
        }
    }
    found
}

/// Two numbers as the ends of a range: `from 1 to 3`, `between x = -1 and x = 2`.
pub(crate) fn ranges(mentions: &[Mention], words: &[Word]) -> Vec<Vec<Mention>> {
    let joins = |pair: &[Mention]| {
        let between = &words[pair[0].end..pair[1].first];
        let joint = between.first().map(|word| word.text.to_lowercase());
        between.len() <= 2 && matches!(joint.as_deref(), Some("to" | "and" | "through" | "until" | "till"))
    };
    mentions.windows(2).filter(|pair| joins(pair)).map(<[Mention]>::to_vec).collect()
}

/// Numbers that follow each other with nothing but commas or `and` between them.
pub(crate) fn runs(mentions: &[Mention], words: &[Word]) -> Vec<Vec<Mention>> {
    let mut runs: Vec<Vec<Mention>> = Vec::new();
    for mention in mentions {
        let last = runs.last().and_then(|run| run.last());
        let joined = last.is_some_and(|last| {
            let between = &words[last.end..mention.first];
            let listed = between.iter().all(|word| word.text.eq_ignore_ascii_case("and"));
            // A closing bracket ends a run; then `and` joins two lists, not two numbers.
            listed && !words[last.end - 1].brackets
        });
        match runs.last_mut().filter(|_| joined) {
            Some(run) => run.push(mention.clone()),
            None => runs.push(vec![mention.clone()]),
        }
    }
    runs
}

fn mention_at(words: &[Word], at: usize) -> Option<Mention> {
    let (value, end) = stretch_of_days(words, at)
        .or_else(|| dozen_or_couple(words, at))
        .or_else(|| digits(words, at))
        .or_else(|| number_words(words, at))?;
    let quantity = quantity(words, at, end);
    Some(Mention { value, first: at, end, quantity })
}

/// `a week`, `two weeks`, `a fortnight`, `the weekend` as days.
fn stretch_of_days(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let unit = |index: usize| match words.get(index).map(|word| word.stem.as_str()) {
        Some("week") => Some(7.0),
        Some("fortnight") => Some(14.0),
        Some("weekend") => Some(2.0),
        _ => None,
    };
    // "Per week" and "this week" count nothing.
    let before = at.checked_sub(1).and_then(|index| words.get(index)).map(|word| word.text.to_lowercase());
    let counted =
        matches!(before.as_deref(), Some("for" | "over" | "during" | "spend" | "spending" | "stay" | "staying"));
    match words[at].text.to_lowercase().as_str() {
        "a" | "an" | "one" | "the" if counted => {
            match words.get(at + 1).map(|word| word.text.to_lowercase()).as_deref() {
                Some("next" | "coming" | "following" | "whole") => unit(at + 2).map(|days| (days, at + 3)),
                Some(_) | None => unit(at + 1).map(|days| (days, at + 2)),
            }
        }
        _ => None,
    }
}

fn dozen_or_couple(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let lower = |index: usize| words.get(index).map(|word| word.text.to_lowercase()).unwrap_or_default();
    let after_of = |index: usize| if lower(index) == "of" { index + 1 } else { index };
    let article = usize::from(matches!(lower(at).as_str(), "a" | "the" | "next"));
    match lower(at + article).as_str() {
        "couple" if article == 1 || lower(at + 1) == "of" => Some((2.0, after_of(at + article + 1))),
        "pair" if article == 1 && lower(at + 2) == "of" => Some((2.0, at + 3)),
        "dozen" => Some((12.0, after_of(at + article + 1))),
        "half" if lower(at + 1) == "a" && lower(at + 2) == "dozen" => Some((6.0, at + 3)),
        "twice" if article == 0 => Some((2.0, at + 1)),
        "both" if article == 0 && lower(at + 1) == "of" => Some((2.0, at + 2)),
        _ => None,
    }
}

/// Letters behind a number that make it something else: `3pm`, `2x`, `1080p`, `3D`.
const NO_UNITS: [&str; 8] = ["am", "pm", "x", "p", "d", "b", "e", "px"];
/// Longest unit that follows a number without a space.
const LONGEST_UNIT: usize = 9;

/// Whether what follows a number without a space is its unit: `10cm`, `5J/K`, `3-star`, `2nd`; but not `3pm`, `2024-05-01`.
fn is_unit(suffix: &str) -> bool {
    let unit = suffix.trim_start_matches('-');
    let opens = unit.starts_with(|each: char| each.is_alphabetic() || matches!(each, '%' | '€' | '$' | '£' | '°'));
    // `5e3f` and other keys are no quantities: a unit has no digit but an exponent.
    let plain = !unit.contains(|each: char| each.is_ascii_digit()) || unit.contains('^');
    opens && plain && unit.chars().count() <= LONGEST_UNIT && !NO_UNITS.contains(&unit)
}

fn digits(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let text = words[at].text.to_lowercase();
    let body = text.trim_start_matches(['-', '$', '€', '£', '#', '+']);
    let number =
        body.chars().take_while(|character| character.is_ascii_digit() || matches!(character, '.' | ',' | '_'));
    let number = number.collect::<String>();
    let number = number.trim_end_matches(['.', ',']);
    let suffix = &body[number.len()..];
    let value = number.replace([',', '_'], "").parse::<f64>().ok()?;
    let value = if text.starts_with('-') { -value } else { value };
    let money = text.starts_with(['$', '€', '£']);
    let scale = match suffix {
        // `5k` are thousands, `298K` are kelvins.
        "k" if money || words[at].text.ends_with('k') => 1e3,
        "m" if money => 1e6,
        "" => 1.0,
        glued if is_unit(glued) => 1.0,
        _ => return None,
    };
    let mut end = at + 1;
    let mut value = value * scale;
    if let Some(factor) = words.get(end).and_then(|word| magnitude(&word.text.to_lowercase())) {
        value *= factor;
        end += 1;
    }
    Some((value, end))
}

fn magnitude(word: &str) -> Option<f64> {
    match word {
        "hundred" => Some(1e2),
        "thousand" => Some(1e3),
        "million" => Some(1e6),
        "billion" => Some(1e9),
        _ => None,
    }
}

/// `twenty five`, `two hundred and ten`, `five-star`.
fn number_words(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let (mut total, mut current, mut end) = (0.0, None::<f64>, at);
    while let Some(word) = words.get(end) {
        let lower = word.text.to_lowercase();
        if let Some(values) = small_numbers(&lower) {
            let more = values.iter().sum::<f64>();
            // `one two` are two numbers, `twenty five` is one.
            if current.is_some_and(|known| known % 100.0 != 0.0 && (known % 10.0 != 0.0 || more >= 10.0)) {
                break;
            }
            current = Some(current.unwrap_or(0.0) + more);
        } else if let Some(factor) = magnitude(&lower).filter(|_| current.is_some()) {
            let scaled = current.unwrap_or(1.0) * factor;
            if factor > 100.0 {
                total += scaled;
                current = Some(0.0);
            } else {
                current = Some(scaled);
            }
        } else if !(lower == "and"
            && current.is_some_and(|known| known >= 100.0)
            && words.get(end + 1).is_some_and(|next| small_numbers(&next.text.to_lowercase()).is_some()))
        {
            break;
        }
        end += 1;
    }
    let value = total + current?;
    // "The one in Rome", "one of them": a lone `one` counts only before what it counts.
    let lone_one = end == at + 1 && words[at].text.eq_ignore_ascii_case("one");
    let counts = words.get(end).is_some_and(|next| !next.is_stop) && !words[at].closes;
    let dangling = at > 0
        && matches!(
            words[at - 1].text.to_lowercase().as_str(),
            "the" | "this" | "that" | "which" | "each" | "every" | "no"
        );
    (!lone_one || (counts && !dangling)).then_some((value, end))
}

/// The number that a word names; `twenty-five` names two parts, `three-star` one.
fn small_numbers(word: &str) -> Option<Vec<f64>> {
    let mut parts = word.split('-');
    let first = number_named(parts.next()?)?;
    match parts.next().map(number_named) {
        Some(Some(second)) => Some(vec![first, second]),
        Some(None) | None => Some(vec![first]),
    }
}

/// The number that one word names in lower case: `seven`, `twenty`.
pub(crate) fn number_named(word: &str) -> Option<f64> {
    const NAMES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let small = NAMES.iter().zip(0u8..).find(|(name, _)| **name == word).map(|(_, value)| f64::from(value));
    small.or_else(|| TENS.iter().zip(2u8..).find(|(name, _)| **name == word).map(|(_, ten)| f64::from(ten) * 10.0))
}

fn quantity(words: &[Word], first: usize, end: usize) -> Option<Quantity> {
    let text = words[first..end].iter().map(|word| word.text.to_lowercase()).collect::<Vec<_>>().join(" ");
    if text.contains(['$', '€', '£']) {
        return Some(Quantity::Money);
    }
    if text.contains('%') {
        return Some(Quantity::Percent);
    }
    if words[end - 1].stem == "week" || words[end - 1].stem == "weekend" || words[end - 1].stem == "fortnight" {
        return Some(Quantity::Days);
    }
    let after = |offset: usize| {
        words.get(end + offset).filter(|_| !words[end - 1].closes).map_or("", |word| word.stem.as_str())
    };
    // "150 a night", "80 per person": the unit is what one pays for.
    if matches!(after(0), "a" | "per" | "each") && !after(1).is_empty() {
        return Some(Quantity::Money);
    }
    if after(0) == "of" && matches!(after(1), "us" | "them" | "you") {
        return Some(Quantity::People);
    }
    let by_unit =
        quantity_of_stem(after(0)).or_else(|| quantity_of_stem(after(1)).filter(|_| !quantity_stops(after(0))));
    by_unit.or_else(|| before(words, first))
}

/// "A family of four", "a party of six", "a budget of 300".
fn before(words: &[Word], first: usize) -> Option<Quantity> {
    let near = words[..first].iter().rev().take(4).take_while(|word| !word.closes);
    near.map(|word| word.text.to_lowercase()).find_map(|word| match word.as_str() {
        "family" | "party" | "group" => Some(Quantity::People),
        "budget" | "cost" | "costs" | "price" | "pay" | "cheaper" => Some(Quantity::Money),
        _ => None,
    })
}

fn quantity_stops(stem: &str) -> bool {
    matches!(stem, "in" | "at" | "for" | "from" | "to" | "on" | "and" | "with" | "or" | "under" | "below")
}

/// The kind of quantity that a unit or a parameter's word stands for.
pub(crate) fn quantity_of_stem(stem: &str) -> Option<Quantity> {
    const KINDS: [(Quantity, &[&str]); 4] = [
        (
            Quantity::Money,
            &[
                "euro", "eur", "dollar", "usd", "buck", "pound", "gbp", "price", "cost", "budget", "amount", "salary",
                "fee", "rent", "money", "quid", "currency",
            ],
        ),
        (
            Quantity::People,
            &[
                "guest",
                "people",
                "person",
                "adult",
                "traveller",
                "traveler",
                "passenger",
                "kid",
                "child",
                "children",
                "friend",
                "visitor",
                "attendee",
                "diner",
                "participant",
            ],
        ),
        (Quantity::Days, &["night", "day"]),
        (Quantity::Percent, &["percent", "percentage"]),
    ];
    KINDS.iter().find(|(_, words)| is_stem_of(stem, words)).map(|(quantity, _)| *quantity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    fn check(text: &str, expected: &[(f64, Option<Quantity>)]) {
        let found =
            mentions(&words(text)).into_iter().map(|mention| (mention.value, mention.quantity)).collect::<Vec<_>>();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn digits_and_words() {
        check("3 adults and two children", &[(3.0, Some(Quantity::People)), (2.0, Some(Quantity::People))]);
        check("two hundred and ten grams", &[(210.0, None)]);
        check("twenty-five or twenty six boxes", &[(25.0, None), (26.0, None)]);
        check("1,200.50 units and 3k steps", &[(1200.5, None), (3000.0, None)]);
        check("2 million rows", &[(2e6, None)]);
        check("5J/K and 9.8m/s^2, the 2nd of 3-star", &[(5.0, None), (9.8, None), (2.0, None), (3.0, None)]);
        check("one two three", &[(1.0, None), (2.0, None), (3.0, None)]);
    }

    #[test]
    fn manners_of_speaking() {
        check("a couple nights", &[(2.0, Some(Quantity::Days))]);
        check("a couple of nights", &[(2.0, Some(Quantity::Days))]);
        check("half a dozen eggs", &[(6.0, None)]);
        check("in Rome for a week", &[(7.0, Some(Quantity::Days))]);
        check("the weather for the next week", &[(7.0, Some(Quantity::Days))]);
        check("the one in Rome", &[]);
        check("meet at 3pm on 2024-05-01", &[]);
    }

    #[test]
    fn lists_are_runs() {
        let words = words("two groups [1, 2, 3] and (4, 5), then 6, 7 and 8");
        let runs = runs(&mentions(&words), &words);
        let values = runs.iter().map(|run| run.iter().map(|mention| mention.value).collect::<Vec<_>>());
        assert_eq!(values.collect::<Vec<_>>(), [vec![2.0], vec![1.0, 2.0, 3.0], vec![4.0, 5.0], vec![6.0, 7.0, 8.0]]);
    }

    #[test]
    fn quantities() {
        check("150 a night", &[(150.0, Some(Quantity::Money))]);
        check("$20", &[(20.0, Some(Quantity::Money))]);
        check("a family of four", &[(4.0, Some(Quantity::People))]);
        check("the two of us", &[(2.0, Some(Quantity::People))]);
        check("5%", &[(5.0, Some(Quantity::Percent))]);
        check("a budget of 300", &[(300.0, Some(Quantity::Money))]);
    }
}
