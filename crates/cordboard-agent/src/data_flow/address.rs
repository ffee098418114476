//! Which addresses in results the host fetches by itself, for pictures and link cards, without a person's click.
//!
//! Fetching tells the address to its server. So it must come from a plugin, and nothing in it may have been put there by
//! way of the conversation: a host that an argument named, another plugin's data, a secret, something about the person.

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::origin::is_same_origin;
use cordboard_domain::turn::Turn;
use serde_json::Value;
use std::collections::HashSet;
use url::Url;

use super::decoding::{decoded_words, turned};
use super::history::{Said, Speaker, leaves, read_on_in, until};
use super::secrets;
use super::skeleton::{Skeleton, VALUE, pieces, words};

/// What may stand right behind an address in a text, besides blanks.
const ENDS: &[char] = &['"', '\'', '<', '>', '(', ')', '[', ']', '{', '}', '|', '\\', '^', '`'];
/// What ends a sentence rather than belongs to an address.
const PUNCTUATION: &[char] = &['.', ',', ';', ':', '!', '?'];
/// How long the pieces are by which it is decided whether arguments could have supplied a value.
const SUPPLIED: usize = 4;
/// The shortest text about the person that is looked for, in letters.
const PERSONAL: usize = 6;

/// An address that the host may fetch by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Where the call went in whose result the address is.
    pub named_by: Url,
}

/// Whether the host may fetch an address by itself, and on which plugin's word. `turns` are those whose results count, the
/// oldest first; `personal` is what the person's profile says.
pub fn may_fetch(turns: &[Turn], personal: &[String], address: &str) -> Option<Fetch> {
    let url = Url::parse(address).ok()?;
    let turns: Vec<&Turn> = turns.iter().collect();
    let sources = turns.iter().flat_map(|turn| turn.calls()).filter(|call| has_address(call, address));
    let mut plugins: Vec<(&Call, Url)> = sources
        .filter_map(|call| {
            let source =
                if matches!(call.state, CallState::Answered { .. }) { call } else { read_on_in(&turns, call)? };
            Some((source, Url::parse(&source.plan.as_ref()?.url).ok()?))
        })
        .collect();
    // Of several plugins the one counts at which the address is.
    plugins.sort_by_key(|(_, plugin)| !is_same_origin(plugin, &url));
    let fits = |(source, plugin): &(&Call, Url)| {
        Address { text: address, url: &url, plugin }.is_free(&turns, source, personal)
    };
    plugins.iter().find(|each| fits(each)).map(|(_, named_by)| Fetch { named_by: named_by.clone() })
}

/// Whether the result that a call shows has an address. What the host says of itself does not count.
fn has_address(call: &Call, address: &str) -> bool {
    match &call.state {
        CallState::Answered { response } => has_whole(&response.body, address),
        CallState::AnsweredByHost { answer } => answer.succeeded && has_whole(&answer.content, address),
        _ => false,
    }
}

/// An address with the plugin in whose result it is.
struct Address<'address> {
    text: &'address str,
    url: &'address Url,
    plugin: &'address Url,
}

impl Address<'_> {
    /// Whether nothing in it came by way of the conversation.
    fn is_free(&self, turns: &[&Turn], source: &Call, personal: &[String]) -> bool {
        let said = until(turns, Some(source));
        let own = arguments_of(turns, source);
        let mut typed: HashSet<String> = spoken(&said, |speaker| speaker == Speaker::Person).flat_map(words).collect();
        let turned: Vec<String> = typed.iter().flat_map(|word| turned(word)).collect();
        typed.extend(turned);
        let home = source.plan.as_ref().and_then(|plan| plan.home.as_ref());
        let is_own = is_same_origin(self.url, self.plugin) || home.is_some_and(|home| is_same_origin(self.url, home));
        let views = self.views();
        let supplied = Supplied::of(&own);
        let is_asked_for =
            || self.host_is_named(turns, source) || views.iter().any(|view| supplied.holds_value(view, &typed));
        (is_own || !is_asked_for())
            && !views.iter().any(|view| carries_result(view, &said, source, &supplied, &typed))
            && !views.iter().any(|view| carries_secret(view, &own))
            && !views.iter().any(|view| carries_personal(view, personal, &typed))
    }

    /// What is behind the scheme, as it is and decoded.
    fn views(&self) -> Vec<String> {
        let rest = self.text.split_once("://").map_or(self.text, |(_, rest)| rest);
        let host = self.url.host_str().unwrap_or_default();
        // The labels below the domain can carry data too; the domain itself was not chosen for this address.
        let labels: Vec<&str> = host.split('.').collect();
        let below = labels[..labels.len().saturating_sub(2)].join(".");
        let path = rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]);
        let is_name = self.url.domain().is_some();
        decoded_words(&format!("{}{path}", if is_name { below.as_str() } else { "" }))
    }

    /// Whether an argument of any call until then names the host, in whole, in pieces or encoded.
    fn host_is_named(&self, turns: &[&Turn], source: &Call) -> bool {
        let Some(host) = self.url.host_str() else { return true };
        let written = self.text.split_once("://").map_or("", |(_, rest)| rest);
        let written = written.split(['/', '?', '#', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        let labels: Vec<&str> = host.split('.').collect();
        // `x.evil.example` is named by `evil.example`.
        let domains = (0..labels.len().saturating_sub(1)).map(|from| labels[from..].join("."));
        let names: Vec<String> = if self.url.domain().is_some() { domains.collect() } else { vec![host.to_owned()] };
        let joined = |text: &str| Skeleton::of(text).letters.into_iter().collect::<String>();
        every_argument(turns, source).iter().any(|argument| {
            let (lower, letters) = (argument.to_lowercase(), joined(argument));
            names.iter().any(|name| has_name(&lower, name) || letters.len() >= 5 && letters.contains(&joined(name)))
                || !written.is_empty() && lower.contains(&written)
        })
    }
}

/// Whether a text has a host name, and not just one that ends like it.
fn has_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(|each| each.is_alphanumeric() || each == '-') && !after.is_some_and(char::is_alphanumeric)
    })
}

fn spoken<'said>(
    said: &'said [Said<'_>],
    is_meant: impl Fn(Speaker<'_>) -> bool + 'said,
) -> impl Iterator<Item = &'said str> {
    said.iter().filter(move |each| is_meant(each.speaker)).map(|each| each.text.as_ref())
}

/// The arguments of a plugin's calls up to one of its calls, each as it is, joined, and decoded.
fn arguments_of(turns: &[&Turn], source: &Call) -> Vec<String> {
    let plugin = source.plan.as_ref().map(|plan| plan.plugin);
    argument_texts(turns, source, |call| call.plan.as_ref().map(|plan| plan.plugin) == plugin)
}

/// The same of every call, those of the host's own tools included.
fn every_argument(turns: &[&Turn], source: &Call) -> Vec<String> {
    argument_texts(turns, source, |_| true)
}

fn argument_texts(turns: &[&Turn], source: &Call, is_meant: impl Fn(&Call) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut all = String::new();
    for call in turns.iter().flat_map(|turn| turn.calls()) {
        if is_meant(call) {
            let arguments = call.preview.as_ref().map(|preview| preview.arguments.clone());
            let arguments =
                arguments.unwrap_or_else(|| serde_json::from_str(&call.raw_arguments).unwrap_or(Value::Null));
            for leaf in leaves(&arguments) {
                all.push_str(&leaf.text);
                found.extend(decoded_words(&leaf.text));
            }
        }
        if call.id == source.id {
            break;
        }
    }
    found.extend(decoded_words(&all));
    found
}

/// What arguments could have supplied.
struct Supplied {
    values: HashSet<u64>,
    pieces: HashSet<u64>,
}

impl Supplied {
    fn of(arguments: &[String]) -> Self {
        let mut supplied = Self { values: HashSet::new(), pieces: HashSet::new() };
        for text in arguments {
            let letters = Skeleton::of(text).letters;
            supplied.values.extend(pieces(&letters, VALUE));
            supplied.pieces.extend(pieces(&letters, SUPPLIED));
        }
        supplied
    }

    /// Whether a text has a value of the arguments that the person did not type.
    fn holds_value(&self, text: &str, typed: &HashSet<String>) -> bool {
        let skeleton = Skeleton::of(text);
        has_run(&skeleton, text, typed, |piece| self.values.contains(&piece))
    }

    /// Whether most of a text could have come from the arguments, in whatever order.
    fn covers(&self, letters: &[char]) -> bool {
        let all = pieces(letters, SUPPLIED).count();
        let known = pieces(letters, SUPPLIED).filter(|piece| self.pieces.contains(piece)).count();
        2 * known >= all
    }
}

/// Whether a text has a value made of such pieces, apart from words that the person typed.
fn has_run(skeleton: &Skeleton, text: &str, typed: &HashSet<String>, is_meant: impl Fn(u64) -> bool) -> bool {
    !runs(skeleton, text, typed, is_meant).is_empty()
}

fn runs(
    skeleton: &Skeleton,
    text: &str,
    typed: &HashSet<String>,
    is_meant: impl Fn(u64) -> bool,
) -> Vec<std::ops::Range<usize>> {
    let free = skeleton.of_known_words(text, typed);
    let mut meant = vec![false; free.len()];
    for (at, piece) in pieces(&skeleton.letters, VALUE).enumerate() {
        if is_meant(piece) {
            meant[at..at + VALUE].fill(true);
        }
    }
    let counts = |at: usize| meant[at] && !free[at];
    let mut found = Vec::new();
    let mut start = 0;
    while start < free.len() {
        let end = (start..free.len()).find(|at| !counts(*at)).unwrap_or(free.len());
        if end - start >= VALUE {
            found.push(start..end);
        }
        start = end + 1;
    }
    found
}

/// Whether a text has a value of another plugin's result that the plugin's arguments could have supplied.
fn carries_result(text: &str, said: &[Said<'_>], source: &Call, supplied: &Supplied, typed: &HashSet<String>) -> bool {
    let own = source.plan.as_ref().map(|plan| plan.plugin);
    let others = spoken(said, |speaker| matches!(speaker, Speaker::Plugin { plugin, .. } if Some(plugin) != own));
    let skeleton = Skeleton::of(text);
    let wanted: HashSet<u64> = pieces(&skeleton.letters, VALUE).collect();
    let mut known = HashSet::new();
    for other in others {
        known.extend(pieces(&Skeleton::of(other).letters, VALUE).filter(|piece| wanted.contains(piece)));
    }
    let found = runs(&skeleton, text, typed, |piece| known.contains(&piece));
    found.into_iter().any(|run| supplied.covers(&skeleton.letters[run]))
}

/// Whether a text has a secret of a kind that the plugin was given.
fn carries_secret(text: &str, arguments: &[String]) -> bool {
    let kinds = secrets::in_text(text);
    !kinds.is_empty()
        && arguments.iter().any(|argument| secrets::in_text(argument).iter().any(|kind| kinds.contains(kind)))
}

/// Whether a text has something of the person's profile that they did not type in the conversation.
fn carries_personal(text: &str, personal: &[String], typed: &HashSet<String>) -> bool {
    let letters: String = Skeleton::of(text).letters.into_iter().collect();
    personal.iter().any(|value| {
        let wanted: String = Skeleton::of(value).letters.into_iter().collect();
        let is_typed = words(value).all(|word| typed.contains(&word));
        wanted.chars().count() >= PERSONAL && letters.contains(&wanted) && !is_typed
    })
}

/// Whether a text has an address, and not just one that begins with it. JSON may write a slash with a backslash before
/// it, and `&` as a number.
fn has_whole(text: &str, address: &str) -> bool {
    let found = |written: &str| text.match_indices(written).any(|(at, _)| ends(&text[at + written.len()..]));
    let slashes = || address.replace('/', "\\/");
    !address.is_empty() && (found(address) || found(&slashes()) || found(&address.replace('&', "\\u0026")))
}

/// Whether an address is over where this text follows it.
fn ends(rest: &str) -> bool {
    let next = rest.trim_start_matches(PUNCTUATION).chars().next();
    next.is_none_or(|next| next.is_whitespace() || ENDS.contains(&next))
}

#[cfg(test)]
mod tests;
