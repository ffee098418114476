//! Plugins: registered, installed, shared, reviewed, in the store.

mod examples;
mod installations;
mod look;
mod plugins;
mod popularity;
mod reviews;
mod sharing;
mod storefront;
