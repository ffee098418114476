//! JSON Schemas as OpenAPI writes them, made self-contained, valid under 2020-12 and small for models.

mod allowance;
mod compose;
mod discriminator;
mod inline;
mod keyword;

pub(crate) use allowance::Allowance;
pub(crate) use inline::{Inliner, Limits, Use, short_example};
