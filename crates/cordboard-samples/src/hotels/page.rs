//! A hotel's page for people. Its `OpenGraph` tags (<https://ogp.me>) are what link cards are made of.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse};

use super::catalogue::Hotel;
use super::search::no_such_hotel;
use super::{Agency, TITLE, picture};
use crate::error::ApiError;
use crate::html;

/// `GET /stay/{id}`
pub(super) async fn page(State(agency): State<Arc<Agency>>, Path(id): Path<String>) -> Result<Html<String>, ApiError> {
    let hotel = agency.catalogue.lookup(&id).ok_or_else(|| no_such_hotel(&id))?;
    let title = format!("{}, {}", hotel.name, hotel.city);
    Ok(Html(html::page(&title, &open_graph(hotel, &title, &agency.origin), &body(hotel, &agency.origin))))
}

/// `GET /stay/{id}/picture.png`
pub(super) async fn picture(
    State(agency): State<Arc<Agency>>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let hotel = agency.catalogue.lookup(&id).ok_or_else(|| no_such_hotel(&id))?;
    Ok(([(CONTENT_TYPE, "image/png")], picture::draw(&hotel.id())))
}

fn open_graph(hotel: &Hotel, title: &str, origin: &str) -> String {
    let (url, image) = (hotel.url(origin), hotel.image_url(origin));
    let tags = [
        ("og:type", "website"),
        ("og:site_name", TITLE),
        ("og:title", title),
        ("og:description", &hotel.description),
        ("og:url", &url),
        ("og:image", &image),
        ("og:image:width", "600"),
        ("og:image:height", "315"),
    ];
    let tag = |(property, content)| format!("<meta property=\"{property}\" content=\"{}\">", html::escape(content));
    tags.map(tag).join("\n")
}

fn body(hotel: &Hotel, origin: &str) -> String {
    let stars = "★".repeat(usize::try_from(hotel.stars).unwrap_or_default());
    let [name, city, district, description] =
        [&hotel.name, &hotel.city, &hotel.district, &hotel.description].map(|text| html::escape(text));
    format!(
        "<p><img src=\"{image}\" alt=\"A skyline at dusk\" width=\"600\" height=\"315\"></p>\n<h1>{name}</h1>\n\
         <p>{stars} · {district}, {city}</p>\n<p>{description}</p>\n\
         <p><strong>€{price}</strong> per night for a room for two.</p>\n\
         <p><small>An invented hotel of Cordboard's hotels sample.</small></p>",
        image = hotel.image_url(origin),
        price = hotel.price_per_night,
    )
}
