//! Which operation does a request ask for, if any?

pub(crate) mod bm25;
pub(crate) mod channel;
pub(crate) mod decide;
