//! From a model's arguments to the exact request that would be sent.

mod body;
pub(crate) mod digits;
mod encode;
pub mod fields;
mod misfit;
mod multipart;
pub mod plan;
mod repair;
mod style;
pub mod validate;
mod whole;
mod xml;
