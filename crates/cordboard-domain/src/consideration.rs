//! What a model that chooses among operations by score made of a request: its best candidates, and how it decided.

use serde::{Deserialize, Serialize};

/// How a request was weighed. Recorded for the trace; never shown to a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consideration {
    /// The operations that fit best, the best first; at most [`Consideration::MOST_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// How likely it is that any operation is meant, in thousandths (0–1000).
    pub any: u16,
    /// The least that `any` must be for a call, in thousandths.
    pub threshold: u16,
    /// What followed and why, as a sentence: `No call: no operation is likely enough.`
    pub outcome: String,
}

/// An operation that was weighed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The tool's name in the request to the model: `hotels_searchHotels`.
    pub tool: String,
    /// How likely it is that this operation is the one meant, if any is, in thousandths (0–1000).
    pub share: u16,
    /// Score minus the best other candidate's, in hundredths; positive for the best one.
    pub margin: i32,
    /// What speaks for and against it, strongest first: `+2.10 words shared with the name`.
    pub reasons: Vec<String>,
}

impl Consideration {
    pub const MOST_CANDIDATES: usize = 5;
}

/// Thousandths as people read them: `41.3 %`.
pub fn percent(thousandths: u16) -> String {
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// Hundredths with a sign: `+1.25`.
pub fn decimal(hundredths: i32) -> String {
    format!("{:+.2}", f64::from(hundredths) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([0, 7, 413, 1000].map(percent), ["0.0 %", "0.7 %", "41.3 %", "100.0 %"]);
        assert_eq!([0, 5, -125, 1000].map(decimal), ["+0.00", "+0.05", "-1.25", "+10.00"]);
    }
}
