//! From a manifest and an OpenAPI description to tools a model can use, and from a model's arguments to the exact
//! request that would be sent. Pure: no IO, no clock, no randomness.
//!
//! Documents come from strangers, so everything walks `serde_json::Value` leniently with JSON pointers in hand: one
//! operation that cannot be used is refused with a reason and a line, and never takes the others down.

mod conformity;
pub mod content;
pub mod document;
pub mod example_requests;
pub mod link_card;
pub mod manifest;
mod openapi;
pub mod render;
pub mod report;
pub mod request;
pub mod response;
mod schema;
pub mod search;
pub mod toolset;
pub mod version;
