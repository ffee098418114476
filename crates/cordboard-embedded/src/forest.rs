//! Boosted trees: many small decisions whose votes add up to the logarithm of odds.

use serde::Deserialize;

/// Trees as learned; `names` are the measures that their decisions look at.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forest {
    #[cfg_attr(not(test), expect(dead_code, reason = "says which measure is which, for the test that compares them"))]
    pub(crate) names: Vec<String>,
    start: f32,
    trees: Vec<Vec<Node>>,
}

/// A node: `[measure, threshold, left, right]`, or `[vote]` for a leaf. Left is taken at or below the threshold.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Node {
    Decision(usize, f32, usize, usize),
    Leaf([f32; 1]),
}

impl Forest {
    /// The logarithm of the odds for these measures.
    pub(crate) fn log_odds(&self, measures: &[f32]) -> f32 {
        self.start + self.trees.iter().map(|tree| vote(tree, measures)).sum::<f32>()
    }
}

fn vote(tree: &[Node], measures: &[f32]) -> f32 {
    let mut at = 0;
    // A tree that points backwards would never end.
    for _ in 0..tree.len() {
        match tree.get(at) {
            Some(Node::Decision(measure, threshold, left, right)) => {
                let value = measures.get(*measure).copied().unwrap_or(0.0);
                at = if value <= *threshold { *left } else { *right };
            }
            Some(Node::Leaf([vote])) => return *vote,
            None => return 0.0,
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_add_up() {
        let text = r#"{"names": ["a", "b"], "start": -1.0, "trees": [[[0, 0.5, 1, 2], [0.25], [2.0]], [[1.0]]]}"#;
        let forest: Forest = serde_json::from_str(text).unwrap();
        assert!((forest.log_odds(&[0.0, 0.0]) - 0.25).abs() < 1e-6);
        assert!((forest.log_odds(&[1.0, 0.0]) - 2.0).abs() < 1e-6);
    }
}
