//! The vocabulary of Cordboard: ids, people, plugins, conversations, calls and turns, and the ports through which the
//! rest of the program reaches storage and the network.
//!
//! Nothing here performs IO, reads a clock or starts a task; state changes are pure functions.

pub mod account;
pub mod address;
pub mod argument_field;
pub mod branch;
pub mod call;
pub mod connection;
pub mod consideration;
pub mod conversation;
pub mod credential;
pub mod deceptive_text;
pub mod disclosure;
pub mod event;
pub mod exact_text;
pub mod example_requests;
pub mod grant;
pub mod id;
pub mod installation;
pub mod method_override;
pub mod offer;
pub mod origin;
pub mod personal;
pub mod plugin;
pub mod policy;
pub mod ports;
pub mod rehearsal;
pub mod review;
pub mod secret;
pub mod storefront;
pub mod time;
pub mod turn;
