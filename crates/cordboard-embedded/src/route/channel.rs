//! The noisy channel: how well does an operation predict the request?
//!
//! Asked the other way round ("which operation fits?") a model this small answers by chance.

use std::collections::HashMap;

use cordboard_model::chat::ToolDefinition;

use super::features::Heard;
use crate::engine::RunError;
use crate::engine::context::Context;
use crate::engine::score::{Continuation, Engine};
use crate::engine::stop::Stop;
use crate::words::identifier_words;

/// Longest part of a description that is read.
const DESCRIPTION_CHARS: usize = 220;
/// A description shorter than this is followed by that of the plugin, which is read up to a length; in characters.
const SCANT_DESCRIPTION: usize = 60;
const ABOUT_CHARS: usize = 160;
/// Example requests read per operation.
const EXAMPLES: usize = 3;
/// Requests are read up to this length, in tokens.
const REQUEST_TOKENS: usize = 160;
/// Prefixes that are kept, in tokens: some 190 MB.
const KEPT_TOKENS: usize = 4096;

/// What predicts a request that needs no operation.
const NEUTRAL: [&str; 6] = [
    "",
    "A user wants to chat.\nThe user said: \"Hi there, how are you today?\"\n\
     The user said: \"Great answer, I am glad\"\nThe user said: \"See you soon, bye\"\n",
    "A user wants this: general question, no tool needed.\nThe user said: \"Who painted the Mona Lisa?\"\n\
     The user said: \"Explain how a volcano works\"\nThe user said: \"How much is 12 plus 7?\"\n",
    "A user wants this: something else.\nThe user said: \"I had soup for lunch\"\n\
     The user said: \"We went to Greece with friends and it was lovely\"\nThe user said: \"My dog was ill yesterday\"\n",
    "A user wants to know this assistant.\nThe user said: \"Who are you?\"\n\
     The user said: \"What are you able to do?\"\nThe user said: \"How does this work?\"\n",
    "A user wants this: write a text.\nThe user said: \"Tell me a joke about cats\"\n\
     The user said: \"Say 'thank you' in French\"\nThe user said: \"Write a story in which a dragon flies\"\n",
];
const ASK: &str = "The user said: \"";

/// Prefixes that were read before, the least recently used leave first.
#[derive(Default)]
pub(crate) struct PrefixCache {
    entries: HashMap<String, (Context, u64)>,
    clock: u64,
}

/// What the network looks at of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Described<'a> {
    pub(crate) tool: &'a ToolDefinition,
    /// What its plugin says of itself.
    pub(crate) about: &'a str,
}

/// Asks the network how well each operation predicts the request.
pub(crate) fn predict(
    engine: &Engine,
    cache: &mut PrefixCache,
    request: &str,
    tools: &[Described<'_>],
    stop: &Stop<'_>,
) -> Result<Vec<Heard>, RunError> {
    let mut texts = tools.iter().map(|each| operation_prefix(*each)).collect::<Vec<_>>();
    texts.extend(neutral_prefixes());
    let contexts = cache.read(engine, &texts, stop)?;
    let mut tokens = engine.vocabulary.encode(request)?;
    tokens.truncate(REQUEST_TOKENS);
    tokens.extend(engine.vocabulary.encode("\"")?);
    let continuations = contexts.iter().map(|context| Continuation { context, tokens: &tokens }).collect::<Vec<_>>();
    let scores = engine.log_probabilities(&continuations, None, stop)?;
    let sums = scores.iter().map(|row| row.iter().map(|(own, _)| own).sum::<f32>()).collect::<Vec<_>>();
    let (operations, neutral) = sums.split_at(tools.len());
    let neutral = best(neutral);
    Ok(operations.iter().map(|prediction| Heard { prediction: *prediction, neutral, tokens: tokens.len() }).collect())
}

/// The texts without any operation; worth reading before the first request comes.
pub(crate) fn neutral_prefixes() -> Vec<String> {
    NEUTRAL.iter().map(|text| format!("{text}{ASK}")).collect()
}

fn best(scores: &[f32]) -> f32 {
    scores.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

/// What the request is read after, for an operation.
pub(crate) fn operation_prefix(described: Described<'_>) -> String {
    let Described { tool, about } = described;
    let name = identifier_words(&tool.operation).join(" ");
    let mut description = first_chars(tool.description.trim(), DESCRIPTION_CHARS);
    if description.len() < SCANT_DESCRIPTION {
        // An operation that says little is what its plugin is.
        let about = first_chars(about, ABOUT_CHARS);
        description = format!("{} {}: {about}", description.trim_end_matches('.'), tool.plugin);
    }
    let description = description.trim().trim_end_matches('.');
    let mut text = format!("A user wants this: {name}. {description}.\n");
    for example in tool.examples.iter().take(EXAMPLES) {
        text.push_str(ASK);
        text.push_str(&example.replace('"', "'"));
        text.push_str("\"\n");
    }
    text.push_str(ASK);
    text
}

/// The beginning of a text, without line breaks.
pub(crate) fn first_chars(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}

impl PrefixCache {
    /// The contexts of all texts; those unknown are read together.
    pub(crate) fn read(
        &mut self,
        engine: &Engine,
        texts: &[String],
        stop: &Stop<'_>,
    ) -> Result<Vec<Context>, RunError> {
        let unknown = texts.iter().filter(|text| !self.entries.contains_key(*text)).cloned().collect::<Vec<_>>();
        let fresh = engine.read_all(None, &unknown, stop)?;
        self.clock += 1;
        for (text, context) in unknown.into_iter().zip(fresh) {
            self.entries.insert(text, (context, self.clock));
        }
        let mut contexts = Vec::with_capacity(texts.len());
        for text in texts {
            if let Some((context, used)) = self.entries.get_mut(text) {
                *used = self.clock;
                contexts.push(context.clone());
            }
        }
        self.forget();
        Ok(contexts)
    }

    /// Drops the least recently used until the rest is small enough.
    fn forget(&mut self) {
        let mut tokens = self.entries.values().map(|(context, _)| context.own_length()).sum::<usize>();
        while tokens > KEPT_TOKENS {
            let oldest =
                self.entries.iter().filter(|(_, (_, used))| *used < self.clock).min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(text, _)| text.clone()) else { return };
            if let Some((context, _)) = self.entries.remove(&oldest) {
                tokens -= context.own_length();
            }
        }
    }
}
