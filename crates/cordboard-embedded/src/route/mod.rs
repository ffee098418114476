//! Which operation does a request ask for, if any?

pub(crate) mod act;
pub(crate) mod bm25;
pub(crate) mod channel;
pub(crate) mod decide;
pub(crate) mod features;
pub(crate) mod meaning;
pub(crate) mod profile;
