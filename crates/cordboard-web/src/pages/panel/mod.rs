//! The developer's panel of a turn: what the model saw and said, and why each operation was in or out.

mod candidates;
pub(crate) mod replay;
mod rounds;
pub(crate) mod show;
