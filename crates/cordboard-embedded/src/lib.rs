//! A small chat model that runs inside the program: SmolLM2-135M in pure Rust, without key, network or C++ build.
//!
//! It cannot be prompted into placing calls. Instead it scores texts, and learned weights (`training/`) and rules do the
//! rest:
//!
//! 1. `route` chooses the operation that fits the request best, or none;
//! 2. `fill` copies stretches and numbers of the request into the operation's parameters;
//! 3. `dialogue` takes up what was said before: follow-ups, values that were asked for, items of earlier results;
//! 4. `plan` puts these together;
//! 5. `answer` puts the reply together from the result's data, and never from the model's words;
//! 6. `explain` says what was understood where nothing fits, and `sums` computes;
//! 7. `chat` talks, poorly, and only where no plugin is switched on. It reads its own words and people's, never an answer
//!    that was put together from a result.
//!
//! Architecture invariant: `engine` knows nothing of tools; nothing but `engine` does arithmetic on weights; an answer
//! to a result never passes through the network.

mod answer;
mod chat;
mod dialogue;
mod engine;
mod explain;
mod fill;
mod forest;
mod plan;
mod provider;
mod reading;
mod route;
mod sums;
#[cfg(feature = "training")]
pub mod training;
mod weights;
mod words;

pub use engine::LoadError;
pub use provider::EmbeddedModel;
