//! The learned weights, read from the data file that `training/train.py` writes.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::forest::Forest;
use crate::route::features;

/// All weights of the scorer.
pub(crate) struct Weights {
    pub(crate) choice: Vec<f32>,
    /// For the best operation: is any operation meant.
    pub(crate) any: Forest,
    /// The least likelihood at which a call is placed.
    pub(crate) threshold: f32,
    /// For stretches of a request as values of text parameters.
    pub(crate) spans: Forest,
}

/// The data file: weights by the name of the measure.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    choice: HashMap<String, f32>,
    any: Forest,
    threshold: f32,
    spans: Forest,
}

/// The weights that come with the program.
pub(crate) fn weights() -> &'static Weights {
    static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| {
        let text = include_str!("../training/weights.json");
        let file: File = serde_json::from_str(text).expect("the file comes with the program, and a test reads it");
        Weights {
            choice: in_order(&features::NAMES, &file.choice),
            any: file.any,
            threshold: file.threshold,
            spans: file.spans,
        }
    });
    &WEIGHTS
}

/// Measures without a weight count nothing.
fn in_order(names: &[&str], weights: &HashMap<String, f32>) -> Vec<f32> {
    names.iter().map(|name| weights.get(*name).copied().unwrap_or(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fill::measures;

    #[test]
    fn every_weight_belongs_to_a_measure() {
        let file: File = serde_json::from_str(include_str!("../training/weights.json")).unwrap();
        for name in file.choice.keys() {
            assert!(features::NAMES.contains(&name.as_str()), "{name}");
        }
        assert_eq!(weights().any.names, features::NAMES_OF_BEST);
        assert_eq!(weights().spans.names, measures::NAMES);
        assert!(weights().choice.iter().any(|weight| *weight > 0.0));
    }
}
