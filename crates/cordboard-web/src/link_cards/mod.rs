//! Cards of links: what a page says of itself, below an answer that links to it.
//!
//! Only links that a call returned get one. The page of the conversation shows the plain link first, and fills it where
//! the linked page can be had.

mod cache;
mod links;
mod page;

pub use cache::LinkCards;
pub(crate) use links::find;
pub(crate) use page::{places, serve};
