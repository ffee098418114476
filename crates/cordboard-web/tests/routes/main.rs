//! Every route, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod access;
mod conversations;
mod develop;
mod events;
mod life;
mod plugins;
mod protection;
mod reviews;
mod scene;
mod sharing;
mod sign_in;
mod store;
mod updates;
