//! Finding the operations of a large API that serve a request in people's words.
//!
//! Every operation is described by weighted words (its name, summary, path and so on) and by what it does to what
//! (`intent`, `profile`); a request is read the same way (`request`), and `rank` compares the two. Nothing here knows any
//! particular API, and nothing is learned: the same request over the same operations gives the same order.

mod index;
mod intent;
mod lexicon;
mod profile;
mod rank;
mod request;
mod stem;
mod synonyms;
mod words;

#[cfg(test)]
mod tests;

use cordboard_domain::call::Method;

pub use index::SearchIndex;

/// What is known of one operation.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub method: Method,
    /// The path template, such as `/pets/{id}`.
    pub path: &'a str,
    pub summary: &'a str,
    pub description: &'a str,
    pub tags: &'a [String],
    /// Names and descriptions.
    pub arguments: Vec<(&'a str, &'a str)>,
}

/// An operation that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Where the operation stands among those that the index was built from.
    pub position: usize,
    /// Higher is better; comparable within one search only.
    pub score: f32,
}
