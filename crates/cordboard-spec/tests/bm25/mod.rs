//! Okapi BM25 over all words of each operation: what search is compared with.

use std::collections::HashMap;

const K1: f32 = 1.2;
const B: f32 = 0.75;

pub(crate) struct Bm25 {
    documents: Vec<HashMap<String, f32>>,
    lengths: Vec<f32>,
    found_in: HashMap<String, f32>,
}

impl Bm25 {
    pub(crate) fn build(texts: impl Iterator<Item = String>) -> Self {
        let mut index = Self { documents: Vec::new(), lengths: Vec::new(), found_in: HashMap::new() };
        for text in texts {
            let (mut counts, mut length) = (HashMap::new(), 0.0);
            for word in words(&text) {
                *counts.entry(word).or_default() += 1.0;
                length += 1.0;
            }
            for word in counts.keys() {
                *index.found_in.entry(word.clone()).or_default() += 1.0;
            }
            index.documents.push(counts);
            index.lengths.push(length);
        }
        index
    }

    /// The positions of the best `limit` documents, best first.
    #[expect(clippy::cast_precision_loss, reason = "there are few documents")]
    pub(crate) fn search(&self, query: &str, limit: usize) -> Vec<usize> {
        let all = self.documents.len() as f32;
        let average = self.lengths.iter().sum::<f32>() / all;
        let mut scores: Vec<(f32, usize)> = (0..self.documents.len()).map(|position| (0.0, position)).collect();
        for word in words(query) {
            let Some(found_in) = self.found_in.get(&word) else { continue };
            let idf = (1.0 + (all - found_in + 0.5) / (found_in + 0.5)).ln();
            for (score, position) in &mut scores {
                let count = self.documents[*position].get(&word).copied().unwrap_or_default();
                *score += idf * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * self.lengths[*position] / average));
            }
        }
        scores.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        scores.into_iter().take(limit).map(|(_, position)| position).collect()
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
