//! From a request to a call: choose the operation, or none, then fill its parameters.

use std::sync::{Mutex, PoisonError};

use cordboard_model::chat::ToolDefinition;
use serde_json::{Map, Value};

use crate::engine::RunError;
use crate::engine::context::Context;
use crate::engine::score::Engine;
use crate::engine::stop::Stop;
use crate::fill::form::{FILLED_FORMS, Form};
use crate::fill::spans::Request;
use crate::fill::{fill, numbers, worth_asking};
use crate::route::bm25::prefilter;
use crate::route::channel::{PrefixCache, neutral_prefixes, operation_prefix, predict};
use crate::route::decide;
use crate::words::words;

/// Operations that the network looks at; others are sorted out by shared words.
const LOOKED_AT: usize = 16;

/// The part of a request that is read, in bytes: what follows in longer ones is material, not the request.
const LONGEST_REQUEST: usize = 1200;

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Plan {
    /// Place this call; `tool` is a position among the tools.
    Call { tool: usize, arguments: Map<String, Value> },
    /// This operation is meant but the request lacks values.
    Incomplete { tool: usize, missing: Vec<String> },
    /// No operation fits.
    Nothing,
}

/// The network with the texts that it has read for planning.
pub(crate) struct Planner {
    prefixes: Mutex<PrefixCache>,
    filled_forms: Mutex<Option<Context>>,
}

impl Planner {
    pub(crate) fn new() -> Self {
        Self { prefixes: Mutex::default(), filled_forms: Mutex::default() }
    }

    /// Reads everything that does not depend on a request.
    pub(crate) fn warm(&self, engine: &Engine, stop: &Stop<'_>) -> Result<(), RunError> {
        self.filled_forms(engine)?;
        let mut prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
        prefixes.read(engine, &neutral_prefixes(), stop).map(drop)
    }

    /// Also reads these operations.
    pub(crate) fn warm_tools(
        &self,
        engine: &Engine,
        tools: &[ToolDefinition],
        stop: &Stop<'_>,
    ) -> Result<(), RunError> {
        let texts = tools.iter().take(LOOKED_AT).map(operation_prefix).collect::<Vec<_>>();
        let mut prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
        prefixes.read(engine, &texts, stop).map(drop)
    }

    /// Plans the call for a request; `progress` hears what it is busy with.
    pub(crate) fn plan(
        &self,
        engine: &Engine,
        request: &str,
        tools: &[ToolDefinition],
        stop: &Stop<'_>,
        progress: &(dyn Fn(String) + Sync),
    ) -> Result<Plan, RunError> {
        let request = beginning(request, LONGEST_REQUEST);
        let words = words(request);
        let Some(fit) = self.choose(engine, request, numbers::mentions(&words).len(), tools, stop, progress)? else {
            return Ok(Plan::Nothing);
        };
        if !fit.is_meant {
            return Ok(Plan::Nothing);
        }
        let chosen = &tools[fit.index];
        let slots = worth_asking(&chosen.parameters);
        if slots.is_empty() || words.is_empty() {
            return Ok(Plan::Call { tool: fit.index, arguments: Map::new() });
        }
        progress(format!("Filling in {}", chosen.operation));
        let filled_forms = self.filled_forms(engine)?;
        let form = Form::begin(engine, &filled_forms, request, &words, &chosen.operation, stop)?;
        let filled = fill(&form, &Request::new(request, &words), &chosen.operation, &slots)?;
        Ok(if filled.missing.is_empty() {
            Plan::Call { tool: fit.index, arguments: filled.arguments }
        } else {
            Plan::Incomplete { tool: fit.index, missing: filled.missing }
        })
    }

    /// The operation that fits best.
    fn choose(
        &self,
        engine: &Engine,
        request: &str,
        numbers: usize,
        tools: &[ToolDefinition],
        stop: &Stop<'_>,
        progress: &(dyn Fn(String) + Sync),
    ) -> Result<Option<decide::Fit>, RunError> {
        let indices = prefilter(request, tools, LOOKED_AT);
        if indices.is_empty() {
            return Ok(None);
        }
        let plural = if tools.len() == 1 { "" } else { "s" };
        progress(format!("Choosing among {} operation{plural}", tools.len()));
        let candidates = indices.iter().map(|index| &tools[*index]).collect::<Vec<_>>();
        let mut prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
        let predictions = predict(engine, &mut prefixes, request, &candidates, stop)?;
        let fit = decide::best(request, numbers, &candidates, &predictions);
        Ok(fit.map(|fit| decide::Fit { index: indices[fit.index], ..fit }))
    }

    fn filled_forms(&self, engine: &Engine) -> Result<Context, RunError> {
        let mut known = self.filled_forms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(context) = &*known {
            return Ok(context.clone());
        }
        let context = engine.begin(FILLED_FORMS)?;
        *known = Some(context.clone());
        Ok(context)
    }
}

/// At most `most` bytes of a text, whole words only.
fn beginning(text: &str, most: usize) -> &str {
    let fitting = &text[..text.floor_char_boundary(most)];
    if fitting.len() == text.len() {
        text
    } else {
        fitting.rsplit_once(char::is_whitespace).map_or(fitting, |(whole, _)| whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_requests_end_with_a_whole_word() {
        assert_eq!(beginning("one two", 10), "one two");
        assert_eq!(beginning("one two three", 9), "one two");
        assert_eq!(beginning("éééé", 3), "é");
    }
}
