//! What came back: from bytes to what a model, a person and the journal may see of it.
//!
//! Bodies come from strangers. Nothing here fails or grows with them: what cannot be read as labelled is read as what
//! it is, and every view has a limit.

pub mod advice;
mod body;
mod conformance;
mod fit;
mod html;
mod marker;
pub mod query;
mod receive;
mod sketch;
mod text;
mod view;

pub use body::{Body, Envelope, Reading, read};
pub use conformance::check;
pub use receive::{Asked, Received, receive};
pub use view::{View, review, view};

/// The most characters of one response that go to a model, as ChatGPT had it.
pub const MAX_MODEL_CHARACTERS: usize = 100_000;
