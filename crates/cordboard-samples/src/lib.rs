//! Sample plugins: four small HTTP servers that Cordboard's demo installs and that a newcomer can copy.
//!
//! Each sample is a folder with its manifest, its `OpenAPI` description and its handlers; they share nothing with
//! Cordboard itself, because a plugin is only an HTTP API with two documents. `documents` serves those two, `server`
//! runs a sample on a port. All of it is invented: no hotel, club or company here exists.

pub mod clock;
mod documents;
mod error;
pub mod handbook;
pub mod hotels;
mod html;
mod sample;
mod scatter;
pub mod scores;
mod server;
pub mod todo;

pub use clock::Clock;
pub use sample::Sample;
pub use server::{RunningSample, serve, spawn, spawn_at};
