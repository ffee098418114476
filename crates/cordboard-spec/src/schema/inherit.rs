//! Subtypes: schemas that build upon a base by `allOf`, told apart by the base's discriminator.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::compose::merge;
use super::discriminator::Discriminator;
use super::inline::Inliner;
use crate::document::bundle::Location;

/// A base of more subtypes stands for itself; what they add is left open.
const MAX_SUBTYPES: usize = 16;

/// A subtype, and how the discriminator names it.
struct Subtype<'bundle> {
    reference: String,
    value: &'bundle Value,
    at: Location,
}

impl<'bundle> Inliner<'bundle> {
    /// What a base stands for, where it lists no variants itself.
    pub(super) fn subtypes(
        &mut self,
        members: &'bundle Map<String, Value>,
        at: &Location,
        result: &mut Map<String, Value>,
    ) {
        let lists = |keyword| members.get(keyword).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        let Some(discriminator) = Discriminator::of(members).filter(|_| !lists("oneOf") && !lists("anyOf")) else {
            return;
        };
        let found = self.subtypes_of(&discriminator, at);
        if found.is_empty() || found.len() > MAX_SUBTYPES {
            return;
        }
        let variants = found.iter().map(|subtype| self.subtype(&discriminator, subtype)).collect();
        // The base is the outer level, so that its properties stand there once.
        let _ = merge(result, Map::from_iter([("anyOf".to_owned(), Value::Array(variants))]));
    }

    /// By the mapping, or else every named schema that builds upon the base, and the base itself.
    fn subtypes_of(&self, discriminator: &Discriminator<'bundle>, at: &Location) -> Vec<Subtype<'bundle>> {
        let targets = discriminator.targets();
        if !targets.is_empty() {
            let found = targets.into_iter().filter_map(|reference| {
                let found = self.bundle.follow(reference, at).ok()?;
                Some(Subtype { reference: reference.to_owned(), value: found.value, at: found.at })
            });
            let mut subtypes: Vec<Subtype<'_>> = found.collect();
            // A mapping may lead to one schema by two spellings.
            let mut seen = HashSet::new();
            subtypes.retain(|subtype| seen.insert(std::ptr::from_ref(subtype.value)));
            return subtypes;
        }
        let bundle = self.bundle;
        let places = bundle.subtypes().lookup(at);
        let base = Some(at).filter(|_| !places.is_empty());
        let named = |at: &Location| {
            let value = bundle.source(at).value.pointer(at.pointer.as_str())?;
            Some(Subtype { reference: at.pointer.as_str().to_owned(), value, at: at.clone() })
        };
        places.iter().chain(base).filter_map(named).collect()
    }

    fn subtype(&mut self, discriminator: &Discriminator<'bundle>, subtype: &Subtype<'bundle>) -> Value {
        let is_base = self.trail.iter().any(|outer| std::ptr::eq(*outer, subtype.value));
        let mut variant = if is_base { json!({"type": "object"}) } else { self.schema(subtype.value, &subtype.at) };
        if let Some(members) = variant.as_object_mut() {
            members.entry("properties").or_insert_with(|| json!({}));
        }
        discriminator.mark(&mut variant, Some(&subtype.reference));
        variant
    }

    /// Whether a part of `allOf` is a schema around it: a subtype within its base, where the base is written already.
    pub(super) fn is_enclosing(&self, part: &'bundle Value, at: &Location) -> bool {
        let reference = part.get("$ref").and_then(Value::as_str);
        let found = reference.and_then(|reference| self.bundle.follow(reference, at).ok());
        found.is_some_and(|found| self.trail.iter().any(|outer| std::ptr::eq(*outer, found.value)))
    }
}
