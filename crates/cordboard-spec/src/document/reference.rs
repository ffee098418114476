//! `$ref`: within a document, to other documents of the bundle, by `$id` and by `$anchor`.

use serde_json::Value;
use url::Url;

use super::bundle::{Bundle, Location};
use super::pointer::Pointer;

/// How many references may lead to references.
const MAX_HOPS: usize = 32;

/// A reference that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    #[error("`{0}` points to nothing in this document")]
    Unresolvable(String),
    #[error("`{reference}` points to a document that could not be had: {reason}")]
    External { reference: String, reason: String },
    #[error("`{0}` leads back to itself")]
    Circular(String),
}

impl ReferenceError {
    /// The code of findings about it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unresolvable(_) => "unresolvable-reference",
            Self::External { .. } => "external-reference",
            Self::Circular(_) => "circular-reference",
        }
    }
}

/// A value after following references, with the place where it really stands.
#[derive(Debug, Clone)]
pub struct Resolved<'bundle> {
    pub value: &'bundle Value,
    pub at: Location,
}

impl Bundle {
    /// Follows `$ref` until there is a value without one.
    pub fn resolve<'bundle>(
        &'bundle self,
        value: &'bundle Value,
        at: &Location,
    ) -> Result<Resolved<'bundle>, ReferenceError> {
        let mut resolved = Resolved { value, at: at.clone() };
        for _ in 0..MAX_HOPS {
            let Some(reference) = resolved.value.get("$ref").and_then(Value::as_str) else {
                return Ok(resolved);
            };
            resolved = self.follow(reference, &resolved.at)?;
        }
        Err(ReferenceError::Circular(resolved.at.pointer.to_string()))
    }

    /// Follows one reference that stands at a place.
    pub(crate) fn follow(&self, reference: &str, at: &Location) -> Result<Resolved<'_>, ReferenceError> {
        let unresolvable = || ReferenceError::Unresolvable(reference.to_owned());
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if address.is_empty() || !address.contains(['/', '.', ':']) && !reference.contains('#') {
            let own = self.pointed(at.document, &percent_decoded(fragment), address);
            return own.or_else(|| self.within(self.base(at), fragment)).ok_or_else(unresolvable);
        }
        let target = self.base(at).join(address).map_err(|_| unresolvable())?;
        self.within(&target, fragment).ok_or_else(|| match self.failure(&target) {
            Some(reason) => ReferenceError::External { reference: reference.to_owned(), reason: reason.to_owned() },
            None if self.document_at(&target).is_none() => {
                let reason = "it was not fetched".to_owned();
                ReferenceError::External { reference: reference.to_owned(), reason }
            }
            None => unresolvable(),
        })
    }

    /// A pointer into the document in which it is written, also as the wild misspells it.
    fn pointed(&self, document: usize, fragment: &str, word: &str) -> Option<Resolved<'_>> {
        if fragment.is_empty() && word.is_empty() {
            return self.at(&Location { document, pointer: Pointer::root() });
        }
        let name = if word.is_empty() { fragment.rsplit('/').next().unwrap_or_default() } else { word };
        let guesses = [
            fragment.to_owned(),
            format!("/{}", fragment.trim_matches('/')),
            format!("/components/schemas/{name}"),
            format!("/definitions/{name}"),
        ];
        let looks_like_schema = |guess: &&String| {
            *guess == fragment
                || fragment.is_empty()
                || guess.trim_start_matches('/') == fragment.trim_matches('/')
                || fragment.contains("schemas/")
                || fragment.contains("definitions/")
        };
        let pointers = guesses.iter().filter(|guess| guess.starts_with('/')).filter(looks_like_schema);
        pointers.map(|guess| Location { document, pointer: Pointer::parse(guess) }).find_map(|at| self.at(&at))
    }

    /// A pointer or anchor in the document or schema of that address.
    fn within(&self, target: &Url, fragment: &str) -> Option<Resolved<'_>> {
        let fragment = percent_decoded(fragment);
        let named = self.names().lookup_document(target).cloned();
        let root =
            named.or_else(|| self.document_at(target).map(|document| Location { document, pointer: Pointer::root() }));
        if fragment.is_empty() || fragment.starts_with('/') {
            let root = root?;
            let pointer = Pointer::parse(&format!("{}{fragment}", root.pointer.as_str()));
            return self.at(&Location { document: root.document, pointer });
        }
        self.at(self.names().lookup_anchor(target, &fragment)?)
    }

    /// The value at a place; references on the way are followed.
    fn at(&self, at: &Location) -> Option<Resolved<'_>> {
        let root = &self.source(at).value;
        if let Some(value) = root.pointer(at.pointer.as_str()) {
            return Some(Resolved { value, at: at.clone() });
        }
        let mut place = Resolved { value: root, at: Location { document: at.document, pointer: Pointer::root() } };
        let mut followed = 0;
        for key in at.pointer.keys() {
            while place.value.get("$ref").is_some() && followed < MAX_HOPS {
                let reference = place.value.get("$ref").and_then(Value::as_str)?;
                followed += 1;
                let (address, fragment) = reference.split_once('#')?;
                if !address.is_empty() {
                    return None;
                }
                let pointer = Pointer::parse(&percent_decoded(fragment));
                let value = self.sources()[place.at.document].value.pointer(pointer.as_str())?;
                place = Resolved { value, at: Location { document: place.at.document, pointer } };
            }
            let value = match place.value {
                Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
                other => other.get(&key)?,
            };
            place = Resolved { value, at: place.at.join(&key) };
        }
        Some(place)
    }
}

/// The fragment of a URI as text.
fn percent_decoded(fragment: &str) -> String {
    percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::source::Source;

    fn bundle() -> Bundle {
        let main = json!({
            "a/b": {"$ref": "#/c"}, "c": {"type": "string"}, "through": {"$ref": "#/deep"},
            "deep": {"properties": {"x": {"type": "integer"}}},
            "components": {"schemas": {"Pet": {"type": "object"}, "Named": {"$anchor": "pet", "$id": "schemas/named",
                "$defs": {"in": {"$anchor": "inner"}}}}},
            "loop": {"$ref": "#/loop"}
        });
        let address = Url::parse("https://a.example/api/openapi.json").unwrap();
        let mut bundle = Bundle::new(Source::parse("main", main.to_string()).unwrap(), address);
        let other =
            Source::parse("other", "x: {$ref: '#/y'}\ny: {type: number}\nback: {$ref: openapi.json#/c}").unwrap();
        bundle.add(Url::parse("https://a.example/api/other.yaml").unwrap(), other);
        bundle.add_failure(&Url::parse("https://a.example/gone.yaml").unwrap(), "404".to_owned());
        bundle
    }

    #[test]
    fn references_lead_to_their_places_and_dead_ends_are_named() {
        let bundle = bundle();
        let check = |reference: &str| {
            let value = json!({ "$ref": reference });
            let at = Location::in_main(Pointer::root());
            // The value lives for this call only, so the first hop is made by hand.
            let first = bundle.follow(value["$ref"].as_str().unwrap(), &at)?;
            bundle.resolve(first.value, &first.at).map(|found| format!("{}{}", found.at.document, found.at.pointer))
        };
        let table = [
            ("#/a~1b", "0/c"),
            ("#/%61~1b", "0/c"),
            ("#/through/properties/x", "0/deep/properties/x"),
            ("#components/schemas/Pet", "0/components/schemas/Pet"),
            ("#/definitions/Pet", "0/components/schemas/Pet"),
            ("Pet", "0/components/schemas/Pet"),
            ("other.yaml#/x", "1/y"),
            ("https://a.example/api/other.yaml#/back", "0/c"),
            ("schemas/named", "0/components/schemas/Named"),
            ("schemas/named#inner", "0/components/schemas/Named/$defs/in"),
            ("schemas/named#/$defs/in", "0/components/schemas/Named/$defs/in"),
            ("openapi.json#/c", "0/c"),
            ("#", "0/"),
        ];
        for (reference, expected) in table {
            assert_eq!(check(reference), Ok(expected.to_owned()), "{reference}");
        }
        assert!(matches!(check("#/loop"), Err(ReferenceError::Circular(_))));
        assert!(matches!(check("#/gone"), Err(ReferenceError::Unresolvable(_))));
        assert!(matches!(check("other.yaml#/gone"), Err(ReferenceError::Unresolvable(_))));
        let gone = check("../gone.yaml#/x").unwrap_err().to_string();
        assert_eq!(gone, "`../gone.yaml#/x` points to a document that could not be had: 404");
    }

    #[test]
    fn a_bundle_knows_what_it_misses() {
        let text =
            "a: {$ref: ./x.yaml#/a}\nb: {$ref: 'https://b.example/y.json'}\nc: {$ref: Pet}\nexample: [{$ref: no.yaml}]";
        let address = Url::parse("https://a.example/api/o.yaml").unwrap();
        let bundle = Bundle::new(Source::parse("main", text).unwrap(), address);
        let missing: Vec<String> = bundle.missing().into_iter().map(String::from).collect();
        assert_eq!(missing, ["https://a.example/api/x.yaml", "https://b.example/y.json"]);
    }
}
