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
    /// For each document, the places whose references are resolved against another address than the document's.
    bases: Vec<HashMap<String, Url>>,
}

impl Names {
    pub(crate) fn of(sources: &[Source], addresses: &[Url]) -> Self {
        let mut names = Self { bases: vec![HashMap::new(); sources.len()], ..Self::default() };
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
                    self.bases[at.document].insert(at.pointer.as_str().to_owned(), named.clone());
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
        let bases = self.bases.get(at.document).filter(|bases| !bases.is_empty())?;
        enclosing(at.pointer.as_str()).find_map(|outer| bases.get(outer))
    }
}

/// The places around a place, beginning with itself.
fn enclosing(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |inner| inner.rfind('/').map(|end| &inner[..end]))
}

fn without_fragment(address: &Url) -> String {
    let text = address.as_str();
    text.split_once('#').map_or(text, |(address, _)| address).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    #[test]
    fn the_innermost_name_around_a_place_is_found_among_thousands() {
        let schema = |number: usize| json!({"$id": format!("s{number}/"), "in": {"$id": "deep", "x": {}}, "inside": 1});
        let schemas: Map<String, Value> = (0..5_000).map(|each| (format!("S/{each}"), schema(each))).collect();
        let address = Url::parse("https://a.example/o.json").unwrap();
        let source = Source::parse("spec", json!({ "schemas": schemas }).to_string()).unwrap();
        let names = Names::of(&[source], std::slice::from_ref(&address));
        for number in 0..5_000 {
            let base = |rest: &str| {
                let at = Location::in_main(Pointer::parse(&format!("/schemas/S~1{number}{rest}")));
                names.base(&at).map(Url::as_str)
            };
            let (own, deep) = (format!("https://a.example/s{number}/"), format!("https://a.example/s{number}/deep"));
            assert_eq!([base(""), base("/inside")], [Some(own.as_str()); 2]);
            assert_eq!([base("/in"), base("/in/x/y")], [Some(deep.as_str()); 2]);
        }
        assert_eq!(names.base(&Location::in_main(Pointer::parse("/schemas"))), None);
    }
}
