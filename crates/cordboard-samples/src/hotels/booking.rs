//! Booking a room: the operation with consequences, which a host must have confirmed before it calls, and which needs to
//! know who books.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::catalogue::HotelAnswer;
use super::search::{no_such_hotel, within};
use super::{Agency, CURRENCY, NIGHTS};
use crate::error::ApiError;

#[derive(Deserialize)]
pub(super) struct BookingRequest {
    hotel: String,
    nights: i64,
    guest_name: String,
}

#[derive(Serialize)]
struct BookingAnswer<'a> {
    booking_id: String,
    /// The account in whose name it was booked.
    booked_by: String,
    guest_name: &'a str,
    nights: u32,
    total_price: u32,
    currency: &'static str,
    hotel: HotelAnswer<'a>,
    note: &'static str,
}

/// `POST /bookings`
pub(super) async fn book(
    State(agency): State<Arc<Agency>>,
    headers: HeaderMap,
    request: Result<Json<BookingRequest>, JsonRejection>,
) -> Result<Response, ApiError> {
    let booked_by = agency.identity.account(&headers)?;
    let Json(request) = request?;
    let nights = within("nights", request.nights, &NIGHTS)?;
    let guest_name = request.guest_name.trim();
    if guest_name.is_empty() {
        return Err(ApiError::invalid("“guest_name” must say who will stay."));
    }
    let hotel = agency.catalogue.lookup(&request.hotel).ok_or_else(|| no_such_hotel(&request.hotel))?;
    let number = agency.bookings.fetch_add(1, Ordering::Relaxed) + 1;
    let answer = BookingAnswer {
        booking_id: format!("NC-{number}"),
        booked_by,
        guest_name,
        nights,
        total_price: hotel.price_per_night * nights,
        currency: CURRENCY,
        hotel: hotel.answer(&agency.origin),
        note: "The hotel is invented: no real room was booked.",
    };
    Ok(Json(answer).into_response())
}
