//! Hotels: search, booking, and the pages that become link cards.

use std::collections::BTreeSet;

use cordboard_samples::Sample;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, json as json_of, page};
use crate::consent::Flow;

const CITIES: [&str; 12] = [
    "Amsterdam",
    "Barcelona",
    "Berlin",
    "Kyoto",
    "Lisbon",
    "London",
    "New York",
    "Paris",
    "Prague",
    "Rome",
    "Tokyo",
    "Vienna",
];

async fn search(query: &str) -> Value {
    Client::start(Sample::Hotels).await.get_json(&format!("/hotels?{query}")).await
}

fn names(answer: &Value) -> Vec<&str> {
    let hotels = answer["hotels"].as_array().expect("hotels");
    hotels.iter().map(|hotel| hotel["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn every_city_has_hotels_with_different_names() {
    let client = Client::start(Sample::Hotels).await;
    let mut ids = BTreeSet::new();
    for city in CITIES {
        let answer = client.get_json(&format!("/hotels?city={city}")).await;
        let hotels = answer["hotels"].as_array().expect("hotels");
        assert!((4..=6).contains(&hotels.len()), "{city}");
        for hotel in hotels {
            assert!(ids.insert(hotel["id"].to_string()), "{hotel}");
        }
    }
}

#[tokio::test]
async fn a_search_gives_prices_for_the_stay_and_the_cheapest_first() {
    let client = Client::start(Sample::Hotels).await;
    let answer = client.get_json("/hotels?city=paris&nights=2").await;
    assert_eq!((&answer["city"], &answer["nights"], &answer["rooms"]), (&json!("Paris"), &json!(2), &json!(1)));
    let origin = client.server.origin();
    let first = json!({
        "id": "canal-bleu-hostel", "name": "Canal Bleu Hostel", "district": "Canal Saint-Martin", "stars": 2,
        "price_per_night": 58, "total_price": 116, "currency": "EUR",
        "url": format!("{origin}/stay/canal-bleu-hostel"),
        "image_url": format!("{origin}/stay/canal-bleu-hostel/picture.png"),
    });
    assert_eq!(answer["hotels"][0], first);
}

#[tokio::test]
async fn wishes_narrow_the_search() {
    assert_eq!(names(&search("city=Berlin&max_price=80").await), ["The Drummer's Loft", "Tram Depot Rooms"]);
    assert_eq!(names(&search("city=London&min_stars=5").await), ["Halcyon Wharf"]);
    assert_eq!(names(&search("city=London&max_price=10").await), [""; 0]);
    let family = search("city=Rome&nights=7&guests=4").await;
    assert_eq!((&family["rooms"], &family["hotels"][0]["total_price"]), (&json!(2), &json!(68 * 7 * 2)));
}

#[tokio::test]
async fn cities_are_found_by_what_people_call_them() {
    for city in ["new york", "New York City", "New York, NY", " NEW YORK "] {
        assert_eq!(search(&format!("city={city}")).await["city"], "New York", "{city}");
    }
    let unknown = search("city=Madrid").await;
    assert_eq!(unknown["hotels"], json!([]));
    assert_eq!(unknown["known_cities"], json!(CITIES));
}

#[tokio::test]
async fn numbers_out_of_range_are_answered_in_words() {
    let client = Client::start(Sample::Hotels).await;
    for (query, error) in [
        ("city=Rome&nights=0", "“nights” must be from 1 to 30."),
        ("city=Rome&nights=-1", "“nights” must be from 1 to 30."),
        ("city=Rome&guests=13", "“guests” must be from 1 to 12."),
        ("city=Rome&min_stars=6", "“min_stars” must be from 1 to 5."),
    ] {
        let answer = json_of(client.get(&format!("/hotels?{query}")).await, 422).await;
        assert_eq!(answer["error"], error);
    }
    json_of(client.get("/hotels?nights=2").await, 400).await;
}

#[tokio::test]
async fn one_hotel_is_found_by_id_name_or_part() {
    let client = Client::start(Sample::Hotels).await;
    for name in ["the-blue-lantern", "The Blue Lantern", "blue lantern"] {
        assert_eq!(client.get_json(&format!("/hotels/{name}")).await["city"], "Amsterdam", "{name}");
    }
    for name in ["Lantern", "Grand Budapest", "x"] {
        json_of(client.get(&format!("/hotels/{name}")).await, 404).await;
    }
}

#[tokio::test]
async fn a_booking_names_account_hotel_guest_and_price() {
    let client = Client::start(Sample::Hotels).await;
    let flow = Flow::new(&client);
    let access = flow.tokens().await.access;
    let wanted = json!({ "hotel": "Maison Tilleul", "nights": 2, "guest_name": "Anna Berger" });
    let answer = json_of(client.send_as(&access, Method::POST, "/bookings", &wanted).await, 200).await;
    assert_eq!(answer["booking_id"], "NC-1001");
    assert_eq!(answer["booked_by"], "Anna");
    assert_eq!(answer["total_price"], 296);
    assert_eq!(answer["hotel"]["name"], "Maison Tilleul");
    assert_eq!(answer["guest_name"], "Anna Berger");
    for (field, value, status) in
        [("nights", json!(0), 422), ("guest_name", json!(" "), 422), ("hotel", json!("Nowhere Inn"), 404)]
    {
        let mut wrong = wanted.clone();
        wrong[field] = value;
        json_of(client.send_as(&access, Method::POST, "/bookings", &wrong).await, status).await;
    }
}

#[tokio::test]
async fn a_page_carries_what_a_link_card_needs() {
    let client = Client::start(Sample::Hotels).await;
    let origin = client.server.origin();
    let (label, html) = page(client.get("/stay/the-drummers-loft").await).await;
    assert_eq!(label, "text/html; charset=utf-8");
    for (property, content) in [
        ("og:site_name", "Nightcord Hotels"),
        ("og:title", "The Drummer&#39;s Loft, Berlin"),
        ("og:description", "Plain rooms by the canal, earplugs at the desk."),
        ("og:url", &format!("{origin}/stay/the-drummers-loft")),
        ("og:image", &format!("{origin}/stay/the-drummers-loft/picture.png")),
    ] {
        let tag = format!("<meta property=\"{property}\" content=\"{content}\">");
        assert!(html.contains(&tag), "{tag}\n{html}");
    }
}

async fn picture(client: &Client, id: &str) -> Vec<u8> {
    let response = client.get(&format!("/stay/{id}/picture.png")).await;
    assert_eq!(response.headers()["content-type"], "image/png");
    response.bytes().await.expect("a body").to_vec()
}

#[tokio::test]
async fn pictures_are_png_files_and_differ() {
    let client = Client::start(Sample::Hotels).await;
    let first = picture(&client, "quai-neuf").await;
    let mut reader = png::Decoder::new(std::io::Cursor::new(&first)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!((frame.width, frame.height), (600, 315));
    assert!(pixels.iter().any(|part| *part != pixels[0]));
    assert_eq!(first, picture(&client, "quai-neuf").await);
    assert_ne!(first, picture(&client, "casa-mirto").await);
}
