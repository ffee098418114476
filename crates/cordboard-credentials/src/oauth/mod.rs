//! OAuth 2 as plugins speak it: the way there, the answer, tokens, and servers that describe themselves.

pub(crate) mod answer;
pub(crate) mod departure;
pub(crate) mod discovery;
pub(crate) mod endpoint;
pub(crate) mod token;
