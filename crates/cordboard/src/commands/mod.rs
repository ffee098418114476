//! One module per command.

pub(crate) mod ask;
pub(crate) mod backup;
pub(crate) mod call;
pub(crate) mod demo;
pub(crate) mod eval;
mod folder;
pub(crate) mod inspect;
pub(crate) mod keys;
#[cfg(feature = "embedded")]
pub(crate) mod model_file;
pub(crate) mod plugin;
pub(crate) mod serve;
pub(crate) mod sign_in;
pub(crate) mod token;
mod upkeep;

/// How a command ended when nothing was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// What was checked or asked is not right.
    NotRight,
}
