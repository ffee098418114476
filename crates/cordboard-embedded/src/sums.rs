//! Sums: computed where a message is one, never guessed by the network.

use std::time::{Duration, Instant};

use fend_core::{Context, Interrupt};

use crate::fill::numbers::number_named;
use crate::words::identifier_words;

/// A sum that takes longer is given up.
const PATIENCE: Duration = Duration::from_millis(200);
/// Longer messages are no sums, in characters.
const LONGEST: usize = 160;

/// What a message is as a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sum {
    /// The sum as it was understood, and its result.
    Computed { sum: String, result: String },
    /// It asks for a number to be worked out, but not in a form that can be computed here.
    Declined,
}

/// Words before and behind a sum.
const FRAME: [&str; 24] = [
    "what",
    "what's",
    "whats",
    "is",
    "are",
    "how",
    "much",
    "calculate",
    "compute",
    "work",
    "out",
    "please",
    "can",
    "you",
    "tell",
    "me",
    "the",
    "result",
    "value",
    "does",
    "make",
    "equal",
    "equals",
    "sum",
];
/// Words of arithmetic, and the signs for them.
const SIGNS: [(&str, &str); 22] = [
    ("multiplied by", "*"),
    ("divided by", "/"),
    ("square root of", "sqrt "),
    ("to the power of", "^"),
    ("percent of", "% of"),
    ("per cent of", "% of"),
    ("percent", "%"),
    ("plus", "+"),
    ("minus", "-"),
    ("times", "*"),
    ("over", "/"),
    ("squared", "^2"),
    ("cubed", "^3"),
    ("×", "*"),
    ("÷", "/"),
    ("−", "-"),
    ("half of", "0.5 *"),
    ("twice", "2 *"),
    ("double", "2 *"),
    ("added to", "+"),
    ("x", "*"),
    ("and", "+"),
];
/// Words of questions that want a number worked out.
const ASKS_FOR_NUMBER: [&str; 9] =
    ["how many", "how much", "calculate", "compute", "sum of", "total of", "percent", "average of", "add up"];

/// Reads a message as a sum; none when it is something else.
pub(crate) fn sum(text: &str) -> Option<Sum> {
    if text.chars().count() > LONGEST {
        return None;
    }
    let expression = expression(text);
    if let Some(expression) = expression.filter(|expression| has_operation(expression))
        && let Some(result) = computed(&expression)
    {
        return Some(Sum::Computed { sum: shown(&expression), result });
    }
    let lower = text.to_lowercase();
    let numbers = lower.split(|each: char| !each.is_ascii_digit()).filter(|part| !part.is_empty()).count();
    let asks = ASKS_FOR_NUMBER.iter().any(|words| lower.contains(words));
    (numbers >= 2 && asks).then_some(Sum::Declined)
}

/// The message in the signs of arithmetic; none when it has other words.
fn expression(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let mut rest = lower.trim().trim_end_matches(['?', '=', '!', '.', ' ']).to_owned();
    for (words, sign) in SIGNS {
        rest = replaced(&rest, words, sign);
    }
    let mut parts = Vec::new();
    for part in rest.split_whitespace() {
        let number = number_word(part);
        let allowed = part.chars().all(|each| each.is_ascii_digit() || "+-*/^().,%".contains(each))
            || matches!(part, "of" | "sqrt");
        match (number, allowed) {
            (Some(number), _) => parts.push(number.to_string()),
            (None, true) => parts.push(part.to_owned()),
            (None, false) if FRAME.contains(&part) && parts.is_empty() => {}
            (None, false) => return None,
        }
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Replaces whole words only.
fn replaced(text: &str, words: &str, sign: &str) -> String {
    let is_word = words.chars().all(|each| each.is_ascii_alphabetic() || each == ' ');
    if !is_word {
        return text.replace(words, &format!(" {sign} "));
    }
    let padded = format!(" {text} ");
    padded.replace(&format!(" {words} "), &format!(" {sign} ")).trim().to_owned()
}

/// `seven`, and `twenty-five` in one word.
fn number_word(word: &str) -> Option<f64> {
    match identifier_words(word).as_slice() {
        [_] => number_named(word),
        [ten, one] => {
            let (ten, one) = (number_named(ten)?, number_named(one)?);
            (ten >= 20.0 && (1.0..10.0).contains(&one)).then_some(ten + one)
        }
        _ => None,
    }
}

fn has_operation(expression: &str) -> bool {
    let digits = expression.chars().any(|each| each.is_ascii_digit());
    let sign = ["+", "*", "/", "^", "%", "sqrt", "of"].iter().any(|sign| expression.contains(sign));
    // A date such as 2024-05-01 is no difference.
    digits && (sign || expression.contains(" - "))
}

fn computed(expression: &str) -> Option<String> {
    let mut context = Context::new();
    context.disable_rng();
    let until = Until(Instant::now() + PATIENCE);
    let result = fend_core::evaluate_with_interrupt(&expression.replace(',', ""), &mut context, &until).ok()?;
    let text = result.get_main_result();
    (!text.is_empty() && text.chars().any(|each| each.is_ascii_digit())).then(|| text.to_owned())
}

fn shown(expression: &str) -> String {
    expression.replace('*', "×").replace('/', "÷")
}

struct Until(Instant);

impl Interrupt for Until {
    fn should_interrupt(&self) -> bool {
        Instant::now() > self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(text: &str) -> Option<String> {
        match sum(text)? {
            Sum::Computed { result, .. } => Some(result),
            Sum::Declined => None,
        }
    }

    #[test]
    fn sums_are_computed() {
        for (text, expected) in [
            ("How much is 12 plus 7?", "19"),
            ("what's 17 * 3", "51"),
            ("15% of 80", "12"),
            ("calculate (2 + 3) * 4", "20"),
            ("what is twenty-five times four?", "100"),
            ("10 divided by 4", "2.5"),
            ("1,200 + 300", "1500"),
        ] {
            assert_eq!(result(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_messages_are_left_alone() {
        for text in ["2024-05-01", "room 12", "what is love", "two nights in Paris", "hello", "5"] {
            assert_eq!(sum(text), None, "{text}");
        }
        assert_eq!(sum("If I have 3 apples and buy 4 more, how many do I have?"), Some(Sum::Declined));
    }
}
