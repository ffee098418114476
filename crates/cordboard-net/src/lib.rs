//! Everything that leaves the machine. One guarded client sends it: no other code in the program opens a connection to
//! somebody else's server.

pub mod client;
mod content_coding;
mod dispatch;
mod documents;
mod download;
mod freshness;
pub mod guard;
mod host_headers;
mod images;
mod models;
mod pages;
mod provider;
mod resolver;

pub use client::GuardedClient;
pub use dispatch::Dispatcher;
pub use download::Download;
pub use host_headers::HostHeaders;
