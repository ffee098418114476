//! Finding hotels: by city and wishes, or one by its name.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::catalogue::Hotel;
use super::{Agency, CURRENCY, GUESTS, NIGHTS, STARS};
use crate::error::ApiError;

/// How many people share a room.
const BEDS: u32 = 2;

#[derive(Deserialize)]
pub(super) struct Wishes {
    city: String,
    nights: Option<i64>,
    max_price: Option<f64>,
    guests: Option<i64>,
    min_stars: Option<i64>,
}

#[derive(Serialize)]
struct SearchAnswer<'a> {
    city: &'a str,
    nights: u32,
    rooms: u32,
    hotels: Vec<Offer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_cities: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    id: String,
    name: &'a str,
    district: &'a str,
    stars: u32,
    price_per_night: u32,
    total_price: u32,
    currency: &'static str,
    url: String,
    image_url: String,
}

/// `GET /hotels`
pub(super) async fn search(
    State(agency): State<Arc<Agency>>,
    wishes: Result<Query<Wishes>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(wishes) = wishes?;
    let nights = within("nights", wishes.nights.unwrap_or(1), &NIGHTS)?;
    let guests = within("guests", wishes.guests.unwrap_or(1), &GUESTS)?;
    let min_stars = within("min_stars", wishes.min_stars.unwrap_or(1), &STARS)?;
    let max_price = wishes.max_price.unwrap_or(f64::INFINITY);
    let rooms = guests.div_ceil(BEDS);
    let in_city = agency.catalogue.in_city(&wishes.city);
    let known_cities = in_city.is_empty().then(|| agency.catalogue.cities());
    let city = in_city.first().map_or(wishes.city.as_str(), |hotel| &hotel.city);
    let fits = |hotel: &&Hotel| hotel.stars >= min_stars && f64::from(hotel.price_per_night) <= max_price;
    let hotels = in_city.iter().copied().filter(fits).map(|hotel| offer(hotel, nights * rooms, &agency.origin));
    Ok(Json(SearchAnswer { city, nights, rooms, hotels: hotels.collect(), known_cities }).into_response())
}

/// `GET /hotels/{hotel}`
pub(super) async fn show(State(agency): State<Arc<Agency>>, Path(hotel): Path<String>) -> Result<Response, ApiError> {
    let hotel = agency.catalogue.lookup(&hotel).ok_or_else(|| no_such_hotel(&hotel))?;
    Ok(Json(hotel.answer(&agency.origin)).into_response())
}

/// The error for a name that fits no hotel, or several.
pub(super) fn no_such_hotel(name: &str) -> ApiError {
    ApiError::not_found(format!("No single hotel is called “{name}”. Search in a city to learn the hotels' names."))
}

/// The number, or an error that names the range.
pub(super) fn within(name: &str, number: i64, range: &std::ops::RangeInclusive<u32>) -> Result<u32, ApiError> {
    u32::try_from(number)
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| ApiError::invalid(format!("“{name}” must be from {} to {}.", range.start(), range.end())))
}

fn offer<'a>(hotel: &'a Hotel, room_nights: u32, origin: &str) -> Offer<'a> {
    Offer {
        id: hotel.id(),
        name: &hotel.name,
        district: &hotel.district,
        stars: hotel.stars,
        price_per_night: hotel.price_per_night,
        total_price: hotel.price_per_night * room_nights,
        currency: CURRENCY,
        url: hotel.url(origin),
        image_url: hotel.image_url(origin),
    }
}
