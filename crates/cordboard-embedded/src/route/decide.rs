//! Ranks operations by their measures, and says how likely it is that any is meant.

use super::features::{Features, NAMES, NAMES_OF_BEST};
use crate::weights::Weights;

/// Operations in the order in which they fit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    /// The best first.
    pub(crate) ranked: Vec<Ranked>,
    /// How likely it is that any operation is meant, between 0 and 1.
    pub(crate) any: f32,
}

/// An operation with how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    /// Position among the operations.
    pub(crate) index: usize,
    pub(crate) score: f32,
    /// How likely it is the one meant, if any is, between 0 and 1.
    pub(crate) share: f32,
    pub(crate) features: Features,
}

/// Ranks operations by their measures; none gives an empty choice.
pub(crate) fn choose(measured: &[Features], weights: &Weights) -> Choice {
    let scores = measured.iter().map(|features| product(features, &weights.choice)).collect::<Vec<_>>();
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total = scores.iter().map(|score| (score - highest).exp()).sum::<f32>();
    let mut ranked = measured
        .iter()
        .zip(&scores)
        .enumerate()
        .map(|(index, (features, score))| Ranked {
            index,
            score: *score,
            share: (score - highest).exp() / total,
            features: *features,
        })
        .collect::<Vec<_>>();
    ranked.sort_by(|left, right| right.score.total_cmp(&left.score).then(left.index.cmp(&right.index)));
    let any = best_features(&ranked).map_or(0.0, |features| sigmoid(weights.any.log_odds(&features)));
    Choice { ranked, any }
}

/// The measures of the best operation, and how it stands among the others.
#[allow(clippy::cast_precision_loss)] // Operations are few.
pub(crate) fn best_features(ranked: &[Ranked]) -> Option<Vec<f32>> {
    let best = ranked.first()?;
    let lead = ranked.get(1).map_or(LARGEST_LEAD, |next| (best.score - next.score).min(LARGEST_LEAD));
    let mut features = best.features.to_vec();
    features.extend([best.share, lead, (ranked.len() as f32).ln(), best.score]);
    debug_assert_eq!(features.len(), NAMES_OF_BEST.len());
    Some(features)
}

/// A lead beyond this says nothing more.
const LARGEST_LEAD: f32 = 8.0;

impl Ranked {
    /// What speaks for and against it beside `other`, strongest first: the measure and what it adds to the score.
    pub(crate) fn reasons(&self, weights: &Weights) -> Vec<(&'static str, f32)> {
        let parts = NAMES.iter().zip(&self.features).zip(&weights.choice);
        let mut parts = parts.map(|((name, value), weight)| (*name, value * weight)).collect::<Vec<_>>();
        parts.retain(|(_, part)| part.abs() >= 0.05);
        parts.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()));
        parts
    }
}

fn product(features: &[f32], weights: &[f32]) -> f32 {
    features.iter().zip(weights).map(|(feature, weight)| feature * weight).sum()
}

pub(crate) fn sigmoid(value: f32) -> f32 {
    1.0 / (1.0 + (-value).exp())
}
