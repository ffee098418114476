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
