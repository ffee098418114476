//! The noisy channel: how well does an operation predict the request?
//!
//! Asked the other way round ("which operation fits?") a model this small answers by chance.

use std::collections::HashMap;

use cordboard_model::chat::ToolDefinition;

use crate::engine::RunError;
use crate::engine::context::Context;
use crate::engine::score::{Continuation, Engine};
use crate::engine::stop::Stop;
use crate::words::identifier_words;

/// Longest part of a description that is read.
const DESCRIPTION_CHARS: usize = 220;
/// Example requests read per operation.
const EXAMPLES: usize = 3;
/// Requests are read up to this length, in tokens.
const REQUEST_TOKENS: usize = 160;
/// Prefixes that are kept, in tokens: some 90 MB.
const KEPT_TOKENS: usize = 2048;

/// What predicts a request that needs no operation, without and with examples of such requests.
const NEUTRAL: [&str; 4] = [
    "",
    "A user wants to chat.\n",
    "A user wants this: general question, no tool needed.\n",
    "A user wants this: something else.\n",
];
const NEUTRAL_WITH_EXAMPLES: [&str; 5] = [
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

/// How well each operation, and nothing at all, predicts a request: logarithms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Predictions {
    pub(crate) operations: Vec<f32>,
    /// The best of the neutral texts, for operations without and with examples.
    pub(crate) neutral: f32,
    pub(crate) neutral_with_examples: f32,
}

/// Asks the network how well each operation predicts the request.
pub(crate) fn predict(
    engine: &Engine,
    cache: &mut PrefixCache,
    request: &str,
    tools: &[&ToolDefinition],
    stop: &Stop<'_>,
) -> Result<Predictions, RunError> {
    let with_examples = tools.iter().filter(|tool| !tool.examples.is_empty()).count();
    let mut texts = tools.iter().map(|tool| operation_prefix(tool)).collect::<Vec<_>>();
    let plain_from = texts.len();
    texts.extend(neutral(&NEUTRAL).filter(|_| with_examples < tools.len()));
    let examples_from = texts.len();
    texts.extend(neutral(&NEUTRAL_WITH_EXAMPLES).filter(|_| with_examples > 0));
    let contexts = cache.read(engine, &texts, stop)?;
    let mut tokens = engine.vocabulary.encode(request)?;
    tokens.truncate(REQUEST_TOKENS);
    tokens.extend(engine.vocabulary.encode("\"")?);
    let continuations = contexts.iter().map(|context| Continuation { context, tokens: &tokens }).collect::<Vec<_>>();
    let scores = engine.log_probabilities(&continuations, None, stop)?;
    let sums = scores.iter().map(|row| row.iter().map(|(own, _)| own).sum::<f32>()).collect::<Vec<_>>();
    Ok(Predictions {
        operations: sums[..plain_from].to_vec(),
        neutral: best(&sums[plain_from..examples_from]),
        neutral_with_examples: best(&sums[examples_from..]),
    })
}

/// The texts without any operation; worth reading before the first request comes.
pub(crate) fn neutral_prefixes() -> Vec<String> {
    neutral(&NEUTRAL).chain(neutral(&NEUTRAL_WITH_EXAMPLES)).collect()
}

fn neutral(texts: &[&str]) -> impl Iterator<Item = String> {
    texts.iter().map(|text| format!("{text}{ASK}"))
}

fn best(scores: &[f32]) -> f32 {
    scores.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

/// What the request is read after, for an operation.
pub(crate) fn operation_prefix(tool: &ToolDefinition) -> String {
    let name = identifier_words(&tool.operation).join(" ");
    let description = first_chars(tool.description.trim(), DESCRIPTION_CHARS);
    let description = description.trim_end_matches('.');
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
