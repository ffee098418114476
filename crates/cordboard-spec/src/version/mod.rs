//! Versions of a plugin: when two are the same, what a list shows of one, and what changed from one to the next.

pub mod canonical;
pub mod change;
pub mod contract;
mod document_change;
pub mod facts;
pub mod kind;
mod operation_change;
mod schema_change;
