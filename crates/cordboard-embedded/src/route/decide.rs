//! Chooses among operations, or abstains: probabilities, shared words and missing numbers on one scale.

use cordboard_model::chat::ToolDefinition;

use super::channel::Predictions;
use crate::words::{content_stems, identifier_words, is_stem_of, stem, words};

/// What a shared word is worth, by where the operation has it; in units of log probability.
const SHARED_WITH_NAME: f32 = 2.0;
const SHARED_WITH_DESCRIPTION: f32 = 1.0;
const SHARED_WITH_EXAMPLE: f32 = 1.0;
/// Each required number that the request does not hold.
const MISSING_NUMBER: f32 = 8.0;
/// An operation that destroys something although nothing in the request says so.
const UNASKED_DESTRUCTION: f32 = 6.0;
/// An operation that changes something although the request has no word of its kind.
const UNASKED_CHANGE: f32 = 4.0;
/// Verbs of operations that change something, each with what people say when they mean it.
const CHANGES: [(&[&str], &[&str]); 3] = [
    (
        &["book", "reserve", "order", "buy", "purchase"],
        &["book", "booking", "reserve", "reservation", "order", "buy", "purchase", "take", "get", "want"],
    ),
    (
        &["send", "post", "share", "submit"],
        &["send", "post", "share", "submit", "tell", "write", "mail", "message", "let"],
    ),
    (
        &["update", "change", "edit", "rename", "move"],
        &["update", "change", "edit", "rename", "move", "make", "set", "mark"],
    ),
];
/// Verbs of operations that destroy, and what people say when they mean them.
const DESTROYS: [&str; 9] = ["delete", "remove", "cancel", "clear", "erase", "drop", "reset", "discard", "purge"];
const ASKS_TO_DESTROY: [&str; 26] = [
    "delete", "remove", "cancel", "clear", "erase", "drop", "reset", "discard", "purge", "forget", "cross", "strike",
    "scratch", "scrap", "rid", "done", "finished", "bin", "trash", "undo", "tick", "away", "off", "longer", "anymore",
    "already",
];
/// How much better than no operation the best one must be, with example requests and without.
const LEAST_MARGIN: f32 = 6.0;
const LEAST_MARGIN_WITHOUT_EXAMPLES: f32 = 7.0;

/// An operation with how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fit {
    /// Position among the operations.
    pub(crate) index: usize,
    /// How much better than no operation at all.
    pub(crate) margin: f32,
    /// Whether that is enough.
    pub(crate) is_meant: bool,
}

/// The best operation, whether or not it is good enough.
pub(crate) fn best(request: &str, numbers: usize, tools: &[&ToolDefinition], predictions: &Predictions) -> Option<Fit> {
    let profiles = tools.iter().map(|tool| Profile::of(tool)).collect::<Vec<_>>();
    let shared = shared_words(request, &profiles);
    let fits = tools.iter().zip(&predictions.operations).zip(shared).enumerate();
    let fits = fits.map(|(index, ((tool, prediction), shared))| {
        let (neutral, least) = if tool.examples.is_empty() {
            (predictions.neutral, LEAST_MARGIN_WITHOUT_EXAMPLES)
        } else {
            (predictions.neutral_with_examples, LEAST_MARGIN)
        };
        let against =
            missing_numbers(tool, numbers) + unasked_destruction(request, tool) + unasked_change(request, tool);
        let margin = prediction - neutral + shared - against;
        Fit { index, margin, is_meant: margin >= least }
    });
    fits.max_by(|left, right| left.margin.total_cmp(&right.margin))
}

/// The stems of an operation, by where it has them.
struct Profile {
    name: Vec<String>,
    description: Vec<String>,
    examples: Vec<String>,
}

impl Profile {
    fn of(tool: &ToolDefinition) -> Self {
        Self {
            name: identifier_words(&tool.operation).iter().map(|word| stem(word)).collect(),
            description: content_stems(&tool.description),
            examples: content_stems(&tool.examples.join(". ")),
        }
    }

    fn worth(&self, word: &String) -> f32 {
        if self.name.contains(word) {
            SHARED_WITH_NAME
        } else if self.description.contains(word) {
            SHARED_WITH_DESCRIPTION
        } else if self.examples.contains(word) {
            SHARED_WITH_EXAMPLE
        } else {
            0.0
        }
    }
}

/// What the words shared with the request are worth to each operation; the rarer, the more.
#[allow(clippy::cast_precision_loss)] // Operations are few.
fn shared_words(request: &str, profiles: &[Profile]) -> Vec<f32> {
    let mut stems = content_stems(request);
    stems.sort_unstable();
    stems.dedup();
    let rarity = |word: &String| {
        let holders = profiles.iter().filter(|profile| profile.worth(word) > 0.0).count() as f32;
        1.0 + (1.0 + (profiles.len() as f32 - holders + 0.5) / (holders + 0.5)).ln()
    };
    let rarities = stems.iter().map(rarity).collect::<Vec<_>>();
    let sum = |profile: &Profile| stems.iter().zip(&rarities).map(|(word, rarity)| profile.worth(word) * rarity).sum();
    profiles.iter().map(sum).collect()
}

/// Nothing is destroyed on a guess.
fn unasked_destruction(request: &str, tool: &ToolDefinition) -> f32 {
    let verb = identifier_words(&tool.operation).into_iter().next().unwrap_or_default();
    let destroys = !tool.reads_only && DESTROYS.contains(&verb.as_str());
    let words = words(request);
    // "I must not forget" asks for the opposite.
    let negated =
        |index: usize| index > 0 && matches!(words[index - 1].text.to_lowercase().as_str(), "not" | "don't" | "never");
    let asked =
        words.iter().enumerate().any(|(index, word)| is_stem_of(&word.stem, &ASKS_TO_DESTROY) && !negated(index));
    if destroys && !asked { UNASKED_DESTRUCTION } else { 0.0 }
}

/// Nothing is booked, sent or changed on a guess either.
fn unasked_change(request: &str, tool: &ToolDefinition) -> f32 {
    let verb = identifier_words(&tool.operation).into_iter().next().unwrap_or_default();
    let kind = CHANGES.iter().find(|(verbs, _)| !tool.reads_only && verbs.contains(&verb.as_str()));
    let asked = |said: &[&str]| words(request).iter().any(|word| is_stem_of(&word.stem, said));
    match kind {
        Some((_, said)) if !asked(said) => UNASKED_CHANGE,
        Some(_) | None => 0.0,
    }
}

#[allow(clippy::cast_precision_loss)] // An operation has few parameters.
fn missing_numbers(tool: &ToolDefinition, given: usize) -> f32 {
    let required = tool.parameters["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
    let numeric = required.filter(|name| {
        let schema = &tool.parameters["properties"][*name];
        matches!(schema["type"].as_str(), Some("integer" | "number")) && schema["enum"].is_null()
    });
    numeric.count().saturating_sub(given) as f32 * MISSING_NUMBER
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(operation: &str, description: &str, examples: &[&str]) -> ToolDefinition {
        ToolDefinition {
            name: operation.to_owned(),
            operation: operation.to_owned(),
            plugin: "P".to_owned(),
            description: description.to_owned(),
            parameters: json!({"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}),
            examples: examples.iter().map(|example| (*example).to_owned()).collect(),
            reads_only: true,
        }
    }

    #[test]
    fn nothing_is_destroyed_unasked() {
        let delete = ToolDefinition { reads_only: false, ..tool("deleteItem", "Remove an item", &[]) };
        assert!(unasked_destruction("put milk on my list", &delete) > 0.0);
        assert!(unasked_destruction("do not forget the milk", &delete) > 0.0);
        assert!(unasked_destruction("cross off the milk", &delete) < 0.1);
        assert!(unasked_destruction("put milk on my list", &tool("addItem", "", &[])) < 0.1);
    }

    #[test]
    fn nothing_is_booked_unasked() {
        let book = ToolDefinition { reads_only: false, ..tool("bookHotel", "Book a room", &[]) };
        assert!(unasked_change("where should I stay in Rome", &book) > 0.0);
        assert!(unasked_change("reserve a room in Rome", &book) < 0.1);
        assert!(unasked_change("where should I stay", &tool("bookHotel", "", &[])) < 0.1);
    }

    #[test]
    fn words_missing_numbers_and_margins() {
        let tools = [
            tool("addItem", "Add an item to the list", &["x"]),
            tool("removeItem", "Remove an item from the list", &["x"]),
        ];
        let tools = tools.iter().collect::<Vec<_>>();
        let predictions = Predictions { operations: vec![-20.0, -20.5], neutral: -90.0, neutral_with_examples: -23.0 };
        let fit = best("remove milk from my list", 1, &tools, &predictions).unwrap();
        assert_eq!((fit.index, fit.is_meant), (1, true));
        let lacking = best("remove milk from my list", 0, &tools, &predictions).unwrap();
        assert!(!lacking.is_meant && (fit.margin - lacking.margin - MISSING_NUMBER).abs() < 1e-3);
    }
}
