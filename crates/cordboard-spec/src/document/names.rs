//! The names that schemas give themselves: `$id`, `$anchor`, `$dynamicAnchor`, and `$self` of OpenAPI 3.2.

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

use super::bundle::Location;
use super::pointer::Pointer;
use super::source::Source;

/// Names of all documents of a bundle.
#[derive(Debug, Default)]
pub(crate) struct Names {
    documents: HashMap<String, Location>,
    anchors: HashMap<(String, String), Location>,
    /// Places whose references are resolved against another address than their document's.
    bases: Vec<(Location, Url)>,
}

impl Names {
    pub(crate) fn of(sources: &[Source], addresses: &[Url]) -> Self {
        let mut names = Self::default();
        for (document, (source, address)) in sources.iter().zip(addresses).enumerate() {
            if ["$id", "$anchor", "$dynamicAnchor", "$self"].iter().any(|name| source.text.contains(name)) {
                let at = Location { document, pointer: Pointer::root() };
                names.gather(&source.value, &at, address);
            }
        }
        names
    }

    fn gather(&mut self, value: &Value, at: &Location, base: &Url) {
        match value {
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| self.gather(item, &at.join(index), base));
            }
            Value::Object(members) => {
                let text = |key: &str| members.get(key).and_then(Value::as_str);
                let own = if at.pointer.as_str().is_empty() { text("$self").or(text("$id")) } else { text("$id") };
                let named = own.and_then(|id| base.join(id).ok());
                if let Some(named) = &named {
                    self.documents.insert(without_fragment(named), at.clone());
                    self.bases.push((at.clone(), named.clone()));
                }
                let base = named.as_ref().unwrap_or(base);
                for anchor in ["$anchor", "$dynamicAnchor"].into_iter().filter_map(text) {
                    self.anchors.insert((without_fragment(base), anchor.to_owned()), at.clone());
                }
                for (key, member) in members {
                    if member.is_object() || member.is_array() {
                        self.gather(member, &at.join(key), base);
                    }
                }
            }
            _ => {}
        }
    }

    /// Where the schema stands that calls itself `address`.
    pub(crate) fn lookup_document(&self, address: &Url) -> Option<&Location> {
        self.documents.get(&without_fragment(address))
    }

    /// Where the anchor of a schema or document stands.
    pub(crate) fn lookup_anchor(&self, address: &Url, anchor: &str) -> Option<&Location> {
        self.anchors.get(&(without_fragment(address), anchor.to_owned()))
    }

    /// The innermost named address around a place.
    pub(crate) fn base(&self, at: &Location) -> Option<&Url> {
        let encloses = |(outer, _): &&(Location, Url)| {
            let rest = at.pointer.as_str().strip_prefix(outer.pointer.as_str());
            outer.document == at.document && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.bases.iter().filter(encloses).max_by_key(|(outer, _)| outer.pointer.as_str().len()).map(|(_, base)| base)
    }
}

fn without_fragment(address: &Url) -> String {
    let text = address.as_str();
    text.split_once('#').map_or(text, |(address, _)| address).to_owned()
}
