//! From a message to a call: choose the operation, or none, then fill its parameters; with what was said before.

use std::sync::{Mutex, PoisonError};

use cordboard_domain::consideration::{Candidate, Consideration};
use cordboard_model::chat::ToolDefinition;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::dialogue::reference::{self, Item, is_identifier, value_for};
use crate::dialogue::{Exchange, PastCall, follow_up, last_answered, lookup, question};
use crate::engine::RunError;
use crate::engine::context::Context;
use crate::engine::score::Engine;
use crate::engine::stop::Stop;
use crate::fill::form::{FILLED_FORMS, Form};
use crate::fill::slot::{Slot, slots};
use crate::fill::spans::Request;
use crate::fill::{Filled, fill, worth_asking};
use crate::reading::Reading;
use crate::route::bm25::prefilter;
use crate::route::channel::{Described, PrefixCache, neutral_prefixes, operation_prefix, predict};
use crate::route::decide::{self, Choice};
use crate::route::features::{self, Features, Heard};
use crate::route::meaning::Meanings;
use crate::route::profile::Profile;
#[cfg(feature = "training")]
use crate::training::MeasuredTexts;
use crate::weights::weights;

/// Operations that the network looks at; others are sorted out by shared words.
const LOOKED_AT: usize = 16;
/// The part of a request that is read, in bytes: what follows in longer ones is material, not the request.
const LONGEST_REQUEST: usize = 1200;
/// A message that points at an earlier result may be less sure of its operation than one that stands alone.
const POINTING_DISCOUNT: f32 = 0.5;
/// From here on a message is about something new, even where it could be the answer to a question.
const SURE: f32 = 0.9;
/// Reasons that are noted per operation.
const MOST_REASONS: usize = 4;

/// What a message asks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Plan {
    /// Place this call; `tool` is a position among the tools.
    Call { tool: usize, arguments: Map<String, Value> },
    /// Read this first, to find what the message names; then plan again for `target`.
    Lookup { tool: usize, arguments: Map<String, Value>, target: usize },
    /// This operation is meant but the message lacks values.
    Incomplete { tool: usize, missing: Vec<String> },
    /// Several things that were found may be meant, or none is.
    Unclear { tool: usize, found: Vec<Value> },
    /// No operation fits; the positions of the nearest ones, best first.
    Nothing { nearest: Vec<usize> },
}

/// A plan with how it came about.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    /// Absent where no operations were weighed.
    pub(crate) consideration: Option<Consideration>,
}

/// Everything that a plan is made from.
pub(crate) struct Situation<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) tools: Vec<Described<'a>>,
    /// The last one is the present message.
    pub(crate) exchanges: Vec<Exchange<'a>>,
    pub(crate) today: Date,
    pub(crate) stop: &'a Stop<'a>,
    /// Hears what the planner is busy with.
    pub(crate) progress: &'a (dyn Fn(String) + Sync),
}

impl<'a> Situation<'a> {
    fn earlier(&self) -> &[Exchange<'a>] {
        self.exchanges.split_last().map_or(&[], |(_, earlier)| earlier)
    }

    fn message(&self) -> &'a str {
        self.exchanges.last().map_or("", |exchange| beginning(exchange.user, LONGEST_REQUEST))
    }

    fn definitions(&self) -> Vec<&'a ToolDefinition> {
        self.tools.iter().map(|each| each.tool).collect()
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.tools.iter().position(|each| each.tool.name == name)
    }
}

/// The network with the texts that it has read for planning.
pub(crate) struct Planner {
    prefixes: Mutex<PrefixCache>,
    filled_forms: Mutex<Option<Context>>,
    meanings: Mutex<Meanings>,
}

/// Operations in the order in which they fit; `indices` are the positions of those that were looked at.
pub(crate) struct Weighed {
    pub(crate) indices: Vec<usize>,
    pub(crate) choice: Choice,
}

impl Weighed {
    fn best(&self) -> Option<usize> {
        self.choice.ranked.first().map(|best| self.indices[best.index])
    }

    fn is_meant(&self, threshold: f32) -> bool {
        self.choice.any >= threshold
    }

    fn in_order(&self) -> Vec<usize> {
        self.choice.ranked.iter().map(|ranked| self.indices[ranked.index]).collect()
    }
}

impl Planner {
    pub(crate) fn new() -> Self {
        Self { prefixes: Mutex::default(), filled_forms: Mutex::default(), meanings: Mutex::default() }
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
        let described = tools.iter().take(LOOKED_AT).map(|tool| Described { tool, about: "" });
        let texts = described.map(operation_prefix).collect::<Vec<_>>();
        let mut prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
        prefixes.read(engine, &texts, stop).map(drop)
    }

    /// Plans what to do about the last message.
    pub(crate) fn plan(&self, situation: &Situation<'_>) -> Result<Planned, RunError> {
        let reading = Reading::of(situation.message());
        let plural = if situation.tools.len() == 1 { "" } else { "s" };
        (situation.progress)(format!("Choosing among {} operation{plural}", situation.tools.len()));
        let weighed = self.weigh(situation.engine, &reading, &situation.tools, situation.stop)?;
        let (plan, why) = self.decide(situation, &reading, &weighed)?;
        let consideration = consideration(situation, &weighed, outcome(situation, &plan, why));
        Ok(Planned { plan, consideration: Some(consideration) })
    }

    /// Goes on after a lookup for `target`, whose result is the last of the present exchange.
    pub(crate) fn resume(&self, situation: &Situation<'_>, target: usize, result: &Value) -> Result<Planned, RunError> {
        let reading = Reading::of(situation.message());
        let items = reference::meant(&reading, result);
        let plan = match items.as_slice() {
            [only] => self.with_item(situation, &reading, target, *only)?,
            [] => Plan::Unclear { tool: target, found: Vec::new() },
            several => Plan::Unclear { tool: target, found: several.iter().map(|item| item.value.clone()).collect() },
        };
        Ok(Planned { plan, consideration: None })
    }

    fn with_item(
        &self,
        situation: &Situation<'_>,
        reading: &Reading,
        target: usize,
        item: Item<'_>,
    ) -> Result<Plan, RunError> {
        let tool = situation.tools[target];
        let mut filled = self.fill(situation.engine, reading, tool, situation.today, situation.stop)?;
        for slot in open(&slots(&tool.tool.parameters), &filled) {
            if let Some(value) = value_for(slot, item) {
                put(&mut filled, slot, value);
            }
        }
        Ok(finished(target, filled))
    }

    /// What the message asks for, with a word on why where that is not the best operation by itself.
    fn decide(
        &self,
        situation: &Situation<'_>,
        reading: &Reading,
        weighed: &Weighed,
    ) -> Result<(Plan, &'static str), RunError> {
        let threshold = weights().threshold;
        if let Some(plan) = self.answer_to_question(situation, reading, weighed)? {
            return Ok((plan, "the message answers the question before"));
        }
        if let Some(plan) = self.changed_call(situation, reading, weighed)? {
            return Ok((plan, "the message changes a part of the call before"));
        }
        let points = reference::points(reading) && last_answered(situation.earlier()).is_some();
        let least = if points { threshold * POINTING_DISCOUNT } else { threshold };
        match weighed.best().filter(|_| weighed.is_meant(least)) {
            Some(tool) => Ok((self.complete(situation, reading, tool)?, "")),
            None => Ok((Plan::Nothing { nearest: weighed.in_order() }, "")),
        }
    }

    /// The call for whose values the assistant asked, with what the message gives.
    fn answer_to_question(
        &self,
        situation: &Situation<'_>,
        reading: &Reading,
        weighed: &Weighed,
    ) -> Result<Option<Plan>, RunError> {
        let Some(before) = situation.earlier().last() else { return Ok(None) };
        let Some(tool) = question::asked_about(before.said, &situation.definitions()) else { return Ok(None) };
        let is_new = weighed.best() != Some(tool) && weighed.is_meant(SURE);
        if !follow_up::may_answer(reading) || is_new || crate::dialogue::social::social(reading).is_some() {
            return Ok(None);
        }
        // A second question may follow the first; all that was said since belongs together.
        let asked = |each: &&Exchange<'_>| question::asked_about(each.said, &situation.definitions()) == Some(tool);
        let earlier = situation.earlier().iter().rev().take_while(asked).map(|each| each.user).collect::<Vec<_>>();
        let texts = earlier
            .into_iter()
            .rev()
            .chain([reading.text.as_str()])
            .map(|text| text.trim_end_matches(['.', '?', '!', ' ']));
        let whole = texts.collect::<Vec<_>>().join(". ");
        let described = situation.tools[tool];
        let both = self.fill(situation.engine, &Reading::of(&whole), described, situation.today, situation.stop)?;
        let own = self.fill(situation.engine, reading, described, situation.today, situation.stop)?;
        // What the message itself gives counts more than what both give together.
        Ok(Some(finished(tool, merged(both, own, &slots(&described.tool.parameters)))))
    }

    /// The call before with the parts that the message changes; none where it changes nothing.
    fn changed_call(
        &self,
        situation: &Situation<'_>,
        reading: &Reading,
        weighed: &Weighed,
    ) -> Result<Option<Plan>, RunError> {
        if !follow_up::changes_a_part(reading) || crate::dialogue::social::social(reading).is_some() {
            return Ok(None);
        }
        let past = situation.earlier().iter().rev().flat_map(|each| each.calls.iter().rev()).next();
        let Some((past, tool)) = past.and_then(|past| Some((past, situation.position(past.tool)?))) else {
            return Ok(None);
        };
        if weighed
            .best()
            .is_some_and(|best| best != tool && situation.tools[best].tool.plugin != situation.tools[tool].tool.plugin)
            && weighed.is_meant(SURE)
        {
            return Ok(None);
        }
        let described = situation.tools[tool];
        let changed = self.fill(situation.engine, reading, described, situation.today, situation.stop)?;
        Ok(with_changes(past, changed).map(|arguments| Plan::Call { tool, arguments }))
    }

    /// Fills the operation's parameters, with what an earlier result or a lookup gives.
    fn complete(&self, situation: &Situation<'_>, reading: &Reading, index: usize) -> Result<Plan, RunError> {
        let described = situation.tools[index];
        (situation.progress)(format!("Filling in {}", described.tool.operation));
        let mut filled = self.fill(situation.engine, reading, described, situation.today, situation.stop)?;
        let all = slots(&described.tool.parameters);
        let points = reference::points(reading);
        let same_plugin = |past: &&PastCall<'_>| {
            situation.position(past.tool).is_some_and(|at| situation.tools[at].tool.plugin == described.tool.plugin)
        };
        let shown = last_answered(situation.earlier()).filter(same_plugin).and_then(|past| past.result.as_ref());
        for slot in open(&all, &filled) {
            let items = shown.map(|result| reference::meant(reading, result)).unwrap_or_default();
            if let ([only], true) = (items.as_slice(), points || is_identifier(slot))
                && let Some(value) = value_for(slot, *only)
            {
                put(&mut filled, slot, value);
            }
        }
        let Some(open) = open(&all, &filled).into_iter().find(|slot| is_identifier(slot)) else {
            return Ok(finished(index, filled));
        };
        let read = lookup::read_for(described.tool, open, &filled.arguments, &situation.definitions());
        match read.filter(|_| filled.missing.iter().all(|missing| *missing == open.words())) {
            Some((tool, arguments)) => Ok(Plan::Lookup { tool, arguments, target: index }),
            None => Ok(finished(index, filled)),
        }
    }

    /// The arguments that a request gives to an operation.
    pub(crate) fn fill(
        &self,
        engine: &Engine,
        reading: &Reading,
        described: Described<'_>,
        today: Date,
        stop: &Stop<'_>,
    ) -> Result<Filled, RunError> {
        let tool = described.tool;
        let slots = worth_asking(&tool.parameters);
        if slots.is_empty() || reading.words.is_empty() {
            return Ok(Filled::default());
        }
        let filled_forms = self.filled_forms(engine)?;
        let form = Form::begin(engine, &filled_forms, &reading.text, &reading.words, &tool.operation, stop)?;
        fill(&form, &Request::new(&reading.text, &reading.words), &tool.operation, &slots, today)
    }

    /// For learning: the measures of what each text parameter may take.
    #[cfg(feature = "training")]
    pub(crate) fn measured_texts(
        &self,
        engine: &Engine,
        reading: &Reading,
        tool: &ToolDefinition,
        today: Date,
        stop: &Stop<'_>,
    ) -> Result<Vec<MeasuredTexts>, RunError> {
        let slots = worth_asking(&tool.parameters);
        if slots.is_empty() || reading.words.is_empty() {
            return Ok(Vec::new());
        }
        let filled_forms = self.filled_forms(engine)?;
        let form = Form::begin(engine, &filled_forms, &reading.text, &reading.words, &tool.operation, stop)?;
        crate::fill::measured_texts(&form, &Request::new(&reading.text, &reading.words), &tool.operation, &slots, today)
    }

    /// Ranks the operations that are worth a look.
    pub(crate) fn weigh(
        &self,
        engine: &Engine,
        reading: &Reading,
        tools: &[Described<'_>],
        stop: &Stop<'_>,
    ) -> Result<Weighed, RunError> {
        let indices = prefilter(&reading.stems, tools, LOOKED_AT);
        let candidates = indices.iter().map(|index| tools[*index]).collect::<Vec<_>>();
        let heard = self.hear(engine, &reading.text, &candidates, stop)?;
        let measured = self.measure(engine, reading, &candidates, &heard)?;
        Ok(Weighed { indices, choice: decide::choose(&measured, weights()) })
    }

    /// What the network says of each operation.
    pub(crate) fn hear(
        &self,
        engine: &Engine,
        request: &str,
        candidates: &[Described<'_>],
        stop: &Stop<'_>,
    ) -> Result<Vec<Heard>, RunError> {
        let mut prefixes = self.prefixes.lock().unwrap_or_else(PoisonError::into_inner);
        predict(engine, &mut prefixes, request, candidates, stop)
    }

    /// The measures of each operation.
    pub(crate) fn measure(
        &self,
        engine: &Engine,
        reading: &Reading,
        candidates: &[Described<'_>],
        heard: &[Heard],
    ) -> Result<Vec<Features>, RunError> {
        let profiles = candidates.iter().map(|each| Profile::of(each.tool, each.about)).collect::<Vec<_>>();
        let mut meanings = self.meanings.lock().unwrap_or_else(PoisonError::into_inner);
        let mut nearness = Vec::with_capacity(profiles.len());
        for profile in &profiles {
            nearness.push(meanings.nearest(engine, &reading.telling_words, &profile.telling_words)?);
        }
        Ok(features::measure(reading, &profiles, heard, &nearness))
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

/// Whether a required parameter still wants a value: it has none, or plain words where a key is wanted.
fn is_open(slot: &Slot, filled: &Filled) -> bool {
    match filled.arguments.get(&slot.name) {
        None => true,
        Some(Value::String(text)) => {
            is_identifier(slot) && text.chars().all(|each| each.is_lowercase() || each.is_whitespace())
        }
        Some(_) => false,
    }
}

/// The required parameters that still want a value.
fn open<'a>(slots: &'a [Slot], filled: &Filled) -> Vec<&'a Slot> {
    slots.iter().filter(|slot| slot.required && is_open(slot, filled)).collect()
}

fn put(filled: &mut Filled, slot: &Slot, value: Value) {
    filled.arguments.insert(slot.name.clone(), value);
    filled.missing.retain(|missing| *missing != slot.words());
}

fn finished(tool: usize, filled: Filled) -> Plan {
    if filled.missing.is_empty() {
        Plan::Call { tool, arguments: filled.arguments }
    } else {
        Plan::Incomplete { tool, missing: filled.missing }
    }
}

/// `own` over `both`; missing is what neither has.
fn merged(mut both: Filled, own: Filled, slots: &[Slot]) -> Filled {
    for (name, value) in own.arguments {
        let is_default = slots.iter().any(|slot| slot.name == name && slot.default.as_ref() == Some(&value));
        if !is_default {
            both.arguments.insert(name, value);
        }
    }
    let missing = slots.iter().filter(|slot| slot.required && !both.arguments.contains_key(&slot.name));
    both.missing = missing.map(Slot::words).collect();
    both
}

/// The arguments of the call before with the changed ones; none where nothing is different.
fn with_changes(past: &PastCall<'_>, changed: Filled) -> Option<Map<String, Value>> {
    let mut arguments = past.arguments.clone();
    arguments.extend(changed.arguments);
    (arguments != past.arguments).then_some(arguments)
}

fn consideration(situation: &Situation<'_>, weighed: &Weighed, outcome: String) -> Consideration {
    let ranked = &weighed.choice.ranked;
    let next = |place: usize| ranked.get(usize::from(place == 0)).map_or(0.0, |other| other.score);
    let candidates = ranked.iter().enumerate().take(Consideration::MOST_CANDIDATES).map(|(place, each)| Candidate {
        tool: situation.tools[weighed.indices[each.index]].tool.name.clone(),
        share: thousandths(each.share),
        margin: hundredths(each.score - next(place)),
        reasons: each
            .reasons(weights())
            .into_iter()
            .take(MOST_REASONS)
            .map(|(name, part)| format!("{part:+.2} {name}"))
            .collect(),
    });
    Consideration {
        candidates: candidates.collect(),
        any: thousandths(weighed.choice.any),
        threshold: thousandths(weights().threshold),
        outcome,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and 1000.
fn thousandths(share: f32) -> u16 {
    (share.clamp(0.0, 1.0) * 1000.0).round() as u16
}

#[allow(clippy::cast_possible_truncation)] // Scores stay within a few hundred.
fn hundredths(score: f32) -> i32 {
    (score * 100.0).round() as i32
}

/// What followed, for the trace.
fn outcome(situation: &Situation<'_>, plan: &Plan, why: &str) -> String {
    let name = |tool: usize| situation.tools[tool].tool.operation.as_str();
    let because = if why.is_empty() { String::new() } else { format!(", because {why}") };
    match plan {
        Plan::Call { tool, .. } => format!("Called {}{because}.", name(*tool)),
        Plan::Lookup { tool, target, .. } => {
            format!("Called {} first, to find what {} needs{because}.", name(*tool), name(*target))
        }
        Plan::Incomplete { tool, missing } => {
            format!("Called nothing: {} needs the {}{because}.", name(*tool), question::joined(missing))
        }
        Plan::Unclear { tool, .. } => format!("Called nothing: what {} is meant for is unclear{because}.", name(*tool)),
        Plan::Nothing { .. } if situation.tools.is_empty() => "Called nothing: no plugin is switched on.".to_owned(),
        Plan::Nothing { .. } => "Called nothing: no operation is likely enough to be meant.".to_owned(),
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
