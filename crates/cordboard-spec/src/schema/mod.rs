//! JSON Schemas as OpenAPI writes them, made self-contained, valid under 2020-12 and small for models.

mod allowance;
mod compose;
mod condition;
mod discriminator;
mod exact;
mod fault;
mod fit;
mod inherit;
mod inline;
mod keyword;
mod object;
mod pattern;
mod satisfy;

pub(crate) use allowance::Allowance;
pub(crate) use inline::{Inliner, Limits, Use, bytes, short_example};
