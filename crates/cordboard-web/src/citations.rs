//! Which calls a part of an answer rests on: those whose results have what it says.

use std::collections::HashSet;

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::turn::Turn;
use serde_json::Value;

/// Values that are shorter occur by chance, in characters.
const SHORTEST: usize = 4;
/// The same of numbers.
const SHORTEST_NUMBER: usize = 3;
/// Longer ones are not looked for as a whole.
const LONGEST: usize = 200;
/// How many values of one result are looked for.
const MOST: usize = 2_000;

/// The results of a turn as what answers may say of them.
pub(crate) struct Sources<'turn>(Vec<Source<'turn>>);

struct Source<'turn> {
    call: &'turn Call,
    /// The place of the call among those of the turn.
    place: usize,
    values: HashSet<String>,
}

impl<'turn> Sources<'turn> {
    /// Of the calls of a turn that brought something. What the person said themselves proves nothing.
    pub(crate) fn of(turn: &'turn Turn) -> Self {
        let asked = normal(&turn.user_message);
        let sources = turn.calls().enumerate().filter_map(|(place, call)| {
            let CallState::Answered { response } = &call.state else { return None };
            let mut values = HashSet::new();
            match serde_json::from_str::<Value>(&response.body) {
                Ok(body) => collect(&body, &mut values),
                Err(_) => response.body.lines().take(MOST).for_each(|line| keep(line, &mut values)),
            }
            values.retain(|value| !asked.contains(value.as_str()));
            (response.is_success() && !values.is_empty()).then_some(Source { call, place, values })
        });
        Self(sources.collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of the first calls of the turn, those whose results have something that a text says.
    pub(crate) fn behind(&self, text: &str, calls: usize) -> Vec<&'turn Call> {
        let text = normal(text);
        let says = |values: &HashSet<String>| values.iter().any(|value| contains_word(&text, value));
        let earlier = self.0.iter().filter(|source| source.place < calls);
        earlier.filter(|source| says(&source.values)).map(|source| source.call).collect()
    }
}

fn collect(value: &Value, values: &mut HashSet<String>) {
    match value {
        Value::String(text) => keep(text, values),
        Value::Number(number) => keep_number(&number.to_string(), values),
        Value::Array(items) => items.iter().for_each(|item| collect(item, values)),
        Value::Object(members) => members.values().for_each(|member| collect(member, values)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn keep(text: &str, values: &mut HashSet<String>) {
    let text = text.trim();
    let length = text.chars().count();
    // A word alone, such as `open`, is in many texts by chance; a name, a date or several words are not.
    let says_something = |letter: char| letter.is_uppercase() || letter.is_numeric() || letter.is_whitespace();
    if (SHORTEST..=LONGEST).contains(&length) && text.contains(says_something) && values.len() < MOST {
        values.insert(normal(text));
    }
}

fn keep_number(number: &str, values: &mut HashSet<String>) {
    if number.len() >= SHORTEST_NUMBER && values.len() < MOST {
        values.insert(number.to_owned());
    }
}

/// A text in small letters, with numbers as JSON writes them.
fn normal(text: &str) -> String {
    let text = text.to_lowercase();
    let is_separator = |(place, letter): &(usize, char)| {
        let digits = |rest: &str| rest.chars().take_while(char::is_ascii_digit).count();
        *letter == ','
            && digits(&text[place + 1..]) == 3
            && text[..*place].ends_with(|before: char| before.is_ascii_digit())
    };
    text.char_indices().filter(|each| !is_separator(each)).map(|(_, letter)| letter).collect()
}

/// Whether a value stands in a text and is no part of a longer word or number.
fn contains_word(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_counts_as_a_whole_word() {
        for (text, value, expected) in [
            ("rooms at the rialto, for two", "rialto", true),
            ("rooms at the rialtoson", "rialto", false),
            ("it costs 1234 dollars", "1234", true),
            ("it costs 12345 dollars", "1234", false),
            ("12345 or 1234", "1234", true),
        ] {
            assert_eq!(contains_word(text, value), expected, "{text} {value}");
        }
    }

    #[test]
    fn words_that_occur_by_chance_are_no_values() {
        let mut values = HashSet::new();
        collect(
            &serde_json::json!({"name": "Rialto", "state": "open", "price": 120, "beds": 12, "on": "1 May"}),
            &mut values,
        );
        let mut values: Vec<String> = values.into_iter().collect();
        values.sort();
        assert_eq!(values, ["1 may", "120", "rialto"]);
    }

    #[test]
    fn numbers_are_the_same_with_and_without_separators() {
        assert_eq!(normal("It costs 1,234,567 or 12,5, Sir"), "it costs 1234567 or 12,5, sir");
    }
}
