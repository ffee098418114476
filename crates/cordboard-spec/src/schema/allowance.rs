//! What the schemas of one document may take together, and what was already found out about them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Counted down and filled while a document is compiled.
#[derive(Debug)]
pub(crate) struct Allowance {
    schemas: Cell<usize>,
    /// Whether texts are regular expressions; large documents repeat a few of them thousands of times.
    patterns: RefCell<HashMap<String, bool>>,
}

impl Allowance {
    /// Room for so many schemas.
    pub(crate) fn new(schemas: usize) -> Self {
        Self { schemas: Cell::new(schemas), patterns: RefCell::default() }
    }

    /// How many schemas are left.
    pub(crate) fn left(&self) -> usize {
        self.schemas.get()
    }

    pub(crate) fn take(&self, schemas: usize) {
        self.schemas.set(self.schemas.get().saturating_sub(schemas));
    }

    pub(crate) fn is_pattern(&self, pattern: &str) -> bool {
        if let Some(known) = self.patterns.borrow().get(pattern) {
            return *known;
        }
        let is_pattern = jsonschema::draft202012::new(&serde_json::json!({ "pattern": pattern })).is_ok();
        self.patterns.borrow_mut().insert(pattern.to_owned(), is_pattern);
        is_pattern
    }
}
