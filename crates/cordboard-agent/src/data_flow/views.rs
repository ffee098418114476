//! The texts of a call: each as it is, decoded, and put together with what the plugin was sent before.

use std::collections::{BTreeMap, HashSet};

use cordboard_domain::call::Call;
use cordboard_domain::id::PluginId;
use cordboard_domain::turn::Turn;

use super::decoding::decoded;
use super::history::{Leaf, leaves};
use super::skeleton::{Skeleton, VALUE, pieces, words};

/// What several arguments make up together counts from this length on, since pieces meet by chance.
pub(super) const JOINED_VALUE: usize = 12;
/// The shortest argument that counts as a part of a value, in letters.
const SHORTEST_PART: usize = 3;
/// The longest text of an earlier call that may be a part of a value, in bytes.
const LONGEST_EARLIER: usize = 256;
/// How many texts of earlier calls are looked at, the newest.
const MOST_EARLIER: usize = 256;
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
}

impl View {
    pub(super) fn of(argument: &str, text: String, least: usize) -> Self {
        Self { argument: argument.to_owned(), skeleton: Skeleton::of(&text), text, least }
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

/// All texts of the call in one.
pub(super) fn joined(leaves: &[Leaf]) -> Vec<View> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let join = |separator: &str| leaves.iter().map(|leaf| leaf.text.as_str()).collect::<Vec<_>>().join(separator);
    [" ", ""].into_iter().flat_map(|separator| View::all_of("", &join(separator), JOINED_VALUE)).collect()
}

/// Each argument behind what earlier calls sent in it.
pub(super) fn continued(leaves: &[Leaf], earlier: &[Leaf]) -> Vec<View> {
    let mut names: Vec<&str> = leaves.iter().map(|leaf| leaf.argument.as_str()).collect();
    names.dedup();
    let mut views = Vec::new();
    for name in names {
        let of_name = |leaf: &&Leaf| leaf.argument == name;
        let before: String = earlier.iter().filter(of_name).map(|leaf| leaf.text.as_str()).collect();
        if !before.is_empty() {
            let now = leaves.iter().filter(of_name).map(|leaf| leaf.text.as_str());
            let text = now.fold(before, |text, part| text + part);
            views.extend(View::all_of("", &text, JOINED_VALUE));
        }
    }
    views
}

/// The texts that calls of this plugin had before this call, the oldest first.
pub(super) fn earlier(path: &[&Turn], call: &Call, plugin: PluginId) -> Vec<Leaf> {
    let calls = path.iter().flat_map(|turn| turn.calls()).take_while(|each| each.id != call.id);
    let to_plugin = calls.filter(|each| each.plan.as_ref().is_some_and(|plan| plan.plugin == plugin));
    let sent = to_plugin.filter_map(|each| each.preview.as_ref());
    let all = sent.flat_map(|preview| leaves(&preview.arguments)).filter(|leaf| leaf.text.len() <= LONGEST_EARLIER);
    let mut all: Vec<Leaf> = all.collect();
    all.drain(..all.len().saturating_sub(MOST_EARLIER));
    all
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
