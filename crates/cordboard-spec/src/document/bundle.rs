//! A document together with the ones its references lead to. Fetching them is somebody else's work: the bundle says
//! which addresses it misses, and is told what came of each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use cordboard_domain::origin::is_same_origin;
use serde_json::Value;
use url::Url;

use super::names::Names;
use super::pointer::Pointer;
use super::source::{Source, SourceError};
use super::subtypes::Subtypes;

/// The most documents that one plugin may consist of beside its spec.
pub const MAX_EXTERNAL_DOCUMENTS: usize = 64;

/// Members whose values are data, in which a `$ref` is no reference.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// Members whose own members have names that authors choose, so that `default` is a property or a response there.
const NAMED: [&str; 7] =
    ["properties", "patternProperties", "responses", "schemas", "definitions", "$defs", "dependentSchemas"];

/// A place in one document of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// 0 is the document itself.
    pub document: usize,
    pub pointer: Pointer,
}

impl Location {
    /// A place in the first document.
    pub fn in_main(pointer: Pointer) -> Self {
        Self { document: 0, pointer }
    }

    /// The member `key` of this place.
    #[must_use]
    pub fn join(&self, key: impl std::fmt::Display) -> Self {
        Self { document: self.document, pointer: self.pointer.join(key) }
    }
}

/// Documents by their addresses.
#[derive(Debug)]
pub struct Bundle {
    sources: Vec<Source>,
    addresses: Vec<Url>,
    /// Why documents could not be had.
    failures: BTreeMap<String, String>,
    /// Private origins that the operator lists with the plugin.
    listed: Vec<Url>,
    names: OnceLock<Names>,
    subtypes: OnceLock<Subtypes>,
}

impl Bundle {
    /// A bundle of one document that was served at `address`.
    pub fn new(source: Source, address: Url) -> Self {
        Self {
            sources: vec![source],
            addresses: vec![address],
            failures: BTreeMap::new(),
            listed: Vec::new(),
            names: OnceLock::new(),
            subtypes: OnceLock::new(),
        }
    }

    /// Reads a document that was served at `address`.
    pub fn read(address: &Url, text: impl Into<String>) -> Result<Self, SourceError> {
        Ok(Self::new(Source::parse(address.as_str(), text)?, address.clone()))
    }

    /// Adds a document that the others refer to.
    pub fn add(&mut self, address: Url, source: Source) {
        self.sources.push(source);
        self.addresses.push(address);
        self.names = OnceLock::new();
        self.subtypes = OnceLock::new();
    }

    /// Notes why a document is not there.
    pub fn add_failure(&mut self, address: &Url, reason: String) {
        self.failures.insert(address.to_string(), reason);
    }

    /// Lets servers be at private origins that the operator lists with the plugin.
    pub fn list_origins(&mut self, origins: &[Url]) {
        self.listed.extend_from_slice(origins);
    }

    /// Whether a server may be at a private address: where the description comes from, or at a listed origin.
    pub(crate) fn may_call_private(&self, server: &Url) -> bool {
        let mut origins = self.listed.iter().chain([self.address()]);
        origins.any(|origin| is_same_origin(origin, server))
    }

    /// The document itself.
    pub fn main(&self) -> &Source {
        &self.sources[0]
    }

    /// Every document.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The document of a place.
    pub fn source(&self, at: &Location) -> &Source {
        &self.sources[at.document]
    }

    /// The address of the document itself.
    pub fn address(&self) -> &Url {
        &self.addresses[0]
    }

    pub(crate) fn document_at(&self, address: &Url) -> Option<usize> {
        self.addresses.iter().position(|each| each == address)
    }

    pub(crate) fn failure(&self, address: &Url) -> Option<&str> {
        self.failures.get(address.as_str()).map(String::as_str)
    }

    /// `$id`, `$anchor` and `$self` of all documents, gathered when first needed.
    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.sources, &self.addresses))
    }

    /// What builds upon which schema, gathered when first needed.
    pub(crate) fn subtypes(&self) -> &Subtypes {
        self.subtypes.get_or_init(|| Subtypes::of(self))
    }

    /// The address against which references at a place are resolved.
    pub(crate) fn base(&self, at: &Location) -> &Url {
        self.names().base(at).unwrap_or(&self.addresses[at.document])
    }

    /// Addresses of documents that are referred to and neither there nor known to be out of reach.
    pub fn missing(&self) -> Vec<Url> {
        let mut found = BTreeSet::new();
        for (source, address) in self.sources.iter().zip(&self.addresses) {
            self.gather(&source.value, address, false, &mut found);
        }
        found.into_iter().collect()
    }

    fn gather(&self, value: &Value, base: &Url, is_named: bool, found: &mut BTreeSet<Url>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.gather(item, base, false, found)),
            Value::Object(members) => {
                let named = members.get("$id").and_then(Value::as_str).and_then(|id| base.join(id).ok());
                let base = named.as_ref().unwrap_or(base);
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    found.extend(self.missing_target(reference, base));
                }
                for (key, member) in members.iter().filter(|(key, _)| is_named || !DATA.contains(&key.as_str())) {
                    // Names do not nest: what is called `properties` among properties is one of them.
                    self.gather(member, base, !is_named && NAMED.contains(&key.as_str()), found);
                }
            }
            _ => {}
        }
    }

    fn missing_target(&self, reference: &str, base: &Url) -> Option<Url> {
        let (address, _) = reference.split_once('#').unwrap_or((reference, ""));
        // A bare word is a schema's name written where a reference belongs.
        if address.is_empty() || !address.contains(['/', '.', ':']) {
            return None;
        }
        let mut target = base.join(address).ok()?;
        target.set_fragment(None);
        let known = self.names().lookup_document(&target).is_some() || self.document_at(&target).is_some();
        let wanted = !known && self.failure(&target).is_none() && matches!(target.scheme(), "http" | "https" | "file");
        wanted.then_some(target)
    }
}

#[cfg(test)]
#[test]
fn what_data_is_called_may_also_be_a_name() {
    let text = "paths: {/a: {get: {responses: {default: {$ref: 'e.yaml'}}, default: {$ref: 'data.yaml'}}}}\ncomponents: \
                {schemas: {A: {properties: {default: {$ref: 'd.yaml'}, properties: {default: {$ref: 'data.yaml'}}}, \
                example: {$ref: 'data.yaml'}}, enum: {$ref: 'n.yaml'}}}";
    let address = Url::parse("https://a.example/openapi.yaml").expect("an address");
    let missing = Bundle::read(&address, text).expect("a document").missing();
    let paths: Vec<&str> = missing.iter().map(Url::path).collect();
    assert_eq!(paths, ["/d.yaml", "/e.yaml", "/n.yaml"]);
}
