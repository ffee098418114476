//! Every route, over HTTP.

mod conversations;
mod events;
mod plugins;
mod protection;
mod sign_in;
