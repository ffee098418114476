//! One operation as ranking sees it: its words with their weights, and its shape.

use std::collections::HashMap;

use super::Entry;
use super::intent::{self, Intent};
use super::lexicon::{Lexicon, Word};
use super::stem::{is_plural, stem};
use super::words;

/// How much a word counts by where it stands.
mod weight {
    pub(super) const SUMMARY: f32 = 1.0;
    pub(super) const NAME: f32 = 0.9;
    pub(super) const PATH: f32 = 0.8;
    pub(super) const TAG: f32 = 0.6;
    pub(super) const ARGUMENT: f32 = 0.3;
    pub(super) const DESCRIPTION: f32 = 0.25;
    pub(super) const ARGUMENT_DESCRIPTION: f32 = 0.12;
    /// What each further place adds, as a share of its own weight.
    pub(super) const FURTHER: f32 = 0.2;
}

/// Bytes of a description that are read.
const DESCRIPTION_READ: usize = 300;

/// Words that mark what acts on the caller's own account.
const OWN: &[&str] = &["authenticated", "me", "self", "current", "my", "own", "mine"];

/// Words that mark what most requests do not mean unless they say so.
const MARGINAL: &[&str] = &[
    "legacy",
    "deprecated",
    "obsolete",
    "stubbed",
    "stub",
    "preview",
    "beta",
    "experimental",
    "bulk",
    "batch",
    "async",
];

/// How a word occurs in one operation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Occurrence {
    pub(super) weight: f32,
    /// In the name or the summary: what the operation is about.
    pub(super) core: bool,
    /// In the last fixed segment of the path: what the operation acts on.
    pub(super) resource: bool,
}

/// What an operation is apart from its words.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts, each asked for by itself")]
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) intent: Intent,
    /// The first words of summary and name, stemmed: what it calls its deed.
    pub(super) verbs: [String; 2],
    /// It acts on all there are at once.
    pub(super) all: bool,
    pub(super) method: cordboard_domain::call::Method,
    /// The path ends in a fixed segment that names several things.
    pub(super) collection: bool,
    /// The path ends in a parameter.
    pub(super) item: bool,
    /// It acts on the caller's own account.
    pub(super) own: bool,
    /// How many of [`MARGINAL`] it has.
    pub(super) marginal: f32,
    pub(super) parameters: f32,
    pub(super) segments: f32,
    /// The first segment of the path.
    pub(super) root: String,
}

/// An operation's words and shape.
pub(super) struct Profile {
    pub(super) words: HashMap<Word, Occurrence>,
    pub(super) shape: Shape,
}

/// The word for "this segment with a parameter after it".
pub(super) fn of_one(segment: &str) -> String {
    format!("{segment} {{}}")
}

impl Profile {
    pub(super) fn new<'a>(entry: &Entry<'a>, lexicon: &mut Lexicon<'a>) -> Self {
        let mut profile = Self { words: HashMap::new(), shape: shape(entry) };
        profile.add_core(entry, lexicon);
        profile.add_path(entry.path, lexicon);
        for tag in entry.tags {
            profile.add(&lexicon.stems(tag), weight::TAG);
        }
        for (name, description) in &entry.arguments {
            profile.add(&lexicon.stems(name), weight::ARGUMENT);
            profile.add(&lexicon.stems(beginning(description)), weight::ARGUMENT_DESCRIPTION);
        }
        profile.add(&lexicon.stems(beginning(entry.description)), weight::DESCRIPTION);
        profile
    }

    /// Each distinct word once, at the weight of the place.
    fn add(&mut self, stems: &[Word], weight: f32) {
        let mut stems = stems.to_vec();
        stems.sort_unstable();
        stems.dedup();
        for word in stems {
            let occurrence = self.words.entry(word).or_default();
            let (high, low) = (occurrence.weight.max(weight), occurrence.weight.min(weight));
            // Many arguments that say the same must not add up to a summary.
            occurrence.weight = if weight <= weight::ARGUMENT { high } else { high + weight::FURTHER * low };
        }
    }

    fn add_core<'a>(&mut self, entry: &Entry<'a>, lexicon: &mut Lexicon<'a>) {
        let summary = lexicon.stems(entry.summary);
        for pair in summary.windows(2) {
            let phrase = lexicon.number(format!("{} {}", lexicon.text(pair[0]), lexicon.text(pair[1])));
            self.words.entry(phrase).or_default().weight = weight::SUMMARY;
        }
        let name = lexicon.stems(entry.name);
        // A verb that the intent covers, and "for the authenticated user", are no subject.
        let own = self.shape.own;
        let subject = |word: &&Word| {
            let facts = lexicon.facts(**word);
            !(facts.general || own && facts.own)
        };
        let core: Vec<Word> = summary.iter().chain(name.iter()).filter(subject).copied().collect();
        self.add(&summary, weight::SUMMARY);
        self.add(&name, weight::NAME);
        for word in core {
            self.words.entry(word).or_default().core = true;
        }
    }

    fn add_path<'a>(&mut self, path: &'a str, lexicon: &mut Lexicon<'a>) {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let fixed = |segment: &&&str| !segment.starts_with('{');
        let stems: Vec<_> = segments.iter().filter(fixed).map(|segment| lexicon.stems(segment)).collect();
        self.add(&stems.concat(), weight::PATH);
        for pair in segments.windows(2).filter(|pair| !pair[0].starts_with('{') && pair[1].starts_with('{')) {
            if let Some(last) = lexicon.stems(pair[0]).last() {
                let one = lexicon.number(of_one(lexicon.text(*last)));
                self.words.entry(one).or_default().weight = weight::SUMMARY;
            }
        }
        if let Some(resource) = segments.iter().rfind(fixed) {
            for word in lexicon.stems(resource).iter() {
                self.words.entry(*word).or_default().resource = true;
            }
        }
    }
}

fn shape(entry: &Entry<'_>) -> Shape {
    let segments: Vec<&str> = entry.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_parameter = |segment: &&str| segment.starts_with('{');
    let all = [words::split(entry.summary), words::split(entry.name), words::split(entry.path)];
    let count = |known: &[&str]| known.iter().filter(|word| all.iter().flatten().any(|other| other == *word)).count();
    let verb = words::split(entry.summary).into_iter().next();
    let name_verb = words::split(entry.name).into_iter().find(|word| intent::of_verb(word).is_some());
    let verb = verb.filter(|word| intent::of_verb(word).is_some()).or(name_verb);
    let lead = |words: &[String], at: usize| words.get(at).map_or_else(String::new, |word| stem(word));
    let tagged = usize::from(entry.name.contains(['/', '.']));
    let item = segments.last().is_some_and(is_parameter);
    let last_word = segments.last().and_then(|segment| words::split(segment).pop());
    #[expect(clippy::cast_precision_loss, reason = "a path has few segments")]
    Shape {
        intent: intent::of_operation(verb.as_deref(), entry.method),
        verbs: [lead(&all[0], 0), lead(&all[1], tagged)],
        all: count(&["all"]) > 0,
        method: entry.method,
        collection: !item && last_word.is_some_and(|word| is_plural(&word)),
        item,
        own: count(OWN) > 0,
        marginal: count(MARGINAL) as f32,
        parameters: segments.iter().filter(|segment| is_parameter(segment)).count() as f32,
        segments: segments.len() as f32,
        root: segments.first().map_or_else(String::new, |segment| stem(segment)),
    }
}

/// Whether a stem is that of a word in [`OWN`].
pub(super) fn is_own(stemmed: &str) -> bool {
    OWN.iter().any(|word| stem(word) == stemmed)
}

/// The first lines of a text.
fn beginning(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= DESCRIPTION_READ).unwrap_or(text.len());
    &text[..end]
}
