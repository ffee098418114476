//! Fills an operation's parameters from a request: every value is copied or counted, none is made up.

pub(crate) mod assign;
pub(crate) mod choices;
pub(crate) mod currencies;
pub(crate) mod dates;
pub(crate) mod form;
pub(crate) mod listed_values;
pub(crate) mod measures;
pub(crate) mod numbers;
pub(crate) mod patterns;
pub(crate) mod slot;
pub(crate) mod spans;
pub(crate) mod states;
pub(crate) mod texts;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use assign::{Candidate, assign, takes};
use choices::{label, mentioned, named_options};
use form::{Form, Line, Span};
use measures::{Measures, Surroundings, measure};
use numbers::{Mention, Quantity};
use patterns::{Shape, occurrences, wanted_shape};
use slot::{Kind, Slot};
use spans::Request;
use states::state;
use texts::Offer;

use crate::engine::RunError;
use crate::route::act;
#[cfg(feature = "training")]
use crate::training::MeasuredTexts;
use crate::weights::weights;
use crate::words::{identifier_words, is_stem_of, stem};

/// How much likelier than silence an option must be that the request does not name; units of log probability.
const UNNAMED_OPTION: f32 = 3.0;
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
    today: Date,
) -> Result<Filled, RunError> {
    let mut filling = Filling::begin(form, request, operation, slots, today)?;
    filling.choices()?;
    filling.numbers()?;
    filling.number_lists();
    filling.texts()?;
    Ok(filling.finish())
}

/// For learning: what each text parameter may take, as it would be written, with its measures.
#[cfg(feature = "training")]
pub(crate) fn measured_texts(
    form: &Form<'_>,
    request: &Request<'_>,
    operation: &str,
    slots: &[Slot],
    today: Date,
) -> Result<Vec<MeasuredTexts>, RunError> {
    let filling = Filling::begin(form, request, operation, slots, today)?;
    let indices = (0..slots.len()).filter(|index| is_text(&slots[*index].kind)).collect::<Vec<_>>();
    let measured = filling.measured(&indices)?;
    let free = vec![false; request.words.len()];
    let each = indices.iter().zip(measured).map(|(index, spans)| {
        let possible = spans.into_iter().filter(|(span, _)| request.allows(span, &free));
        let written = |span: &Span| formatted(&slots[*index], request.slice(span.first, span.end), today);
        (slots[*index].name.clone(), possible.map(|(span, measures)| (written(&span), measures)).collect())
    });
    Ok(each.collect())
}

/// A form half filled.
struct Filling<'a> {
    form: &'a Form<'a>,
    request: &'a Request<'a>,
    operation: Vec<String>,
    /// The word that says what is asked for.
    verb: Option<usize>,
    today: Date,
    slots: &'a [Slot],
    lines: Vec<Line>,
    mentions: Vec<Mention>,
    /// Words of the request that some value took.
    used: Vec<bool>,
    values: Vec<Option<Value>>,
}

impl<'a> Filling<'a> {
    fn begin(
        form: &'a Form<'a>,
        request: &'a Request<'a>,
        operation: &str,
        slots: &'a [Slot],
        today: Date,
    ) -> Result<Self, RunError> {
        Ok(Self {
            form,
            request,
            operation: identifier_words(operation).iter().map(|word| stem(word)).collect(),
            verb: act::of_request(request.words).map(|(_, verb)| verb),
            today,
            slots,
            lines: form.lines(&slots.iter().collect::<Vec<_>>())?,
            mentions: numbers::mentions(request.words),
            used: vec![false; request.words.len()],
            values: vec![None; slots.len()],
        })
    }

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
        let free = |run: &Vec<Mention>| run.iter().all(|mention| !self.used[mention.first]);
        let ranges = numbers::ranges(&self.mentions, self.request.words).into_iter().filter(free).collect::<Vec<_>>();
        let mut runs = runs.into_iter();
        let mut ranges = ranges.into_iter();
        for (index, slot) in self.slots.iter().enumerate() {
            let Kind::List(element) = &slot.kind else { continue };
            if !matches!(**element, Kind::Number { .. }) {
                continue;
            }
            let wants_range =
                slot.name_stems.iter().any(|own| is_stem_of(own, &["interval", "range", "limit", "bound", "between"]));
            let range = if wants_range { ranges.next() } else { None };
            let Some(run) =
                range.or_else(|| runs.next()).filter(|run| run.iter().all(|mention| takes(element, mention.value)))
            else {
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
        let slots = indices.iter().map(|index| &self.slots[*index]).collect::<Vec<_>>();
        let measured = self.measured(&indices)?;
        let forest = &weights().spans;
        let offers = measured.into_iter().zip(&slots).map(|(of_slot, slot)| {
            let shaped = wanted_shape(slot).map(|shape| occurrences(self.request.words, shape)).unwrap_or_default();
            // A date is a whole date, where the request has one.
            let whole = |span: &Span| shaped.is_empty() || shaped.contains(&(span.first, span.end));
            let fits = |span: &Span| whole(span) && !self.takes_the_verb(span);
            let free = of_slot.into_iter().filter(|(span, _)| fits(span) && self.request.allows(span, &self.used));
            free.map(|(span, measures)| Offer { log_odds: forest.log_odds(&measures), span }).collect()
        });
        for (index, offer) in indices.iter().zip(texts::assign(&slots, offers.collect())) {
            if let Some(offer) = offer {
                self.take_text(*index, &offer.span);
            }
        }
        Ok(())
    }

    /// Whether an unquoted stretch begins with the word that says what is asked for: "add milk" for "add milk".
    fn takes_the_verb(&self, span: &Span) -> bool {
        let quoted = self.request.quotes.contains(&(span.first, span.end));
        self.verb.is_some_and(|verb| (span.first..span.end).contains(&verb)) && !quoted
    }

    /// The stretches that each of these text parameters may take, with their measures.
    fn measured(&self, indices: &[usize]) -> Result<Vec<Vec<(Span, Measures)>>, RunError> {
        let starts = self.request.starts();
        if indices.is_empty() || starts.is_empty() {
            return Ok(vec![Vec::new(); indices.len()]);
        }
        let lines = indices.iter().map(|index| &self.lines[*index]).collect::<Vec<_>>();
        let sure = indices.iter().map(|index| self.request.sure_starts(&self.slots[*index])).collect::<Vec<_>>();
        let spans = self.form.spans(&lines, &starts, &sure, &self.request.quotes)?;
        let around = Surroundings {
            request: self.request,
            operation: &self.operation,
            verb: self.verb,
            text_parameters: indices.len(),
        };
        let each = indices.iter().zip(spans);
        Ok(each
            .map(|(index, spans)| {
                let likeliest = spans.iter().map(|span| span.score).fold(f32::NEG_INFINITY, f32::max);
                let measure = |span: &Span| measure(&around, &self.slots[*index], span, likeliest);
                spans.iter().map(|span| (*span, measure(span))).collect()
            })
            .collect())
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
            self.values[index] = Some(Value::String(formatted(slot, text, self.today)));
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

/// The value in the form that the parameter asks for: dates and currencies.
pub(crate) fn formatted(slot: &Slot, text: &str, today: Date) -> String {
    if let Some(listed) = slot.listed_form(text) {
        return listed;
    }
    if let Some(date) = dates::parse(text, today).filter(|_| wanted_shape(slot) == Some(Shape::Date)) {
        // The plugin does not know which day "tomorrow" is seen from.
        let certain = dates::is_relative(text) || dates::has_year(text);
        if let Some(form) = dates::wanted_form(slot).or(certain.then_some("%Y-%m-%d")) {
            return date.strftime(form).to_string();
        }
    }
    let is_currency = slot.name_stems.iter().any(|own| is_stem_of(own, &["currency"]));
    let code = if is_currency { currencies::code_of(text) } else { None };
    code.map_or_else(|| text.to_owned(), str::to_owned)
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
