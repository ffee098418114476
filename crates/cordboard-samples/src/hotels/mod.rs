//! Hotels in twelve cities: search, one hotel, booking, and a page with a picture per hotel for link cards.
//!
//! Anybody may search; who books has an account here, in whose name a client acts with an access token (`identity`). The
//! hotels are invented and a booking only counts up; nothing is kept when the server stops.

mod booking;
mod catalogue;
mod identity;
mod page;
mod picture;
mod search;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use axum::Router;
use axum::routing::{get, post};

use crate::Setup;
use crate::documents::Documents;
use catalogue::Catalogue;
use identity::Identity;

pub use identity::{Client, Clients};

/// The sample's name for people.
pub const TITLE: &str = "Nightcord Hotels";

const DOCUMENTS: Documents = Documents {
    title: TITLE,
    manifest: include_str!("ai-plugin.json"),
    openapi: include_str!("openapi.yaml"),
    colour: "#2b6cb0",
    offer: "",
};

const CURRENCY: &str = "EUR";

/// The numbers that a person may ask for.
const NIGHTS: std::ops::RangeInclusive<u32> = 1..=30;
const GUESTS: std::ops::RangeInclusive<u32> = 1..=12;
const STARS: std::ops::RangeInclusive<u32> = 1..=5;

/// What the handlers share.
struct Agency {
    origin: String,
    catalogue: Catalogue,
    bookings: AtomicU32,
    identity: Arc<Identity>,
}

/// The plugin's server, for the address at which it is reached.
pub fn router(origin: &str, setup: &Setup) -> Router {
    let identity = Identity::new(origin, setup);
    let agency = Agency {
        origin: origin.to_owned(),
        catalogue: Catalogue::load(),
        bookings: AtomicU32::new(1000),
        identity: identity.clone(),
    };
    Router::new()
        .route("/hotels", get(search::search))
        .route("/hotels/{hotel}", get(search::show))
        .route("/bookings", post(booking::book))
        .route("/stay/{id}", get(page::page))
        .route("/stay/{id}/picture.png", get(page::picture))
        .with_state(Arc::new(agency))
        .merge(identity.routes())
        .merge(DOCUMENTS.routes(origin))
}
