//! The faces over HTTP: pages, forms and event streams. Every handler extracts, authorises, calls the engine or a port,
//! and renders; nothing here decides what a call may do.

pub mod app;
mod assets;
mod error;
mod fragments;
mod images;
mod inspection;
mod markdown;
mod mine;
mod own;
mod pages;
mod protection;
mod router;
mod session;
mod stream;
mod templates;
mod words;

pub use app::{App, Settings};
pub use router::router;
pub use session::{SignInError, sign_in_link};
