//! A small chat model that runs inside the program: SmolLM2-135M in pure Rust, without key, network or C++ build.
//!
//! It cannot be prompted into placing calls. Instead it scores texts, and rules do the rest:
//!
//! 1. `route` chooses the operation whose description best predicts the request, or none;
//! 2. `fill` copies stretches and numbers of the request into the operation's parameters;
//! 3. `answer` puts the reply together from the result's data, and never from the model's words;
//! 4. `chat` talks, poorly, where no operation fits.
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
