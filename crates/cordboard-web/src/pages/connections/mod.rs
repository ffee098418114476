//! People's accounts at plugins: connecting, what is connected, and ending it.

pub(crate) mod answer;
pub(crate) mod connect;
pub(crate) mod decline;
pub(crate) mod list;
