//! The turn engine: one loop that asks a model, plans the calls it wants, asks people where they must be asked, places
//! the calls and hands back results, until the model has answered. Every face of the program renders its events.
//!
//! Architecture invariant: this crate does not know that HTTP or SQL exist. It reaches the world through the ports of
//! `cordboard_domain::ports` and models through `cordboard_model::chat::ChatModel`.

pub mod catalogue;
mod connecting;
mod consenting;
pub mod data_flow;
pub mod engine;
pub mod gathering;
mod granting;
pub mod history;
mod host_tools;
pub mod library;
mod next;
pub mod prompt;
pub mod prompt_parts;
pub mod replaying;
pub mod revising;
mod round;
mod running;
pub mod selection;
mod settle;
pub mod signals;
pub mod toolbox;
