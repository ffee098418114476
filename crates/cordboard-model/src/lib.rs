//! Chat models behind one streaming trait.
//!
//! Nothing here opens a socket: providers for remote servers send through a [`transport::Transport`] that the network
//! crate implements. The embedded model lives in a crate of its own.

pub mod chat;
pub mod openai;
pub mod registry;
pub mod scripted;
pub mod transport;
