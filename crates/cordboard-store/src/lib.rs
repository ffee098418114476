//! Everything that is kept, in SQLite: one file, write-ahead log, every commit on disk before it is acknowledged.
//!
//! Only this crate knows SQL. Each module implements one port of `cordboard_domain::ports`.

mod accounts;
mod conversations;
mod database;
mod journal;
mod plugins;
mod results;
mod row;
mod settings;

pub use database::{OpenError, Store};
