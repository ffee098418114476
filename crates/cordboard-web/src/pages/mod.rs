//! One module per page.

pub(crate) mod chat;
pub(crate) mod health;
pub(crate) mod plugins;
pub(crate) mod sign_in;
