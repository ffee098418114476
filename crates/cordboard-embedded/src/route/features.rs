//! What speaks for and against an operation, as numbers; the weights are learned (see `training/`).

use super::act::Act;
use super::profile::Profile;
use crate::reading::Reading;

/// What an operation is measured by, in the order of the numbers.
pub(crate) const NAMES: [&str; 28] = [
    "margin over no operation",
    "margin over no operation, per token",
    "words shared with the name",
    "words shared with the description",
    "words shared with parameters",
    "words shared with the plugin's description",
    "words shared with example requests",
    "share of the name that is said",
    "share of the description that is said",
    "share of the request that is known",
    "nearness in meaning",
    "least nearness in meaning",
    "the same kind of act",
    "another kind of act",
    "a change that was not asked for",
    "a deletion that was not asked for",
    "a change for a question",
    "reading where a change is asked for",
    "numbers that are missing",
    "numbers without a place",
    "an option that is named",
    "nearest example request",
    "a text is wanted but none is left",
    "the plugin is named",
    "has example requests",
    "prediction, per token",
    "a key is wanted but none is given",
    "required parameters",
];

/// What the best operation is measured by when it is asked whether any is meant: its own measures, and how it stands
/// among the others.
pub(crate) const NAMES_OF_BEST: [&str; NAMES.len() + 4] = {
    let mut names = [""; NAMES.len() + 4];
    let mut index = 0;
    while index < NAMES.len() {
        names[index] = NAMES[index];
        index += 1;
    }
    names[index] = "share among the operations";
    names[index + 1] = "lead over the next operation";
    names[index + 2] = "number of operations";
    names[index + 3] = "score";
    names
};

/// The measures of one operation.
pub(crate) type Features = [f32; NAMES.len()];

/// What the network says of one operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Heard {
    /// Log probability of the request after the operation's description.
    pub(crate) prediction: f32,
    /// The same after the best text about no operation.
    pub(crate) neutral: f32,
    /// Tokens of the request.
    pub(crate) tokens: usize,
}

/// Measures the operations of `profiles`. `nearness` is, per operation, how near each telling word of the request is.
#[allow(clippy::cast_precision_loss)] // Counts of words and operations are small.
pub(crate) fn measure(
    reading: &Reading,
    profiles: &[Profile],
    heard: &[Heard],
    nearness: &[Vec<f32>],
) -> Vec<Features> {
    let rarities = reading.stems.iter().map(|stem| rarity(stem, profiles)).collect::<Vec<_>>();
    let each = profiles.iter().zip(heard).zip(nearness);
    each.map(|((profile, heard), nearness)| one(reading, profile, *heard, nearness, &rarities)).collect()
}

/// The rarer a word among the operations, the more it says.
#[allow(clippy::cast_precision_loss)]
fn rarity(stem: &String, profiles: &[Profile]) -> f32 {
    let count = profiles.len() as f32;
    let holders = profiles.iter().filter(|profile| profile.knows(stem)).count() as f32;
    1.0 + (1.0 + (count - holders + 0.5) / (holders + 0.5)).ln()
}

#[allow(clippy::cast_precision_loss)]
fn one(reading: &Reading, profile: &Profile, heard: Heard, nearness: &[f32], rarities: &[f32]) -> Features {
    let margin = heard.prediction - heard.neutral;
    let tokens = heard.tokens.max(1) as f32;
    let shared = |has: &dyn Fn(&String) -> bool| {
        let pairs = reading.stems.iter().zip(rarities);
        pairs.filter(|(stem, _)| has(stem)).map(|(_, rarity)| rarity).sum::<f32>()
    };
    let total = rarities.iter().sum::<f32>().max(1.0);
    let in_examples = |stem: &String| profile.examples.iter().any(|example| example.contains(stem));
    let asked = reading.act.map(|(act, _)| act);
    let does = profile.act.unwrap_or(if profile.reads_only { Act::Read } else { Act::Add });
    let changes = !profile.reads_only && does.changes_something();
    let least = nearness.iter().copied().fold(1.0, f32::min);
    let yes = |condition: bool| if condition { 1.0 } else { 0.0 };
    let numbers = reading.numbers.len();
    [
        margin,
        margin / tokens,
        shared(&|stem| profile.name.contains(stem)),
        shared(&|stem| profile.description.contains(stem)),
        shared(&|stem| profile.parameters.contains(stem)),
        shared(&|stem| profile.about.contains(stem)),
        shared(&in_examples),
        said(&profile.name, reading),
        said(&profile.description, reading),
        shared(&|stem| profile.knows(stem)) / total,
        nearness.iter().sum::<f32>() / nearness.len().max(1) as f32,
        if nearness.is_empty() { 0.0 } else { least },
        yes(asked.is_some() && asked == Some(does)),
        yes(asked.is_some_and(|asked| asked != does && (asked.changes_something() || does.changes_something()))),
        yes(changes && !asked.is_some_and(Act::changes_something)),
        yes(changes && does == Act::Delete && asked != Some(Act::Delete)),
        yes(changes && reading.is_question),
        yes(!changes && asked.is_some_and(Act::changes_something)),
        profile.required_numbers.saturating_sub(numbers) as f32,
        if profile.takes_more_numbers { 0.0 } else { numbers.saturating_sub(profile.numeric_parameters) as f32 },
        yes(profile
            .options
            .iter()
            .any(|option| !option.is_empty() && option.iter().all(|stem| reading.stems.contains(stem)))),
        nearest_example(reading, profile),
        yes(profile.required_texts > 0 && left_over(reading, profile) == 0),
        yes(profile.plugin_is_named(reading)),
        yes(!profile.examples.is_empty()),
        heard.prediction / tokens,
        yes(profile.wants_key && !reading.has_key),
        profile.required_parameters as f32,
    ]
}

/// The share of these stems that the request has.
#[allow(clippy::cast_precision_loss)]
fn said(own: &[String], reading: &Reading) -> f32 {
    let said = own.iter().filter(|stem| reading.stems.contains(stem)).count();
    said as f32 / own.len().max(1) as f32
}

/// How much of its words the nearest example request shares with the request, both ways.
#[allow(clippy::cast_precision_loss)]
fn nearest_example(reading: &Reading, profile: &Profile) -> f32 {
    let overlap = |example: &Vec<String>| {
        let shared = example.iter().filter(|stem| reading.stems.contains(stem)).count() as f32;
        shared / (example.len() + reading.stems.len()).max(1) as f32 * 2.0
    };
    profile.examples.iter().map(overlap).fold(0.0, f32::max)
}

/// Words that could be a value: not words of the operation itself.
fn left_over(reading: &Reading, profile: &Profile) -> usize {
    let verb = reading.act.map(|(_, at)| &reading.words[at].stem);
    let own = |stem: &&String| profile.name.contains(stem) || Some(*stem) == verb;
    reading.stems.iter().filter(|stem| !own(stem)).count()
}
