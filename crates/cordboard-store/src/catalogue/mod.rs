//! Plugins: registered, installed, shared, reviewed, in the store.

mod installations;
mod look;
mod plugins;
mod popularity;
mod reviews;
mod sharing;
mod storefront;
