//! Each sample served on a free port and called over HTTP; its documents, and the list of requests in `eval/`.

mod client;
mod consent;
mod documents;
mod handbook;
mod hotels;
mod notes;
mod oauth;
mod quotes;
mod requests;
mod scores;
mod todo;
mod yaml;
