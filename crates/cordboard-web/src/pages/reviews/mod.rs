//! What reviewers see and decide.

pub(crate) mod decide;
pub(crate) mod evidence;
pub(crate) mod list;
pub(crate) mod show;
