//! Every route, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod account;
mod conversations;
mod events;
mod invitations;
mod passwords;
mod people;
mod plugins;
mod protection;
mod provider;
mod rate_limits;
mod sign_in;
mod strangers;
mod stub_provider;
mod support;
