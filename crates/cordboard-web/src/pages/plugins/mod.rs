//! Plugins as the people who have them see them: the list, one plugin, installing, joining.

pub(crate) mod detail;
pub(crate) mod installed;
pub(crate) mod join;
pub(crate) mod logo;
pub(crate) mod unverified;
