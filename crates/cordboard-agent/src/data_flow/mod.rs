//! Where the values in a call come from: whether it would tell its plugin what another plugin answered, or a secret.
//!
//! A value counts from eight letters or digits on, however it is written or encoded, and also where several arguments or
//! calls make it up. What the person typed is theirs to
//! send, and what the plugin has seen before is no news to it. Everything is decided by comparing texts, so that no text
//! can argue with it.

mod address;
mod days;
mod decoding;
mod history;
mod secrets;
mod skeleton;
mod views;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use cordboard_domain::call::Call;
use cordboard_domain::disclosure::{Disclosure, SecretKind};
use cordboard_domain::id::PluginId;
use cordboard_domain::time::Timestamp;
use cordboard_domain::turn::Turn;
use cordboard_spec::render::tokens;
use serde_json::Value;

pub use address::{Fetch, may_fetch};

use self::decoding::decoded_words;
use self::history::{Leaf, Said, Speaker, leaves, until};
use self::skeleton::{Skeleton, VALUE, pieces, words};
use self::views::{Continuation, Parts, View, assembled, continuations, earlier, joins, single};

/// The shortest word that is the person's because they typed it, in letters; a shorter one may be a piece of anything.
const SHORTEST_WORD: usize = 4;
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

/// What is known of a piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Unseen,
    /// The person typed it, the model came up with it before any plugin had it, or the plugin itself answered it.
    Free,
    /// The plugin was sent it.
    Sent,
    /// It came with a result of this plugin, by its place among those found.
    Result(usize),
}

/// What a call would disclose. `path` are the turns that the model sees, the oldest first, with that of the call.
pub fn disclosures(outgoing: Outgoing<'_>, path: &[&Turn]) -> Vec<Disclosure> {
    let constants = constants(outgoing.schema);
    let mut all = leaves(outgoing.arguments);
    all.extend(unknown_names(outgoing));
    let is_constant = |leaf: &&Leaf| constants.contains(&leaf.text);
    let chosen: Vec<Leaf> = all.iter().filter(|leaf| !is_constant(leaf)).cloned().collect();
    // A plugin's own words say nothing one by one, but short ones can spell a value.
    let can_spell = |leaf: &&Leaf| !is_constant(leaf) || Skeleton::of(&leaf.text).letters.len() < VALUE;
    let spelt: Vec<Leaf> = all.iter().filter(can_spell).cloned().collect();
    let before = earlier(path, outgoing.call, outgoing.plugin);
    let mut found = secret_disclosures(&chosen, &spelt, &before);
    found.extend(result_disclosures(outgoing, [&chosen, &spelt, &before], &until(path, Some(outgoing.call))));
    found
}

/// Names of arguments that the plugin's schema does not have, which the model chose.
fn unknown_names(outgoing: Outgoing<'_>) -> Vec<Leaf> {
    let known = outgoing.schema.get("properties").and_then(Value::as_object);
    let names = outgoing.arguments.as_object().into_iter().flat_map(|arguments| arguments.keys());
    let unknown = names.filter(|name| known.is_some_and(|known| !known.contains_key(*name)));
    unknown.map(|name| Leaf { argument: name.clone(), name: String::new(), text: name.clone() }).collect()
}

fn secret_disclosures(chosen: &[Leaf], spelt: &[Leaf], before: &[Leaf]) -> Vec<Disclosure> {
    let kinds = |text: &str| decoded_words(text).iter().flat_map(|text| secrets::in_text(text)).collect::<Vec<_>>();
    let named = chosen.iter().filter(|leaf| !leaf.text.trim().is_empty() && secrets::is_secret_name(&leaf.name));
    let mut found: Vec<(String, SecretKind)> =
        named.map(|leaf| (leaf.argument.clone(), SecretKind::Password)).collect();
    for leaf in chosen {
        found.extend(kinds(&leaf.text).into_iter().map(|kind| (leaf.argument.clone(), kind)));
    }
    let continued = continuations(spelt, before).into_iter().flat_map(|Continuation { before, whole }| {
        // What was sent before was asked about then.
        let old = kinds(&before);
        kinds(&whole).into_iter().filter(move |kind| !old.contains(kind))
    });
    // Joined texts repeat what a single one has.
    for kind in joins(spelt).iter().flat_map(|text| kinds(text)).chain(continued) {
        if !found.iter().any(|(_, known)| *known == kind) {
            found.push((String::new(), kind));
        }
    }
    let mut seen = HashSet::new();
    found.retain(|each| seen.insert(each.clone()));
    found.into_iter().map(|(argument, secret)| Disclosure::Secret { argument, secret }).collect()
}

/// `leaves` are the texts of the call that are not the plugin's own words, those with its short words, and those of
/// earlier calls.
fn result_disclosures(outgoing: Outgoing<'_>, leaves: [&[Leaf]; 3], said: &[Said<'_>]) -> Vec<Disclosure> {
    let others: Vec<(PluginId, &str)> = others(said, outgoing.plugin);
    if others.is_empty() {
        return Vec::new();
    }
    let typed: HashSet<String> = said
        .iter()
        .filter(|each| each.speaker == Speaker::Person)
        .flat_map(|each| words(&each.text))
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .collect();
    let views = views(outgoing, leaves, said, &typed);
    let origins = origins(&views, said, outgoing.plugin, &others);
    let values: Vec<HashSet<String>> = others.iter().map(|(plugin, _)| values(said, *plugin)).collect();
    let mut found: Vec<Disclosure> = Vec::new();
    let mut known = BTreeSet::new();
    for view in &views {
        let near = days::at_hand(&view.text, outgoing.now);
        for (value, from) in runs(view, &origins, &typed, &near) {
            let is_repeated = if view.argument.is_empty() {
                known.iter().any(|(_, each)| *each == from)
            } else {
                known.contains(&(view.argument.clone(), from))
            };
            if is_repeated || view.is_old(value) || is_common(value) && !values[from].contains(value) {
                continue;
            }
            let (plugin, name) = others[from];
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

/// The texts in which values of results are looked for.
fn views(outgoing: Outgoing<'_>, leaves: [&[Leaf]; 3], said: &[Said<'_>], typed: &HashSet<String>) -> Vec<View> {
    let [chosen, spelt, before] = leaves.map(|leaves| {
        let is_day = |leaf: &&Leaf| days::is_at_hand(&leaf.text, outgoing.now);
        leaves.iter().filter(|leaf| !is_day(leaf)).cloned().collect::<Vec<Leaf>>()
    });
    let parts = Parts::of(&spelt, &before, typed);
    let is_other =
        |each: &&Said<'_>| matches!(each.speaker, Speaker::Plugin { plugin, .. } if plugin != outgoing.plugin);
    let in_parts = said.iter().filter(is_other).flat_map(|each| parts.values_in(&each.text));
    let all = single(&chosen).chain(assembled(&spelt, &before)).chain(in_parts);
    // Texts with the same letters say the same; the first has its words apart.
    let mut seen = HashSet::new();
    all.filter(|view| seen.insert((view.argument.clone(), view.skeleton.letters.clone()))).collect()
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
        let written: Vec<Vec<char>> = each.forms().iter().map(|form| Skeleton::of(form).letters).collect();
        for piece in written.iter().flat_map(|letters| pieces(letters, VALUE)) {
            let Some(origin) = origins.get_mut(&piece) else { continue };
            *origin = match each.speaker {
                Speaker::Person => Origin::Free,
                Speaker::Plugin { plugin: speaker, .. } if speaker == plugin => Origin::Free,
                Speaker::Model { sent_to: Some(speaker) } if speaker == plugin && *origin != Origin::Free => {
                    Origin::Sent
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

/// The parts of a view that came with results, each with the place of the plugin. Words that the person typed, and days
/// that are near, do not count towards the length of a part, but do not end it either.
fn runs<'view>(
    view: &'view View,
    origins: &HashMap<u64, Origin>,
    typed: &HashSet<String>,
    near: &[Range<usize>],
) -> Vec<(&'view str, usize)> {
    let letters = &view.skeleton.letters;
    let mut free = view.skeleton.of_known_words(&view.text, typed);
    for range in near {
        view.skeleton.mark(range, &mut free);
    }
    let (mut from, mut sent) = (vec![None; letters.len()], vec![false; letters.len()]);
    for (at, piece) in pieces(letters, VALUE).enumerate() {
        match origins.get(&piece) {
            Some(Origin::Free) => free[at..at + VALUE].fill(true),
            Some(Origin::Sent) => sent[at..at + VALUE].fill(true),
            Some(Origin::Result(place)) => from[at..at + VALUE].fill(Some(*place)),
            Some(Origin::Unseen) | None => {}
        }
    }
    // What was sent with something else around it can still be the beginning of more.
    free.iter_mut().zip(sent.iter().zip(&from)).for_each(|(free, (sent, from))| *free |= *sent && from.is_none());
    let mut found = Vec::new();
    let mut start = 0;
    while start < letters.len() {
        let Some(place) = from[start].filter(|_| !free[start]) else {
            start += 1;
            continue;
        };
        let end = (start..letters.len()).find(|at| from[*at] != Some(place)).unwrap_or(letters.len());
        if free[start..end].iter().filter(|is_free| !**is_free).count() >= view.least {
            let last = (start..end).rfind(|at| !free[*at]).map_or(end, |last| last + 1);
            found.push((view.skeleton.slice(&view.text, start..last), place));
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

/// Whether a text is a word that everybody uses, which says nothing of where it comes from.
fn is_common(text: &str) -> bool {
    text.len() <= LONGEST_SHOWN
        && text.bytes().all(|byte| byte.is_ascii_lowercase())
        && tokens::count(&format!(" {text}")) == 1
}

/// The words that a plugin's results have as values of their own, in lower case.
fn values(said: &[Said<'_>], plugin: PluginId) -> HashSet<String> {
    let is_by = |each: &&Said<'_>| matches!(each.speaker, Speaker::Plugin { plugin: speaker, .. } if speaker == plugin);
    let bodies = said.iter().filter(is_by).filter_map(|each| serde_json::from_str::<Value>(&each.text).ok());
    let values = bodies.flat_map(|body| leaves(&serde_json::json!({ "": body })));
    values.map(|leaf| Skeleton::of(&leaf.text).letters.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests;
