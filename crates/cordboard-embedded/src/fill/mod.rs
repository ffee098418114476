//! Fills an operation's parameters from a request: every value is copied or counted, none is made up.

pub(crate) mod assign;
pub(crate) mod choices;
pub(crate) mod form;
pub(crate) mod numbers;
pub(crate) mod patterns;
pub(crate) mod slot;
pub(crate) mod spans;
pub(crate) mod states;

use serde_json::{Map, Value, json};

use assign::{Candidate, assign, takes};
use choices::{label, mentioned, named_options};
use form::{Form, Line, Span};
use numbers::{Mention, Quantity};
use patterns::{Shape, iso_date, wanted_shape};
use slot::{Kind, Slot};
use spans::Request;
use states::state;

use crate::engine::RunError;
use crate::words::{identifier_words, is_stem_of, stem};

/// How much likelier than silence an option must be that the request does not name; units of log probability.
const UNNAMED_OPTION: f32 = 3.0;
/// How much likelier than silence a text must be, when it may be left out and when it may not.
const OPTIONAL_TEXT: f32 = 1.0;
const REQUIRED_TEXT: f32 = -12.0;
/// Optional parameters beyond this are left out: each costs time.
const MOST_OPTIONAL: usize = 12;

/// What became of the parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Filled {
    pub(crate) arguments: Map<String, Value>,
    /// Required parameters for which the request has no value, in words.
    pub(crate) missing: Vec<String>,
}

/// The parameters worth asking the network about.
pub(crate) fn worth_asking(parameters: &Value) -> Vec<Slot> {
    let mut optional = 0;
    let slots = slot::slots(parameters).into_iter();
    slots
        .filter(|slot| {
            optional += usize::from(!slot.required);
            slot.required || (optional <= MOST_OPTIONAL && slot.kind != Kind::Unsupported)
        })
        .collect()
}

/// Fills the parameters `slots` of `operation`.
pub(crate) fn fill(
    form: &Form<'_>,
    request: &Request<'_>,
    operation: &str,
    slots: &[Slot],
) -> Result<Filled, RunError> {
    let lines = form.lines(&slots.iter().collect::<Vec<_>>())?;
    let mut filling = Filling {
        form,
        request,
        operation: identifier_words(operation).iter().map(|word| stem(word)).collect(),
        slots,
        lines,
        mentions: numbers::mentions(request.words),
        used: vec![false; request.words.len()],
        values: vec![None; slots.len()],
    };
    filling.choices()?;
    filling.numbers()?;
    filling.number_lists();
    filling.texts()?;
    Ok(filling.finish())
}

/// A form half filled.
struct Filling<'a> {
    form: &'a Form<'a>,
    request: &'a Request<'a>,
    operation: Vec<String>,
    slots: &'a [Slot],
    lines: Vec<Line>,
    mentions: Vec<Mention>,
    /// Words of the request that some value took.
    used: Vec<bool>,
    values: Vec<Option<Value>>,
}

impl Filling<'_> {
    fn choices(&mut self) -> Result<(), RunError> {
        for (index, slot) in self.slots.iter().enumerate() {
            self.values[index] = match &slot.kind {
                Kind::Choice(options) => self.option(index, options)?,
                Kind::Boolean => match mentioned(slot, self.request.words) {
                    Some(said) => Some(json!(said)),
                    None if slot.required => Some(self.yes_or_no(index)?),
                    None => None,
                },
                Kind::List(element) => match &**element {
                    Kind::Choice(options) => {
                        let named = named_options(options, self.request.words);
                        (!named.is_empty()).then(|| json!(named))
                    }
                    Kind::Number { .. } | Kind::Boolean | Kind::Text | Kind::List(_) | Kind::Unsupported => None,
                },
                Kind::Number { .. } | Kind::Text | Kind::Unsupported => None,
            };
        }
        Ok(())
    }

    /// The option that the request names, else the default, else the likeliest one if it is likely enough.
    fn option(&self, index: usize, options: &[Value]) -> Result<Option<Value>, RunError> {
        let slot = &self.slots[index];
        let named = named_options(options, self.request.words);
        if let [only] = named.as_slice() {
            return Ok(Some((*only).clone()));
        }
        if let Some(state) = state(options, self.request.words).filter(|_| named.is_empty()) {
            return Ok(Some(state.clone()));
        }
        if named.is_empty() && (slot.default.is_some() || options.is_empty()) {
            return Ok(slot.default.clone().filter(|_| slot.required));
        }
        let open = if named.is_empty() { options.iter().collect() } else { named.clone() };
        let labels = open.iter().map(|option| label(option)).collect();
        let scores = self.form.values(&[(&self.lines[index], labels)])?.pop().unwrap_or_default();
        let best = open.iter().zip(scores).max_by(|left, right| left.1.total_cmp(&right.1));
        let likely = best.filter(|(_, score)| slot.required || !named.is_empty() || *score > UNNAMED_OPTION);
        Ok(likely.map(|(option, _)| (*option).clone()))
    }

    fn yes_or_no(&self, index: usize) -> Result<Value, RunError> {
        if let Some(default) = self.slots[index].default.clone().filter(Value::is_boolean) {
            return Ok(default);
        }
        let scores = self.form.values(&[(&self.lines[index], vec!["true".to_owned(), "false".to_owned()])])?;
        Ok(json!(scores.first().is_some_and(|row| row[0] >= row[1])))
    }

    fn numbers(&mut self) -> Result<(), RunError> {
        let indices = (0..self.slots.len()).filter(|index| matches!(self.slots[*index].kind, Kind::Number { .. }));
        let indices = indices.collect::<Vec<_>>();
        if indices.is_empty() || self.mentions.is_empty() {
            return Ok(());
        }
        let texts = self.mentions.iter().map(|mention| mention.value.to_string()).collect::<Vec<_>>();
        let asked = indices.iter().map(|index| (&self.lines[*index], texts.clone())).collect::<Vec<_>>();
        let scores = self.form.values(&asked)?;
        let candidates =
            indices.iter().zip(scores).map(|(index, scores)| Candidate { slot: &self.slots[*index], scores });
        let given = assign(&candidates.collect::<Vec<_>>(), &self.mentions, self.request.words);
        for (index, mention) in indices.into_iter().zip(given) {
            if let Some(mention) = mention {
                let mention = self.mentions[mention].clone();
                let value = if as_share(&self.slots[index], &mention) { mention.value / 100.0 } else { mention.value };
                self.values[index] = Some(number(value, &self.slots[index].kind));
                self.used[mention.first..mention.end].fill(true);
            }
        }
        Ok(())
    }

    /// Lists of numbers take the runs of numbers that are left, in order.
    fn number_lists(&mut self) {
        let mut runs = numbers::runs(&self.mentions, self.request.words);
        runs.retain(|run| run.iter().all(|mention| !self.used[mention.first]));
        // A lone number is hardly a list where there are others.
        if runs.iter().any(|run| run.len() > 1) {
            runs.retain(|run| run.len() > 1);
        }
        let mut runs = runs.into_iter();
        for (index, slot) in self.slots.iter().enumerate() {
            let Kind::List(element) = &slot.kind else { continue };
            if !matches!(**element, Kind::Number { .. }) {
                continue;
            }
            let Some(run) = runs.by_ref().find(|run| run.iter().all(|mention| takes(element, mention.value))) else {
                continue;
            };
            self.values[index] = Some(Value::Array(run.iter().map(|mention| number(mention.value, element)).collect()));
            for mention in &run {
                self.used[mention.first..mention.end].fill(true);
            }
        }
    }

    fn texts(&mut self) -> Result<(), RunError> {
        let indices = (0..self.slots.len()).filter(|index| is_text(&self.slots[*index].kind)).collect::<Vec<_>>();
        let starts = self.request.starts();
        if indices.is_empty() || starts.is_empty() {
            return Ok(());
        }
        let lines = indices.iter().map(|index| &self.lines[*index]).collect::<Vec<_>>();
        let spans = self.form.spans(&lines, &starts, &self.request.quotes)?;
        let mut offers = Vec::new();
        for (index, spans) in indices.into_iter().zip(spans) {
            let slot = &self.slots[index];
            let shape = wanted_shape(slot);
            let least = if slot.required { REQUIRED_TEXT } else { OPTIONAL_TEXT };
            for mut span in spans {
                span.score += self.request.bonus(&span, slot, shape, &self.operation);
                if span.score > least {
                    offers.push((index, span));
                }
            }
        }
        // What must be there first, then the surest offer; what overlaps it is gone.
        let must = |index: usize| self.slots[index].required;
        offers.sort_by(|left, right| must(right.0).cmp(&must(left.0)).then(right.1.score.total_cmp(&left.1.score)));
        for (index, span) in offers {
            if self.values[index].is_none() && self.request.allows(&span, &self.used) {
                self.take_text(index, &span);
            }
        }
        Ok(())
    }

    fn take_text(&mut self, index: usize, span: &Span) {
        let slot = &self.slots[index];
        if matches!(slot.kind, Kind::List(_)) {
            let parts = self.request.listed(span);
            let texts = parts.iter().map(|(first, end)| self.request.slice(*first, *end)).collect::<Vec<_>>();
            for (first, end) in &parts {
                self.used[*first..*end].fill(true);
            }
            self.values[index] = Some(json!(texts));
        } else {
            self.used[span.first..span.end].fill(true);
            let text = self.request.slice(span.first, span.end);
            self.values[index] = Some(Value::String(formatted(slot, text)));
        }
    }

    fn finish(self) -> Filled {
        let mut filled = Filled::default();
        for (slot, value) in self.slots.iter().zip(self.values) {
            match value.or_else(|| slot.default.clone().filter(|_| slot.required)) {
                Some(value) => drop(filled.arguments.insert(slot.name.clone(), value)),
                None if slot.required => filled.missing.push(slot.words()),
                None => {}
            }
        }
        filled
    }
}

fn is_text(kind: &Kind) -> bool {
    match kind {
        Kind::Text => true,
        Kind::List(element) => **element == Kind::Text,
        Kind::Number { .. } | Kind::Boolean | Kind::Choice(_) | Kind::Unsupported => false,
    }
}

fn formatted(slot: &Slot, text: &str) -> String {
    let demands_iso = slot.format.as_deref() == Some("date") || slot.description.contains("YYYY-MM-DD");
    let iso = (wanted_shape(slot) == Some(Shape::Date) && demands_iso).then(|| iso_date(text)).flatten();
    iso.unwrap_or_else(|| text.to_owned())
}

/// Whether a percentage is wanted as a part of one.
fn as_share(slot: &Slot, mention: &Mention) -> bool {
    let Kind::Number { integer: false, most, .. } = slot.kind else { return false };
    let said = slot.description_stems.iter().any(|own| is_stem_of(own, &["decimal", "fraction"]));
    let named = slot.name_stems.iter().any(|own| is_stem_of(own, &["rate", "yield", "probability", "return", "share"]));
    let in_percent =
        slot.name_stems.iter().chain(&slot.description_stems).any(|own| is_stem_of(own, &["percent", "percentage"]));
    let small = most.is_some_and(|most| most <= 1.0);
    mention.quantity == Some(Quantity::Percent) && (small || said || (named && !in_percent))
}

/// A number as JSON: whole where the schema wants whole numbers, and where it is whole anyway.
#[allow(clippy::cast_possible_truncation)] // Whole and within 2⁵³.
fn number(value: f64, kind: &Kind) -> Value {
    let integer = matches!(kind, Kind::Number { integer: true, .. }) || value.fract() == 0.0;
    if integer && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}
