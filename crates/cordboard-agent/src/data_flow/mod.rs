//! Where the values in a call come from: whether it would tell its plugin what another plugin answered, or a secret.
//!
//! A value counts from eight letters or digits on, however it is written or encoded. What the person typed is theirs to
//! send, and what the plugin has seen before is not told anew. What is decided here is decided by comparing texts; no text
//! can argue with it.

mod address;
mod decoding;
mod history;
mod secrets;
mod skeleton;

use std::collections::{BTreeSet, HashMap, HashSet};

use cordboard_domain::call::Call;
use cordboard_domain::disclosure::Disclosure;
use cordboard_domain::id::PluginId;
use cordboard_domain::time::{SignedDuration, Timestamp};
use cordboard_domain::turn::Turn;
use cordboard_spec::render::tokens;
use jiff::civil::Date;
use serde_json::Value;

pub use address::{Fetch, may_fetch};

use self::decoding::decoded;
use self::history::{Leaf, Said, Speaker, leaves, until};
use self::skeleton::{Skeleton, VALUE, pieces, words};

/// What several arguments make up together counts from this length on, since pieces meet by chance.
const JOINED_VALUE: usize = 12;
/// The longest value that is shown, in characters.
const LONGEST_SHOWN: usize = 120;

/// A call that is about to be planned.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'call> {
    /// The call as the model proposed it.
    pub call: &'call Call,
    pub plugin: PluginId,
    pub arguments: &'call Value,
    /// JSON Schema of the arguments, whose constants are the plugin's own words.
    pub schema: &'call Value,
    pub now: Timestamp,
}

/// A text of the call, as it is or decoded.
struct View {
    argument: String,
    text: String,
    skeleton: Skeleton,
    least: usize,
}

/// What is known of a piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Unseen,
    /// The person typed it, the model came up with it before any plugin had it, or the plugin has seen it.
    Free,
    /// It came with a result of this plugin, by its place among those found.
    Result(usize),
}

/// What a call would disclose. `path` are the turns that the model sees, the oldest first, with that of the call.
pub fn disclosures(outgoing: Outgoing<'_>, path: &[&Turn]) -> Vec<Disclosure> {
    let constants = constants(outgoing.schema);
    let leaves: Vec<Leaf> =
        leaves(outgoing.arguments).into_iter().filter(|leaf| !constants.contains(&leaf.text)).collect();
    let views = views(&leaves);
    let mut found = secret_disclosures(&leaves, &views);
    found.extend(result_disclosures(outgoing, &views, &until(path, Some(outgoing.call))));
    found
}

/// Every text of the call with what it may encode, then all of them joined.
fn views(leaves: &[Leaf]) -> Vec<View> {
    let view = |argument: &str, least: usize| {
        let argument = argument.to_owned();
        move |text: String| View { argument: argument.clone(), skeleton: Skeleton::of(&text), text, least }
    };
    let mut views: Vec<View> =
        leaves.iter().flat_map(|leaf| decoded(&leaf.text).into_iter().map(view(&leaf.argument, VALUE))).collect();
    if leaves.len() > 1 {
        for separator in ["", " "] {
            let joined = leaves.iter().map(|leaf| leaf.text.as_str()).collect::<Vec<_>>().join(separator);
            views.extend(decoded(&joined).into_iter().map(view("", JOINED_VALUE)));
        }
    }
    views
}

fn secret_disclosures(leaves: &[Leaf], views: &[View]) -> Vec<Disclosure> {
    let by_name = leaves.iter().filter(|leaf| !leaf.text.trim().is_empty() && secrets::is_secret_name(&leaf.name));
    let by_name = by_name.map(|leaf| (leaf.argument.clone(), cordboard_domain::disclosure::SecretKind::Password));
    let by_form = views
        .iter()
        .flat_map(|view| secrets::in_text(&view.text).into_iter().map(|kind| (view.argument.clone(), kind)));
    let mut seen = HashSet::new();
    // Joined texts come last and repeat what a single one has.
    let secrets = by_name.chain(by_form).filter(|(argument, kind)| {
        seen.insert((argument.clone(), *kind))
            && (!argument.is_empty() || seen.iter().filter(|(_, each)| each == kind).count() == 1)
    });
    secrets.map(|(argument, secret)| Disclosure::Secret { argument, secret }).collect::<Vec<_>>()
}

fn result_disclosures(outgoing: Outgoing<'_>, views: &[View], said: &[Said<'_>]) -> Vec<Disclosure> {
    let others: Vec<(PluginId, &str)> = others(said, outgoing.plugin);
    if others.is_empty() {
        return Vec::new();
    }
    let origins = origins(views, said, outgoing.plugin, &others);
    let typed: HashSet<String> =
        said.iter().filter(|each| each.speaker == Speaker::Person).flat_map(|each| words(&each.text)).collect();
    let mut found: Vec<Disclosure> = Vec::new();
    let mut known = BTreeSet::new();
    for view in views {
        for (value, from) in runs(view, &origins, &typed) {
            let (plugin, name) = others[from];
            let is_told = |argument: &str| known.contains(&(argument.to_owned(), from));
            let is_repeated = if view.argument.is_empty() {
                known.iter().any(|(_, each)| *each == from)
            } else {
                is_told(&view.argument)
            };
            if is_repeated
                || is_day_at_hand(&view.text, outgoing.now)
                || is_common(value) && !is_whole(value, said, plugin)
            {
                continue;
            }
            known.insert((view.argument.clone(), from));
            found.push(Disclosure::Result {
                argument: view.argument.clone(),
                plugin,
                plugin_name: name.to_owned(),
                value: value.chars().take(LONGEST_SHOWN).collect(),
            });
        }
    }
    found
}

/// The other plugins that have answered something, in order.
fn others<'turns>(said: &[Said<'turns>], plugin: PluginId) -> Vec<(PluginId, &'turns str)> {
    let mut others: Vec<(PluginId, &str)> = Vec::new();
    for each in said {
        if let Speaker::Plugin { plugin: other, name } = each.speaker
            && other != plugin
            && !others.iter().any(|(known, _)| *known == other)
        {
            others.push((other, name));
        }
    }
    others
}

/// Where each piece of the views was said first; what was typed or is known to the plugin is free wherever it was said.
fn origins(views: &[View], said: &[Said<'_>], plugin: PluginId, others: &[(PluginId, &str)]) -> HashMap<u64, Origin> {
    let mut origins: HashMap<u64, Origin> = views
        .iter()
        .flat_map(|view| pieces(&view.skeleton.letters, VALUE))
        .map(|piece| (piece, Origin::Unseen))
        .collect();
    for each in said {
        let letters = Skeleton::of(&each.text).letters;
        for piece in pieces(&letters, VALUE) {
            let Some(origin) = origins.get_mut(&piece) else { continue };
            *origin = match each.speaker {
                Speaker::Person => Origin::Free,
                Speaker::Plugin { plugin: speaker, .. } | Speaker::Model { sent_to: Some(speaker) }
                    if speaker == plugin =>
                {
                    Origin::Free
                }
                Speaker::Model { .. } if *origin == Origin::Unseen => Origin::Free,
                Speaker::Plugin { plugin: speaker, .. } if *origin == Origin::Unseen => {
                    others.iter().position(|(other, _)| *other == speaker).map_or(Origin::Unseen, Origin::Result)
                }
                Speaker::Plugin { .. } | Speaker::Model { .. } => *origin,
            };
        }
    }
    origins
}

/// The parts of a view that came with results, each with the place of the plugin.
fn runs<'view>(view: &'view View, origins: &HashMap<u64, Origin>, typed: &HashSet<String>) -> Vec<(&'view str, usize)> {
    let letters = &view.skeleton.letters;
    let mut free = view.skeleton.of_known_words(&view.text, typed);
    let mut from = vec![None; letters.len()];
    for (at, piece) in pieces(letters, VALUE).enumerate() {
        match origins.get(&piece) {
            Some(Origin::Free) => free[at..at + VALUE].fill(true),
            Some(Origin::Result(place)) => from[at..at + VALUE].fill(Some(*place)),
            Some(Origin::Unseen) | None => {}
        }
    }
    let of = |at: usize| from[at].filter(|_| !free[at]);
    let mut found = Vec::new();
    let mut start = 0;
    while start < letters.len() {
        let Some(place) = of(start) else {
            start += 1;
            continue;
        };
        let end = (start..letters.len()).find(|at| of(*at) != Some(place)).unwrap_or(letters.len());
        if end - start >= view.least {
            found.push((view.skeleton.slice(&view.text, start..end), place));
        }
        start = end;
    }
    found
}

/// The constants that the plugin's own schema offers as values.
fn constants(schema: &Value) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let values: Vec<&Value> = match (key.as_str(), member) {
                        ("enum" | "examples", Value::Array(values)) => values.iter().collect(),
                        ("const" | "default" | "example", value) => vec![value],
                        _ => Vec::new(),
                    };
                    found.extend(values.into_iter().filter_map(Value::as_str).map(str::to_owned));
                    open.push(member);
                }
            }
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

/// Whether a text is a day, or a moment of a day, that is near: people say "tomorrow" and mean a date that many results
/// have.
fn is_day_at_hand(text: &str, now: Timestamp) -> bool {
    let text = text.trim();
    let rest = text.get(10..).unwrap_or("x");
    let is_moment = rest.is_empty() || rest.starts_with(['T', ' ']) && rest.len() <= 20;
    let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
    let moment = day.and_then(|day| day.at(0, 0, 0, 0).in_tz("UTC").ok()).map(|zoned| zoned.timestamp());
    let (week, year) = (SignedDuration::from_hours(24 * 7), SignedDuration::from_hours(24 * 400));
    is_moment && moment.is_some_and(|moment| now - week <= moment && moment <= now + year)
}

/// Whether a text is a word that everybody uses, which says nothing of where it comes from.
fn is_common(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase()) && tokens::count(&format!(" {text}")) == 1
}

/// Whether a plugin's result has a text as a value of its own.
fn is_whole(text: &str, said: &[Said<'_>], plugin: PluginId) -> bool {
    let wanted = Skeleton::of(text).letters;
    let is_by = |each: &&Said<'_>| matches!(each.speaker, Speaker::Plugin { plugin: speaker, .. } if speaker == plugin);
    said.iter().filter(is_by).filter_map(|each| serde_json::from_str::<Value>(&each.text).ok()).any(|body| {
        let leaves = leaves(&serde_json::json!({ "": body }));
        leaves.iter().any(|leaf| Skeleton::of(&leaf.text).letters == wanted)
    })
}

#[cfg(test)]
mod tests;
