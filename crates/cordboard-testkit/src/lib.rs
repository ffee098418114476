//! A whole Cordboard in a test: a fake plugin, a scripted model, a database in memory and a clock that stands still.
//!
//! Nothing here sleeps: tests wait for stored events.

#![allow(clippy::missing_panics_doc, reason = "a test that cannot be set up has to fail")]

mod app;
mod plugin;
mod system;

pub use app::{TestApp, TestBuilder, TestPage};
pub use plugin::{FakePlugin, Received};
pub use system::{CountingEntropy, ManualClock};
