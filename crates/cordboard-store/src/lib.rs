//! Everything that is kept, in SQLite (one file, write-ahead log, every commit on disk before it is acknowledged) or in
//! PostgreSQL, where several servers may share it.
//!
//! Only this crate knows SQL. Statements are written once for both; `database` holds what differs.

mod catalogue;
mod conversations;
mod credentials;
mod database;
mod grants;
mod journal;
mod news;
mod people;
mod portable;
mod privacy;
mod results;
mod row;
mod settings;
mod tables;
#[cfg(feature = "with-postgres")]
pub mod testing;

pub use database::{OpenError, Store};
pub use news::News;
pub use portable::PortableError;
