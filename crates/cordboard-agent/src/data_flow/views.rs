//! The texts of a call: each as it is, decoded, and put together with what the plugin was sent before.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use cordboard_domain::call::{Call, CallState};
use cordboard_domain::id::PluginId;
use cordboard_domain::turn::Turn;
use serde_json::Value;

use super::decoding::decoded;
use super::history::{Leaf, leaves};
use super::skeleton::{Skeleton, VALUE, pieces, words};
use crate::host_tools::call_operation;

/// What several arguments make up together counts from this length on, since pieces meet by chance.
pub(super) const JOINED_VALUE: usize = 12;
/// The shortest argument that counts as a part of a value, in letters.
const SHORTEST_PART: usize = 3;
/// The longest text of an earlier call that may be a part of a value, in bytes.
const LONGEST_EARLIER: usize = 128;
/// How many texts of earlier calls are looked at, the newest.
const MOST_EARLIER: usize = 64;
/// How many values of one result that parts make up are looked at.
const MOST_VALUES: usize = 64;

/// A text of the call, as it is, decoded or joined.
pub(super) struct View {
    /// The argument that has it; empty where several make it up.
    pub(super) argument: String,
    pub(super) text: String,
    pub(super) skeleton: Skeleton,
    /// The length from which a part of it counts.
    pub(super) least: usize,
    /// The letters that earlier calls sent, which are not new.
    before: Rc<[String]>,
}

impl View {
    pub(super) fn of(argument: &str, text: String, least: usize) -> Self {
        Self { argument: argument.to_owned(), skeleton: Skeleton::of(&text), text, least, before: Rc::default() }
    }

    /// Whether earlier calls sent a part of it already.
    pub(super) fn is_old(&self, part: &str) -> bool {
        let letters = letters_of(part);
        self.before.iter().any(|before| before.contains(&letters))
    }

    /// A text and everything that it may encode.
    fn all_of(argument: &str, text: &str, least: usize) -> Vec<Self> {
        decoded(text).into_iter().map(|text| Self::of(argument, text, least)).collect()
    }
}

/// Every text of the call with what it may encode.
pub(super) fn single(leaves: &[Leaf]) -> impl Iterator<Item = View> + '_ {
    leaves.iter().flat_map(|leaf| View::all_of(&leaf.argument, &leaf.text, VALUE))
}

/// All texts of the call in one, and each argument behind what earlier calls sent in it.
pub(super) fn assembled(leaves: &[Leaf], earlier: &[Leaf]) -> Vec<View> {
    let continued = continuations(leaves, earlier).into_iter().flat_map(|Continuation { before, whole }| {
        let before: Rc<[String]> = decoded(&before).iter().map(|text| letters_of(text)).collect();
        decoded(&whole).into_iter().map(move |text| View { before: before.clone(), ..View::of("", text, JOINED_VALUE) })
    });
    let joined = joins(leaves).into_iter().flat_map(|text| View::all_of("", &text, JOINED_VALUE));
    joined.chain(continued).collect()
}

fn letters_of(text: &str) -> String {
    Skeleton::of(text).letters.into_iter().collect()
}

/// All texts of a call in one.
pub(super) fn joins(leaves: &[Leaf]) -> Vec<String> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let texts: Vec<&str> = leaves.iter().map(|leaf| leaf.text.as_str()).collect();
    vec![texts.join(" "), texts.concat()]
}

/// What earlier calls sent in an argument, without and with what this call sends in it.
pub(super) struct Continuation {
    pub(super) before: String,
    pub(super) whole: String,
}

/// Each argument of a call behind what earlier calls sent in it.
pub(super) fn continuations(leaves: &[Leaf], earlier: &[Leaf]) -> Vec<Continuation> {
    let mut names: Vec<&str> = leaves.iter().map(|leaf| leaf.argument.as_str()).collect();
    names.dedup();
    let of = |leaves: &[Leaf], name: &str| -> String {
        leaves.iter().filter(|leaf| leaf.argument == name).map(|leaf| leaf.text.as_str()).collect()
    };
    let both = names.into_iter().map(|name| (of(earlier, name), of(leaves, name)));
    let continued = both.filter(|(before, _)| !before.is_empty());
    continued.map(|(before, now)| Continuation { whole: format!("{before}{now}"), before }).collect()
}

/// The texts of calls to this plugin before this call, the oldest first. Calls that are planned together with it count
/// too: which plugin they are for is not known yet.
pub(super) fn earlier(path: &[&Turn], call: &Call, plugin: PluginId) -> Vec<Leaf> {
    let calls = path.iter().flat_map(|turn| turn.calls()).take_while(|each| each.id != call.id);
    let all = calls.flat_map(|each| match (&each.plan, &each.preview) {
        (Some(plan), Some(preview)) if plan.plugin == plugin => leaves(&preview.arguments),
        (None, _) if each.state == CallState::Proposed => proposed(each),
        (Some(_) | None, _) => Vec::new(),
    });
    let mut all: Vec<Leaf> = all.filter(|leaf| leaf.text.len() <= LONGEST_EARLIER).collect();
    all.drain(..all.len().saturating_sub(MOST_EARLIER));
    all
}

/// The texts of a call as the model wrote it.
fn proposed(call: &Call) -> Vec<Leaf> {
    let target =
        (call.tool == call_operation::NAME).then(|| call_operation::target(&call.raw_arguments).ok()).flatten();
    let raw = target.map_or_else(|| call.raw_arguments.clone(), |target| target.raw_arguments);
    serde_json::from_str::<Value>(&raw).map(|arguments| leaves(&arguments)).unwrap_or_default()
}

/// Short arguments of this call and of earlier ones, which can be parts of one value in any order.
pub(super) struct Parts {
    /// Numbers of the parts of each length, and whether this call has them.
    of_length: Vec<(usize, HashSet<u64>, HashSet<u64>)>,
}

impl Parts {
    pub(super) fn of(leaves: &[Leaf], earlier: &[Leaf], typed: &HashSet<String>) -> Self {
        let of_length = (SHORTEST_PART..VALUE).map(|length| {
            let parts = |leaves: &[Leaf]| -> HashSet<u64> {
                let unsaid = leaves.iter().filter(|leaf| !words(&leaf.text).all(|word| typed.contains(&word)));
                let letters = unsaid.map(|leaf| Skeleton::of(&leaf.text).letters);
                letters.filter_map(|each| pieces(&each, length).next().filter(|_| each.len() == length)).collect()
            };
            (length, parts(leaves), parts(earlier))
        });
        Self { of_length: of_length.collect() }
    }

    /// The parts of a result that such arguments make up without a gap, at least one of them of this call.
    pub(super) fn values_in(&self, text: &str) -> Vec<View> {
        if self.of_length.iter().all(|(_, now, _)| now.is_empty()) {
            return Vec::new();
        }
        let skeleton = Skeleton::of(text);
        // For each place, where the longest chain of parts that ends there begins, and whether this call has one of them.
        let mut chains: Vec<Option<(usize, bool)>> = vec![None; skeleton.letters.len() + 1];
        let tables: Vec<Vec<u64>> =
            self.of_length.iter().map(|(length, ..)| pieces(&skeleton.letters, *length).collect()).collect();
        for at in 0..skeleton.letters.len() {
            for ((length, now, before), table) in self.of_length.iter().zip(&tables) {
                let Some(piece) = table.get(at) else { continue };
                let is_now = now.contains(piece);
                if is_now || before.contains(piece) {
                    let (start, has_now) = chains[at].unwrap_or((at, false));
                    let known = &mut chains[at + length];
                    let better = known.is_none_or(|(known, known_now)| (has_now || is_now, known) > (known_now, start));
                    if better {
                        *known = Some((start, has_now || is_now));
                    }
                }
            }
        }
        let whole = |(end, chain): (usize, &Option<(usize, bool)>)| {
            let (start, has_now) = (*chain)?;
            (has_now && end - start >= JOINED_VALUE).then_some(start..end)
        };
        let longest: BTreeMap<usize, usize> =
            chains.iter().enumerate().filter_map(whole).map(|range| (range.start, range.end)).collect();
        let value =
            |(start, end): (usize, usize)| View::of("", skeleton.slice(text, start..end).to_owned(), JOINED_VALUE);
        longest.into_iter().take(MOST_VALUES).map(value).collect()
    }
}
