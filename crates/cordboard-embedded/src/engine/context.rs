//! What the network remembers of a text: keys and values per layer, as a tree of shared segments.
//!
//! A context never changes. Extending one makes a child that points to it, so many texts share one beginning.

use std::sync::Arc;

/// A text that was read, ready to be continued in any number of ways.
#[derive(Clone)]
pub(crate) struct Context(Arc<Segment>);

/// The part of a context that its parent does not hold.
pub(crate) struct Segment {
    pub(crate) parent: Option<Context>,
    /// Tokens before this segment.
    pub(crate) start: usize,
    /// Tokens in this segment.
    pub(crate) length: usize,
    /// Per layer: `length` rows, one after the other.
    pub(crate) keys: Vec<Vec<f32>>,
    pub(crate) values: Vec<Vec<f32>>,
    /// The final, normed state after the last token: what predicts the next one.
    pub(crate) last_state: Vec<f32>,
}

impl Context {
    pub(crate) fn new(segment: Segment) -> Self {
        Self(Arc::new(segment))
    }

    /// Tokens from the very beginning.
    pub(crate) fn end(&self) -> usize {
        self.0.start + self.0.length
    }

    /// Tokens that this context adds to its parent.
    pub(crate) fn own_length(&self) -> usize {
        self.0.length
    }

    /// The state that predicts the next token.
    pub(crate) fn last_state(&self) -> &[f32] {
        &self.0.last_state
    }

    /// The segments from the beginning to here.
    pub(crate) fn chain(&self) -> Vec<&Segment> {
        let mut chain = vec![&*self.0];
        while let Some(parent) = chain.last().and_then(|segment| segment.parent.as_ref()) {
            chain.push(&parent.0);
        }
        chain.reverse();
        chain
    }
}
