//! Documents as strangers publish them: texts, values, places in them, references between them, what is wrong with them.

pub mod bundle;
pub(crate) mod deceptive;
pub mod finding;
mod indent;
mod json;
mod json_places;
mod names;
pub(crate) mod number;
pub mod pointer;
pub mod reference;
pub mod source;
mod subtypes;
mod yaml;
