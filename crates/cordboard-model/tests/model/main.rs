//! Tests of the providers against recorded answers; nothing here opens a socket.

mod dialects;
mod fenced;
mod refusals;
mod requests;
mod scripted;
mod server;
