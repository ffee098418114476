//! Every route, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod conversations;
mod events;
mod plugins;
mod protection;
mod sign_in;
