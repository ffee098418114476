//! Writes a sketch as JSON of at most so many characters. Who takes most gives first: the members of an object share
//! what there is, and what is small stays whole.

use super::marker;
use super::sketch::{Kind, Node, SAMPLE, character_cost, quoted_cost};

/// No value is written into less.
pub(super) const LEAST: usize = 48;
/// The room for the marker of a list or object.
const MARKER: usize = 36;

/// The JSON text of a sketch.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) text: String,
    pub(super) shortened: bool,
    /// How many items are shown where the value is a list.
    pub(super) items: Option<usize>,
}

/// Writes at most `limit` characters, or [`LEAST`] where the limit is smaller.
pub(super) fn fit(node: &Node, limit: usize) -> Fitted {
    let mut writer = Writer::default();
    let shown = writer.node(node, limit.max(LEAST));
    let items = matches!(node.kind, Kind::List { .. }).then_some(shown);
    Fitted { text: writer.text, shortened: writer.shortened, items }
}

#[derive(Default)]
struct Writer {
    text: String,
    characters: usize,
    shortened: bool,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.characters += text.chars().count();
    }

    fn quoted(&mut self, text: &str) {
        self.push(&serde_json::Value::from(text).to_string());
    }

    /// Writes a value; gives the number of items or members that are shown.
    fn node(&mut self, node: &Node, room: usize) -> usize {
        match &node.kind {
            Kind::Scalar(text) => self.push(text),
            Kind::Deep(text) => {
                self.shortened = true;
                self.quoted(text);
            }
            Kind::Text { kept, more } => self.cut_text(kept, *more, node.cost, room),
            Kind::List { items, more } => return self.list(items, *more, node.cost <= room, room),
            Kind::Object { members, more } => return self.object(members, *more, node.cost <= room, room),
        }
        0
    }

    fn cut_text(&mut self, kept: &str, more: u64, cost: usize, room: usize) {
        if more == 0 && cost <= room {
            return self.quoted(kept);
        }
        self.shortened = true;
        let mut left = if cost <= room { usize::MAX } else { room.saturating_sub(MARKER) };
        let end = kept.char_indices().find(|(_, character)| {
            let cost = character_cost(*character);
            let fits = cost <= left;
            left = left.saturating_sub(cost);
            !fits
        });
        let end = end.map_or(kept.len(), |(index, _)| index);
        let more = more + kept[end..].chars().count() as u64;
        self.quoted(&format!("{}{}", &kept[..end], marker::characters(more)));
    }

    fn list(&mut self, items: &[Node], more: u64, whole: bool, room: usize) -> usize {
        let end = self.characters + if whole { usize::MAX / 2 } else { room - MARKER };
        let least_share = ((room.saturating_sub(MARKER)) / items.len().clamp(1, SAMPLE)).saturating_sub(1).max(LEAST);
        self.push("[");
        let mut shown = 0;
        for item in items {
            let share = if whole { item.cost } else { item.cost.min(least_share) };
            if self.characters + share + 1 > end {
                break;
            }
            if shown > 0 {
                self.push(",");
            }
            self.node(item, share);
            shown += 1;
        }
        let more = more + (items.len() - shown) as u64;
        if more > 0 {
            self.shortened = true;
            self.push(if shown > 0 { "," } else { "" });
            self.quoted(&marker::items(more));
        }
        self.push("]");
        shown
    }

    fn object(&mut self, members: &[(String, Node)], more: u64, whole: bool, room: usize) -> usize {
        let chosen = if whole { vec![true; members.len()] } else { choose(members, room - MARKER) };
        let kept = || members.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(member, _)| member);
        let share = if whole {
            usize::MAX
        } else {
            let keys: usize = kept().map(|(key, _)| quoted_cost(key) + 2).sum();
            fair_share(kept().map(|(_, value)| value.cost).collect(), (room - MARKER).saturating_sub(keys))
        };
        self.push("{");
        let mut shown = 0;
        for (key, value) in kept() {
            if shown > 0 {
                self.push(",");
            }
            self.quoted(key);
            self.push(":");
            self.node(value, value.cost.min(share));
            shown += 1;
        }
        let more = more + (members.len() - shown) as u64;
        if more > 0 {
            self.shortened = true;
            self.push(if shown > 0 { "," } else { "" });
            self.quoted(marker::KEY);
            self.push(":");
            self.quoted(&marker::fields(more));
        }
        self.push("}");
        shown
    }
}

/// Which members have room in their shortest form: those that are short anyway first, then the others, in order.
fn choose(members: &[(String, Node)], mut room: usize) -> Vec<bool> {
    let mut chosen = vec![false; members.len()];
    for short in [true, false] {
        for (chosen, (key, value)) in chosen.iter_mut().zip(members) {
            let cost = quoted_cost(key) + 2 + value.cost.min(LEAST);
            if (value.cost <= LEAST) == short && cost <= room {
                *chosen = true;
                room -= cost;
            }
        }
    }
    chosen
}

/// The most that one value may take so that all together take no more than `room`.
fn fair_share(mut costs: Vec<usize>, mut room: usize) -> usize {
    costs.sort_unstable();
    let mut left = costs.len();
    for cost in costs {
        let share = room / left;
        if cost > share {
            return share.max(LEAST);
        }
        room -= cost;
        left -= 1;
    }
    usize::MAX
}
