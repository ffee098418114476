//! Plugins: registered, installed, shared, reviewed, in the store.

mod installations;
mod look;
mod plugins;
mod reviews;
mod sharing;
mod storefront;
