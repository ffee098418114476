//! The program from end to end: the built binary as a child process, driven through its terminal and its pages.
//!
//! Tests that need a browser, Python or the model's file wait behind the feature `tool-tests`; `cargo xtask test` turns
//! it on and says where the tools are. Nothing here knows the inside of the program, but for what a long conversation is
//! stored as.

mod administration;
mod failures;
mod http;
mod inspect;
mod keys;
mod ports;
mod program;
mod stub_model;
mod stub_plugin;
mod terminal;

#[cfg(feature = "tool-tests")]
mod accounts;
#[cfg(feature = "tool-tests")]
mod axe;
#[cfg(feature = "tool-tests")]
mod bookshelf;
#[cfg(feature = "tool-tests")]
mod browser;
#[cfg(feature = "tool-tests")]
mod built_in_model;
#[cfg(feature = "tool-tests")]
mod chat;
#[cfg(feature = "tool-tests")]
mod decisions;
#[cfg(feature = "tool-tests")]
mod dying;
#[cfg(feature = "tool-tests")]
mod in_the_open;
#[cfg(feature = "tool-tests")]
mod life;
#[cfg(feature = "tool-tests")]
mod link_cards;
#[cfg(feature = "tool-tests")]
mod opening;
#[cfg(feature = "tool-tests")]
mod page;
#[cfg(feature = "tool-tests")]
mod pages;
#[cfg(feature = "tool-tests")]
mod proxy;
#[cfg(feature = "tool-tests")]
mod python;
#[cfg(feature = "tool-tests")]
mod reading;
#[cfg(feature = "tool-tests")]
mod replicas;
#[cfg(feature = "tool-tests")]
mod ships;
#[cfg(feature = "tool-tests")]
mod third_party;
#[cfg(feature = "tool-tests")]
mod tools;
#[cfg(feature = "tool-tests")]
mod using;
