//! The store as people look through it.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::plugin::{Category, Plugin};

/// The most plugins on one page of the store.
pub const LARGEST_PAGE: u32 = 100;

/// How the store is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreSort {
    /// By the number of people who used it within 30 days.
    #[default]
    Popular,
    /// Approved last, first.
    New,
    Name,
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreQuery {
    /// Who looks, so that what they have is marked.
    pub viewer: UserId,
    /// Words that all have to occur; empty for everything.
    pub text: String,
    pub category: Option<Category>,
    pub sort: StoreSort,
    pub offset: u32,
    /// At most [`LARGEST_PAGE`].
    pub limit: u32,
}

/// A plugin in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreEntry {
    pub plugin: Plugin,
    /// People who used it within 30 days.
    pub people: u32,
    pub is_installed: bool,
    /// Whether another plugin in the store has a name that looks the same.
    pub has_look_alike: bool,
}

/// A page of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePage {
    pub entries: Vec<StoreEntry>,
    /// All that was found.
    pub total: u32,
}
