//! Every route, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod access;
mod account;
mod api;
mod browser_page;
mod chats;
mod confirmations;
mod conversations;
mod credentials;
mod develop;
mod endings;
mod events;
mod invitations;
mod life;
mod link_cards;
mod panel;
mod passwords;
mod people;
mod permissions;
mod pictures;
mod plugins;
mod privacy;
mod protection;
mod provider;
mod rate_limits;
mod resume;
mod reviews;
mod scene;
mod sharing;
mod sign_in;
mod store;
mod strangers;
mod stub_provider;
mod support;
mod updates;
mod verification;
