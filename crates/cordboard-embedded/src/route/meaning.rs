//! How near two words are in meaning, by the network's own table of tokens.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::RunError;
use crate::engine::score::Engine;

/// Words that are kept; the table of a conversation's words stays far below.
const KEPT_WORDS: usize = 20_000;

/// Vectors of words, made when they are first asked for.
#[derive(Default)]
pub(crate) struct Meanings {
    center: Option<Arc<Vec<f32>>>,
    vectors: HashMap<String, Arc<Vec<f32>>>,
}

impl Meanings {
    /// How near each word of `words` is to the nearest of `others`: cosines between -1 and 1, 0 where there are none.
    pub(crate) fn nearest(
        &mut self,
        engine: &Engine,
        words: &[String],
        others: &[String],
    ) -> Result<Vec<f32>, RunError> {
        let others = self.vectors(engine, others)?;
        let words = self.vectors(engine, words)?;
        let best = |word: &Arc<Vec<f32>>| others.iter().map(|other| dot(word, other)).fold(0.0, f32::max);
        Ok(words.iter().map(best).collect())
    }

    fn vectors(&mut self, engine: &Engine, words: &[String]) -> Result<Vec<Arc<Vec<f32>>>, RunError> {
        if self.vectors.len() > KEPT_WORDS {
            self.vectors.clear();
        }
        let center = match &self.center {
            Some(center) => center.clone(),
            None => self.center.insert(Arc::new(engine.llama.mean_embedding()?)).clone(),
        };
        words
            .iter()
            .map(|word| {
                if let Some(known) = self.vectors.get(word) {
                    return Ok(known.clone());
                }
                let tokens = engine.vocabulary.encode(&format!(" {word}"))?;
                let vector = Arc::new(unit(&engine.llama.embed(&tokens)?, &center));
                self.vectors.insert(word.clone(), vector.clone());
                Ok(vector)
            })
            .collect()
    }
}

/// The mean of the rows without what all words share, of length 1.
fn unit(rows: &[f32], center: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0; center.len()];
    for row in rows.chunks_exact(center.len()) {
        for ((total, value), mean) in sum.iter_mut().zip(row).zip(center) {
            *total += value - mean;
        }
    }
    let length = dot(&sum, &sum).sqrt().max(1e-6);
    for value in &mut sum {
        *value /= length;
    }
    sum
}

fn dot(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_have_length_one_and_lack_what_all_share() {
        let vector = unit(&[1.0, 3.0, 1.0, 1.0], &[1.0, 1.0]);
        assert_eq!(vector, [0.0, 1.0]);
    }
}
