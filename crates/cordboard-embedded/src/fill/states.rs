//! Options that are states in time, named in everyday words: "right now" for `live`, "is over" for `finished`.

use serde_json::Value;

use super::choices::label;
use crate::words::{Word, identifier_words, is_stem_of};

/// What people say, and the options that mean it.
const STATES: [(&[&str], &[&str]); 3] = [
    (
        &["now", "currently", "moment", "ongoing", "presently"],
        &["live", "current", "active", "ongoing", "running", "now", "open", "playing", "present"],
    ),
    (
        &["over", "ended", "finished", "done", "final", "already", "completed", "last"],
        &["finished", "ended", "completed", "closed", "past", "done", "final", "over"],
    ),
    (
        &["upcoming", "next", "later", "soon", "tomorrow", "future", "coming", "planned"],
        &["scheduled", "upcoming", "planned", "future", "next", "pending"],
    ),
];

/// The one option that is a state which the request names in other words.
pub(crate) fn state<'a>(options: &'a [Value], words: &[Word]) -> Option<&'a Value> {
    let mut meant = STATES.iter().filter(|(sayings, _)| words.iter().any(|word| says(word, sayings)));
    let (Some((_, names)), None) = (meant.next(), meant.next()) else { return None };
    let mut fitting = options.iter().filter(|option| {
        let label = identifier_words(&label(option));
        matches!(label.as_slice(), [only] if names.contains(&only.as_str()))
    });
    // `active` and `open` at once would be a guess.
    fitting.next().filter(|_| fitting.next().is_none())
}

/// "Now" at the beginning of a sentence tells no time.
fn says(word: &Word, sayings: &[&str]) -> bool {
    is_stem_of(&word.stem, sayings) && !word.opens
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words::words;

    #[test]
    fn states_in_other_words() {
        let options = [json!("live"), json!("finished"), json!("scheduled")];
        let found = |text: &str| state(&options, &words(text)).and_then(Value::as_str);
        assert_eq!(found("what is on right now"), Some("live"));
        assert_eq!(found("which of them are over"), Some("finished"));
        assert_eq!(found("any upcoming ones"), Some("scheduled"));
        assert_eq!(found("Now show me all"), None);
        assert_eq!(found("on now and tomorrow"), None);
    }
}
