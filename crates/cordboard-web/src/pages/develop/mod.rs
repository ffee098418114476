//! A developer's plugins: trying them, sharing them, putting them before reviewers.

pub(crate) mod credentials;
pub(crate) mod examples;
pub(crate) mod list;
pub(crate) mod register;
pub(crate) mod share;
pub(crate) mod show;
pub(crate) mod submit;
mod verification;
pub(crate) mod watch;
