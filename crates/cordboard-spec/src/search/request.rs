//! A request in people's words, read for what it wants done and to what.

use super::intent::{self, Intent};
use super::profile::of_one;
use super::stem::{is_plural, stem};
use super::{synonyms, words};

/// Words of a request that are read; what follows is rarely about what to do.
const WORDS_READ: usize = 60;

/// Characters of a request that are looked at.
const CHARACTERS_READ: usize = 2000;

/// After these stands where something is done rather than what is done.
const PREPOSITIONS: &[&str] = &[
    "about", "across", "against", "at", "between", "by", "for", "from", "in", "inside", "into", "of", "on", "to",
    "under", "with", "within",
];

/// With these the object of a question ends and the sentence goes on.
const GOING_ON: &[&str] =
    &["are", "can", "did", "do", "does", "has", "have", "i", "is", "that", "was", "we", "were", "when", "which", "who"];

/// What follows these is a name.
const NAMING: &[&str] = &["called", "named", "titled", "saying", "entitled"];

/// Words before a number that say only that it is one.
const NUMBERING: &[&str] = &["number", "no", "nr", "id"];

/// Words that speak of the speaker.
const FIRST_PERSON: &[&str] = &["i", "me", "my", "mine", "myself"];

/// What opens a request without saying anything about it.
const POLITE: &[&str] = &[
    "please", "can", "could", "would", "will", "you", "i", "want", "to", "like", "need", "let", "me", "hey", "hi",
    "we", "us", "d", "just",
];

/// A word of the request, and other words for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    /// Stems, each with how well it stands for what was said.
    pub(super) stems: Vec<(String, f32)>,
    pub(super) weight: f32,
    /// What is to be done something with, not where.
    pub(super) object: bool,
    /// The noun that the object ends in: `repository` in "a private repository".
    pub(super) head: bool,
}

/// A request as ranking sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Request {
    pub(super) wanted: Vec<Wanted>,
    /// Pairs of neighbouring words, and words with a number or name after them.
    pub(super) phrases: Vec<(String, f32)>,
    /// Several that may be meant; the best fitting one counts.
    pub(super) intents: Vec<Intent>,
    /// The verb with which it begins, stemmed.
    pub(super) verb: Option<String>,
    pub(super) first_person: bool,
    /// It speaks of several things of the kind that it is about.
    pub(super) plural: bool,
    /// It names one thing by a number.
    pub(super) numbered: bool,
}

/// A word as it stood in the request.
struct Spoken {
    word: String,
    /// Between quotes, or with the look of a name: data rather than language.
    literal: bool,
}

impl Request {
    pub(super) fn read(query: &str) -> Self {
        let spoken = listen(query);
        let mut request = Self::default();
        let plain: Vec<String> = spoken.iter().filter(|word| !word.literal).map(|word| word.word.clone()).collect();
        request.first_person = plain.iter().any(|word| FIRST_PERSON.contains(&word.as_str()));
        let verb_at = request.read_intent(&plain);
        request.read_words(&spoken, verb_at.as_deref());
        if let Some(head) = request.wanted.iter_mut().rfind(|wanted| wanted.object) {
            head.head = true;
        }
        if plain.first().is_some_and(|word| word == "who" || word == "whose") {
            request.wanted.push(someone());
        }
        request
    }

    /// Finds out what is to be done; gives the verb that is spent on it.
    fn read_intent(&mut self, plain: &[String]) -> Option<String> {
        let start = plain.iter().position(|word| !POLITE.contains(&word.as_str()))?;
        let first = &plain[start];
        if intent::begins_question(first) {
            self.intents = vec![Intent::Read];
            return None;
        }
        let (at, verb) = (start..plain.len().min(start + 3))
            .map(|at| (at, &plain[at]))
            .find(|(_, verb)| intent::of_verb(verb).is_some())
            .unwrap_or((start, first));
        let later = &plain[at + 1..];
        let one = synonyms::phrasal(verb, later).unwrap_or(verb);
        self.intents = intent::of_verb(one).map_or_else(Vec::new, |(intents, _)| intents.to_vec());
        self.verb = Some(stem(one));
        let spent = one != verb || intent::of_verb(verb).is_some_and(|(_, general)| general);
        if one != verb && intent::of_verb(one).is_none_or(|(_, general)| !general) {
            self.wanted.push(Wanted { stems: vec![(stem(one), 1.0)], weight: 0.8, object: false, head: false });
        }
        spent.then(|| verb.clone())
    }

    fn read_words(&mut self, spoken: &[Spoken], spent: Option<&str>) {
        let (mut object, mut seen) = (true, false);
        let mut before: Option<String> = None;
        let mut fade = 1.0;
        for Spoken { word, literal } in spoken {
            let names = NAMING.contains(&word.as_str());
            if seen && (names || PREPOSITIONS.contains(&word.as_str()) || GOING_ON.contains(&word.as_str())) {
                object = false;
            }
            let number = word.bytes().all(|byte| byte.is_ascii_digit());
            if (number || *literal)
                && let Some(last) = before.take()
            {
                self.phrases.push((of_one(&last), 1.0));
                self.numbered |= number || object;
            }
            if number
                || names
                || NUMBERING.contains(&word.as_str())
                || words::is_empty_word(word)
                || Some(word.as_str()) == spent
            {
                continue;
            }
            let wanted = want(word, *literal, fade, object);
            if !literal {
                seen = true;
                let stem = wanted.stems[0].0.clone();
                if let Some(last) = before.replace(stem.clone()) {
                    self.phrases.push((format!("{last} {stem}"), fade));
                }
                if object {
                    self.plural |= is_plural(word);
                }
                fade *= 0.96;
            }
            self.wanted.push(wanted);
        }
    }
}

/// Those whom "who" asks for.
fn someone() -> Wanted {
    let stems = ["member", "user", "collaborator", "contributor", "people"].map(|word| (stem(word), 1.0));
    Wanted { stems: stems.into(), weight: 0.25, object: false, head: false }
}

fn want(word: &str, literal: bool, fade: f32, object: bool) -> Wanted {
    let said = stem(word);
    let mut stems = vec![(said.clone(), 1.0)];
    if !literal {
        for other in synonyms::of(word).chain(synonyms::of(&said)) {
            let other = stem(other);
            if stems.iter().all(|(known, _)| *known != other) {
                stems.push((other, 0.6));
            }
        }
    }
    Wanted { stems, weight: if literal { 0.15 } else { fade }, object: object && !literal, head: false }
}

/// The words of a request, with names and quoted text told apart.
fn listen(query: &str) -> Vec<Spoken> {
    let end = query.char_indices().nth(CHARACTERS_READ).map_or(query.len(), |(at, _)| at);
    let mut spoken = Vec::new();
    let mut quoted = false;
    for piece in query[..end].split_whitespace() {
        quoted |= piece.starts_with(['\'', '"', '“', '‘', '`']);
        let bare = piece.trim_matches(|letter: char| !letter.is_alphanumeric());
        let bare = bare.split(['\'', '’']).next().unwrap_or(bare);
        let named = bare.contains(['/', '.', '@', '_', ':']) || has_digit(bare);
        let number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        for word in words::split(bare) {
            if let Some(last) = spoken.last_mut().filter(|last: &&mut Spoken| !last.literal)
                && let Some(one) = synonyms::phrasal(&last.word, std::slice::from_ref(&word))
            {
                last.word = one.to_owned();
                continue;
            }
            spoken.push(Spoken { word, literal: quoted || (named && !number) });
        }
        quoted &= !piece.trim_end_matches([',', '.', '?', '!', ':']).ends_with(['\'', '"', '”', '’', '`']);
    }
    spoken.truncate(WORDS_READ);
    spoken
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}
