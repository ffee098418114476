//! Picks the operations worth a closer look by the words they share with the request.

use std::collections::HashMap;

use super::channel::Described;
use crate::words::{content_stems, identifier_words, stem};

const SATURATION: f32 = 1.2;
const LENGTH_SHARE: f32 = 0.75;

/// Words of an operation with their weights.
type Document = HashMap<String, f32>;

/// The positions of the `most` operations that fit best, best first; all when there are no more.
pub(crate) fn prefilter(query: &[String], tools: &[Described<'_>], most: usize) -> Vec<usize> {
    if tools.len() <= most {
        return (0..tools.len()).collect();
    }
    let documents = tools.iter().map(document).collect::<Vec<_>>();
    let mut ranked = rank(query, &documents);
    ranked.truncate(most);
    ranked
}

fn document(described: &Described<'_>) -> Document {
    let Described { tool, about } = *described;
    let mut document = Document::new();
    let mut add = |stems: Vec<String>, weight: f32| {
        for word in stems {
            *document.entry(word).or_default() += weight;
        }
    };
    add(identifier_words(&tool.operation).iter().map(|word| stem(word)).collect(), 2.0);
    add(content_stems(&tool.description), 1.0);
    add(content_stems(&tool.examples.join(". ")), 1.0);
    add(content_stems(&tool.plugin), 0.5);
    add(content_stems(about), 0.3);
    for (name, schema) in tool.parameters["properties"].as_object().into_iter().flatten() {
        add(identifier_words(name).iter().map(|word| stem(word)).collect(), 0.5);
        add(content_stems(schema["description"].as_str().unwrap_or_default()), 0.5);
    }
    document
}

#[allow(clippy::cast_precision_loss)] // Counts of operations and words are small.
fn rank(query: &[String], documents: &[Document]) -> Vec<usize> {
    let count = documents.len() as f32;
    let lengths = documents.iter().map(|document| document.values().sum::<f32>()).collect::<Vec<_>>();
    let mean = (lengths.iter().sum::<f32>() / count).max(1.0);
    let rarity = |word: &String| {
        let holders = documents.iter().filter(|document| document.contains_key(word)).count() as f32;
        (1.0 + (count - holders + 0.5) / (holders + 0.5)).ln()
    };
    let rarities = query.iter().map(rarity).collect::<Vec<_>>();
    let mut scores = Vec::with_capacity(documents.len());
    for (index, (document, length)) in documents.iter().zip(&lengths).enumerate() {
        let norm = SATURATION * (1.0 - LENGTH_SHARE + LENGTH_SHARE * length / mean);
        let words = query.iter().zip(&rarities);
        let score = words.map(|(word, rarity)| {
            let weight = document.get(word).copied().unwrap_or(0.0);
            rarity * weight * (SATURATION + 1.0) / (weight + norm)
        });
        scores.push((score.sum::<f32>(), index));
    }
    scores.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    scores.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use cordboard_model::chat::ToolDefinition;
    use serde_json::json;

    use super::*;

    fn tool(operation: &str, description: &str) -> ToolDefinition {
        ToolDefinition {
            name: operation.to_owned(),
            operation: operation.to_owned(),
            plugin: "P".to_owned(),
            description: description.to_owned(),
            parameters: json!({"type": "object", "properties": {}}),
            examples: Vec::new(),
            reads_only: true,
        }
    }

    fn picked(request: &str, tools: &[ToolDefinition]) -> Vec<usize> {
        let described = tools.iter().map(|tool| Described { tool, about: "" }).collect::<Vec<_>>();
        prefilter(&content_stems(request), &described, 16)
    }

    #[test]
    fn shared_words_come_first() {
        let mut tools = (0..30).map(|n| tool(&format!("other{n}"), "Does something else")).collect::<Vec<_>>();
        tools.push(tool("searchHotels", "Find hotels in a city"));
        assert_eq!(picked("any hotel in Lisbon", &tools)[0], 30);
        assert_eq!(picked("any hotel in Lisbon", &tools).len(), 16);
    }

    #[test]
    fn few_operations_all_stay() {
        assert_eq!(picked("x", &[tool("a", ""), tool("b", "")]), [0, 1]);
    }
}
