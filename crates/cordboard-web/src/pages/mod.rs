//! One module per page.

pub(crate) mod account;
pub(crate) mod chat;
pub(crate) mod connections;
pub(crate) mod conversations;
pub(crate) mod decisions;
pub(crate) mod develop;
pub(crate) mod health;
pub(crate) mod invitation;
pub(crate) mod manage;
pub(crate) mod panel;
pub(crate) mod people;
pub(crate) mod permissions;
pub(crate) mod plugins;
pub(crate) mod privacy;
pub(crate) mod provider;
pub(crate) mod reviews;
pub(crate) mod sign_in;
pub(crate) mod store;
