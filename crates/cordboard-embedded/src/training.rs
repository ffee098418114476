//! The measures of requests, for learning the weights; see `training/README.md`.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use cordboard_model::chat::ToolDefinition;
use jiff::civil::Date;
use serde_json::Value;

use crate::engine::stop::Stop;
use crate::fill::measures;
use crate::provider::EmbeddedModel;
use crate::reading::Reading;
use crate::route::channel::{Described, operation_prefix};
use crate::route::features::{Heard, NAMES, NAMES_OF_BEST};

/// The day of all training requests.
const TODAY: Date = jiff::civil::date(2026, 4, 15);

/// A text parameter's name, and what it may take with its measures.
pub type MeasuredTexts = (String, Vec<(String, [f32; measures::NAMES.len()])>);

/// What the network said before, by a digest of what it was asked; saves most of the time of a second run.
pub type Memory = HashMap<u64, Vec<f32>>;

/// The names of the measures of an operation.
pub fn names() -> &'static [&'static str] {
    &NAMES
}

/// The names of the measures of the best operation.
pub fn names_of_best() -> &'static [&'static str] {
    &NAMES_OF_BEST
}

/// The names of the measures of a stretch of the request.
pub fn names_of_texts() -> &'static [&'static str] {
    &measures::NAMES
}

/// The measures of each tool, with what its plugin says of itself, for a request.
pub fn measures(
    model: &EmbeddedModel,
    request: &str,
    tools: &[(&ToolDefinition, &str)],
    memory: &mut Memory,
) -> Result<Vec<Vec<f32>>, Box<dyn std::error::Error>> {
    let parts = &*model.0;
    let reading = Reading::of(request);
    let described = tools.iter().map(|(tool, about)| Described { tool, about }).collect::<Vec<_>>();
    let mut hasher = DefaultHasher::new();
    request.hash(&mut hasher);
    for each in &described {
        operation_prefix(*each).hash(&mut hasher);
    }
    let key = hasher.finish();
    let heard = if let Some(known) = memory.get(&key) {
        recall(known)
    } else {
        let never = || false;
        let heard = parts.engine.run(|| parts.planner.hear(&parts.engine, request, &described, &Stop::when(&never)))?;
        memory.insert(key, heard.iter().flat_map(note).collect());
        heard
    };
    let measured = parts.planner.measure(&parts.engine, &reading, &described, &heard)?;
    Ok(measured.into_iter().map(|features| features.to_vec()).collect())
}

/// What each text parameter of a tool may take from the request, with its measures.
pub fn texts(
    model: &EmbeddedModel,
    request: &str,
    tool: &ToolDefinition,
) -> Result<Vec<MeasuredTexts>, Box<dyn std::error::Error>> {
    let parts = &*model.0;
    let never = || false;
    let reading = Reading::of(request);
    let stop = Stop::when(&never);
    Ok(parts.engine.run(|| parts.planner.measured_texts(&parts.engine, &reading, tool, TODAY, &stop))?)
}

/// The arguments that a request gives to a tool that is known to be meant; required ones that are missing have none.
pub fn arguments(
    model: &EmbeddedModel,
    request: &str,
    tool: &ToolDefinition,
) -> Result<Value, Box<dyn std::error::Error>> {
    let parts = &*model.0;
    let never = || false;
    let described = Described { tool, about: "" };
    let reading = Reading::of(request);
    let filled =
        parts.engine.run(|| parts.planner.fill(&parts.engine, &reading, described, TODAY, &Stop::when(&never)))?;
    Ok(Value::Object(filled.arguments))
}

#[allow(clippy::cast_precision_loss)] // Requests are short.
fn note(heard: &Heard) -> [f32; 3] {
    [heard.prediction, heard.neutral, heard.tokens as f32]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A count, as written by `note`.
fn recall(known: &[f32]) -> Vec<Heard> {
    let each = known.chunks_exact(3);
    each.map(|part| Heard { prediction: part[0], neutral: part[1], tokens: part[2] as usize }).collect()
}
