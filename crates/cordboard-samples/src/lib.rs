//! Sample plugins: six small HTTP servers that Cordboard's demo installs and that a newcomer can copy.
//!
//! Each sample is a folder with its manifest, its `OpenAPI` description and its handlers; they share nothing with
//! Cordboard itself, because a plugin is only an HTTP API with two documents. `documents` serves those two, `server`
//! runs a sample on a port. All of it is invented: no hotel, club, company or person here exists.
//!
//! Three of them want nothing of their callers; `hotels` wants an account to book (OAuth 2, with a server of its own),
//! `notes` each person's key, `quotes` the service's key.

mod bearer;
pub mod clock;
mod documents;
mod error;
pub mod handbook;
pub mod hotels;
mod html;
pub mod notes;
pub mod quotes;
mod sample;
mod scatter;
pub mod scores;
mod secret;
mod server;
mod setup;
pub mod todo;

pub use clock::Clock;
pub use sample::Sample;
pub use server::{RunningSample, serve, spawn, spawn_with};
pub use setup::Setup;
