//! The program from end to end: the built binary as a child process, driven through its terminal and its pages.
//!
//! Tests that need a browser, Python or the model's file wait behind the feature `tool-tests`; `cargo xtask test` turns
//! it on and says where the tools are. Nothing here knows the inside of the program.

#![allow(clippy::missing_panics_doc, reason = "a test that cannot be set up has to fail")]

mod failures;
mod http;
mod ports;
mod program;
mod stub_model;
mod stub_plugin;

