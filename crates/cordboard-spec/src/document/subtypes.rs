//! Schemas that build upon another by `allOf`: what a base with a discriminator stands for.

use std::collections::HashMap;

use serde_json::Value;

use super::bundle::{Bundle, Location};
use super::pointer::Pointer;

/// Where named schemas stand, in OpenAPI 3 and in Swagger 2.0.
const NAMED: [&str; 2] = ["/components/schemas", "/definitions"];

/// The named schemas of all documents by the place of what they build upon.
#[derive(Debug, Default)]
pub(crate) struct Subtypes(HashMap<(usize, String), Vec<Location>>);

impl Subtypes {
    pub(crate) fn of(bundle: &Bundle) -> Self {
        let mut subtypes = Self::default();
        for (document, source) in bundle.sources().iter().enumerate() {
            if source.text.contains("discriminator") {
                for named in NAMED {
                    subtypes.gather(bundle, document, named, &source.value);
                }
            }
        }
        subtypes
    }

    fn gather(&mut self, bundle: &Bundle, document: usize, named: &str, value: &Value) {
        for (name, schema) in value.pointer(named).and_then(Value::as_object).into_iter().flatten() {
            let at = Location { document, pointer: Pointer::parse(named).join(name) };
            for (index, part) in schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
                let Some(reference) = part.get("$ref").and_then(Value::as_str) else { continue };
                if let Ok(base) = bundle.follow(reference, &at.join("allOf").join(index)) {
                    let place = (base.at.document, base.at.pointer.as_str().to_owned());
                    self.0.entry(place).or_default().push(at.clone());
                }
            }
        }
    }

    /// What builds directly upon the schema at a place.
    pub(crate) fn lookup(&self, base: &Location) -> &[Location] {
        self.0.get(&(base.document, base.pointer.as_str().to_owned())).map_or(&[], Vec::as_slice)
    }
}
