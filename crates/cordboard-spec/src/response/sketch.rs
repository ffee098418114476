//! JSON of any size, read once into a tree of bounded size: the beginnings of lists, texts and objects, with counts of
//! the rest. Nothing is kept that could not be shown, so memory does not grow with the input.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::marker;

/// Levels that are kept; what lies deeper is counted.
const MAX_DEPTH: usize = 32;
/// A text is never kept shorter than this.
const LEAST_TEXT: usize = 48;
/// A list is cut within its items only as far as is needed to show so many.
pub(super) const SAMPLE: usize = 8;

/// A value, or the beginning of one.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The characters that it takes as JSON, markers included.
    pub(super) cost: usize,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// A number, `true`, `false` or `null`, as JSON; or a marker.
    Scalar(String),
    Text {
        kept: String,
        more: u64,
    },
    List {
        items: Vec<Node>,
        more: u64,
    },
    Object {
        members: Vec<(String, Node)>,
        more: u64,
    },
    /// Stands for a list or object that lies too deep; a text.
    Deep(String),
}

/// Reads JSON for a view of `limit` characters.
pub(super) fn sketch(text: &str, limit: usize) -> Result<Node, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // Several large lists may have to share the view, and which is largest shows at the end only.
    let node = Seed { allowance: limit.saturating_mul(16), most: limit, depth: 0 }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(node)
}

/// Reads one JSON value per line as a list.
pub(super) fn sketch_lines<'text>(
    lines: impl Iterator<Item = &'text str>,
    limit: usize,
) -> Result<Node, serde_json::Error> {
    let mut list = Sample::new(limit.saturating_mul(SAMPLE), limit);
    let mut more = 0;
    for line in lines {
        match list.item_allowance() {
            Some(allowance) => {
                let seed = Seed { allowance, most: limit, depth: 1 };
                list.push(seed.deserialize(&mut serde_json::Deserializer::from_str(line))?);
            }
            None => more += 1,
        }
    }
    Ok(Node::list(list.items, more))
}

/// The items of a list that are kept: as many as could be shown, and enough large ones for a sample.
struct Sample {
    items: Vec<Node>,
    kept: usize,
    room: usize,
    most: usize,
}

impl Sample {
    fn new(allowance: usize, most: usize) -> Self {
        Self { items: Vec::new(), kept: 0, room: allowance.min(most.saturating_mul(SAMPLE)), most }
    }

    /// What the next item may keep, if it is kept at all.
    fn item_allowance(&self) -> Option<usize> {
        let is_enough = self.items.len() >= SAMPLE && self.kept >= self.most;
        let left = self.room.saturating_sub(self.kept);
        (left > 0 && !is_enough).then(|| left.div_ceil(2).min(self.most))
    }

    fn push(&mut self, item: Node) {
        self.kept += item.cost + 1;
        self.items.push(item);
    }
}

/// Characters of a text as a JSON string.
pub(super) fn quoted_cost(text: &str) -> usize {
    2 + text.chars().map(character_cost).sum::<usize>()
}

/// Characters of one character within a JSON string, as `serde_json` writes it.
pub(super) fn character_cost(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => 1,
    }
}

impl Node {
    fn scalar(text: String) -> Self {
        Self { cost: text.chars().count(), kind: Kind::Scalar(text) }
    }

    fn text(kept: String, more: u64) -> Self {
        let marker = if more == 0 { 0 } else { marker::characters(more).chars().count() };
        Self { cost: quoted_cost(&kept) + marker, kind: Kind::Text { kept, more } }
    }

    fn deep(text: String) -> Self {
        Self { cost: quoted_cost(&text), kind: Kind::Deep(text) }
    }

    fn list(items: Vec<Self>, more: u64) -> Self {
        let marker = if more == 0 { 0 } else { marker::items(more).chars().count() + 3 };
        let cost = items.iter().map(|item| item.cost + 1).sum::<usize>();
        // The brackets, less the comma that the last item does not have.
        let cost = cost + marker + 2 - usize::from(!items.is_empty());
        Self { kind: Kind::List { items, more }, cost }
    }

    fn object(members: Vec<(String, Self)>, more: u64) -> Self {
        let marker = if more == 0 { 0 } else { marker::fields(more).chars().count() + 7 };
        let cost = members.iter().map(|(key, value)| quoted_cost(key) + value.cost + 2).sum::<usize>();
        let cost = cost + marker + 2 - usize::from(!members.is_empty());
        Self { kind: Kind::Object { members, more }, cost }
    }
}

/// Reads one value. No child gets all that its parent has left, so that a large first one leaves room.
#[derive(Clone, Copy)]
struct Seed {
    allowance: usize,
    /// What any single list or text may keep.
    most: usize,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Node, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::scalar("null".to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::scalar(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::scalar(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::scalar(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::scalar(serde_json::Value::from(value).to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        if marker::is_deep(text) && text.len() < LEAST_TEXT {
            return Ok(Node::deep(text.to_owned()));
        }
        let (text, earlier) = marker::split_characters(text);
        let most = self.allowance.min(self.most).max(LEAST_TEXT);
        let end = text.char_indices().nth(most).map_or(text.len(), |(index, _)| index);
        let more = if end == text.len() { 0 } else { text[end..].chars().count() };
        Ok(Node::text(text[..end].to_owned(), earlier + more as u64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        if self.depth >= MAX_DEPTH {
            return Ok(Node::deep(marker::deep_list(rest_of_list(&mut access)?)));
        }
        let mut list = Sample::new(self.allowance, self.most);
        while let Some(allowance) = list.item_allowance() {
            let seed = Self { allowance, depth: self.depth + 1, ..self };
            let Some(item) = access.next_element_seed(seed)? else { break };
            list.push(item);
        }
        let mut items = list.items;
        let mut more = rest_of_list(&mut access)?;
        if let Some(Node { kind: Kind::Text { kept, more: 0 }, .. }) = items.last()
            && let Some(earlier) = marker::read_items(kept)
        {
            items.pop();
            more += earlier;
        }
        Ok(Node::list(items, more))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        if self.depth >= MAX_DEPTH {
            return Ok(Node::deep(marker::deep_object(rest_of_object(&mut access)?)));
        }
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut room = self.allowance;
        // Beyond the allowance members are kept in their shortest form, for their names and numbers.
        let mut overdraft = if self.depth == 0 { self.most.saturating_mul(4) } else { self.allowance };
        let mut more = 0;
        while room > 0 || overdraft > 0 {
            let Some(key) = access.next_key::<String>()? else { break };
            let value = access.next_value_seed(Self { allowance: room / 8 * 7, depth: self.depth + 1, ..self })?;
            if let (marker::KEY, Kind::Text { kept, .. }) = (key.as_str(), &value.kind)
                && let Some(earlier) = marker::read_fields(kept)
            {
                more += earlier;
                continue;
            }
            let cost = quoted_cost(&key) + value.cost + 2;
            overdraft = overdraft.saturating_sub(cost.saturating_sub(room));
            room = room.saturating_sub(cost);
            members.push((key, value));
        }
        Ok(Node::object(members, more + rest_of_object(&mut access)?))
    }
}

fn rest_of_list<'de, A: SeqAccess<'de>>(access: &mut A) -> Result<u64, A::Error> {
    let mut count = 0;
    while access.next_element::<IgnoredAny>()?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn rest_of_object<'de, A: MapAccess<'de>>(access: &mut A) -> Result<u64, A::Error> {
    let mut count = 0;
    while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
        count += 1;
    }
    Ok(count)
}
