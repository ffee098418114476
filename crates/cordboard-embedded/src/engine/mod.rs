//! The network itself: the file's contents, its tokens, and what it says about a text.
//!
//! Nothing in here knows about tools or conversations.

pub(crate) mod context;
pub(crate) mod kernels;
pub(crate) mod llama;
pub(crate) mod load;
pub(crate) mod score;
pub(crate) mod stop;
pub(crate) mod vocabulary;

pub use load::LoadError;

/// Why a computation ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// Nobody listens any more.
    #[error("the request was dropped")]
    Stopped,
    #[error(transparent)]
    Compute(#[from] candle_core::Error),
    #[error("a text could not be split into tokens: {0}")]
    Tokens(String),
}
