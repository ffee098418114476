//! Whole turns with a scripted model, a fake plugin and a real database.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod calls;
mod confirmation;
mod connecting;
mod examples;
mod honest_requests;
mod installing;
mod large_apis;
mod limits;
mod overrides;
mod private_origins;
mod recovery;
mod results;
mod updates;
