//! Which calls a part of an answer rests on: those whose results have what it says.

use std::collections::HashSet;

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::turn::Turn;
use serde_json::Value;

/// Values that are shorter occur by chance, in characters.
const SHORTEST: usize = 4;
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
        let asked = turn.user_message.to_lowercase();
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
        let text = text.to_lowercase();
        let says = |values: &HashSet<String>| values.iter().any(|value| contains_word(&text, value));
        let earlier = self.0.iter().filter(|source| source.place < calls);
        earlier.filter(|source| says(&source.values)).map(|source| source.call).collect()
    }
}

fn collect(value: &Value, values: &mut HashSet<String>) {
    match value {
        Value::String(text) => keep(text, values),
        Value::Number(number) => keep(&number.to_string(), values),
        Value::Array(items) => items.iter().for_each(|item| collect(item, values)),
        Value::Object(members) => members.values().for_each(|member| collect(member, values)),
        Value::Null | Value::Bool(_) => {}
    }
}

fn keep(text: &str, values: &mut HashSet<String>) {
    let text = text.trim();
    let length = text.chars().count();
    if (SHORTEST..=LONGEST).contains(&length) && values.len() < MOST {
        values.insert(text.to_lowercase());
    }
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
}
