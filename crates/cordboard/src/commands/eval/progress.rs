//! Progress over the requests of an evaluation.

use std::cell::Cell;

use anyhow::bail;
use indicatif::ProgressBar;

use super::report::Item;
use crate::terminal;

/// A bar on stderr, which goes away at the end.
pub(super) struct Progress {
    bar: ProgressBar,
    is_first: Cell<bool>,
}

impl Progress {
    pub(super) fn new(label: &str, total: usize) -> Self {
        Self { bar: terminal::step_bar(label, total), is_first: Cell::new(true) }
    }

    /// Takes note of a judged request. Where the very first one failed, the others would fail too.
    pub(super) fn step(&self, item: Item) -> anyhow::Result<Item> {
        self.bar.inc(1);
        if self.is_first.replace(false) && item.is_failed {
            bail!("the first request failed, so the evaluation was stopped: {}", item.mistake.unwrap_or_default());
        }
        Ok(item)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
