//! Credentials against a server that misbehaves in every way that is known.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod calls;
mod canary;
mod endings;
#[cfg(feature = "tool-tests")]
mod foreign;
mod logged;
mod refusals;
mod renewal;
mod rotation;
mod stage;
mod stub;
