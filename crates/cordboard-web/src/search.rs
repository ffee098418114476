//! What people search for, on pages that answer while they type.

use crate::words;

/// The longest text that is looked for, in characters.
const LONGEST: usize = 200;

/// What is looked for.
pub(crate) fn text(typed: &str) -> String {
    typed.trim().chars().take(LONGEST).collect()
}

/// How many `things` were found for a text, as it is read out.
pub(crate) fn count(number: u32, thing: &str, text: &str) -> String {
    let found = match number {
        0 => format!("No {thing}s"),
        1 => format!("1 {thing}"),
        many => format!("{} {thing}s", words::number(many)),
    };
    if text.is_empty() { found } else { format!("{found} for “{text}”") }
}
