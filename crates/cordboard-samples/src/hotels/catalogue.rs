//! The hotels that exist here, and how to find one by what people call it.

use serde::{Deserialize, Serialize};

use super::CURRENCY;

/// One hotel, as `hotels.json` lists it.
#[derive(Deserialize)]
pub(super) struct Hotel {
    pub(super) city: String,
    pub(super) name: String,
    pub(super) district: String,
    pub(super) stars: u32,
    /// EUR for a room for two.
    pub(super) price_per_night: u32,
    pub(super) description: String,
}

/// One hotel, as the API describes it.
#[derive(Serialize)]
pub(super) struct HotelAnswer<'a> {
    id: String,
    name: &'a str,
    city: &'a str,
    district: &'a str,
    stars: u32,
    price_per_night: u32,
    currency: &'static str,
    description: &'a str,
    url: String,
    image_url: String,
}

impl Hotel {
    /// The name in a form that fits into addresses: `The Blue Lantern` is `the-blue-lantern`.
    pub(super) fn id(&self) -> String {
        slug(&self.name)
    }

    /// The page for people.
    pub(super) fn url(&self, origin: &str) -> String {
        format!("{origin}/stay/{}", self.id())
    }

    /// The picture on that page.
    pub(super) fn image_url(&self, origin: &str) -> String {
        format!("{origin}/stay/{}/picture.png", self.id())
    }

    /// The description that the API gives.
    pub(super) fn answer(&self, origin: &str) -> HotelAnswer<'_> {
        HotelAnswer {
            id: self.id(),
            name: &self.name,
            city: &self.city,
            district: &self.district,
            stars: self.stars,
            price_per_night: self.price_per_night,
            currency: CURRENCY,
            description: &self.description,
            url: self.url(origin),
            image_url: self.image_url(origin),
        }
    }
}

/// All hotels.
pub(super) struct Catalogue(Vec<Hotel>);

impl Catalogue {
    /// Reads the list that is part of the program.
    pub(super) fn load() -> Self {
        Self(serde_json::from_str(include_str!("hotels.json")).expect("a test reads the same embedded list"))
    }

    /// The hotels of a city, cheapest first. `Paris, France` is Paris.
    pub(super) fn in_city(&self, city: &str) -> Vec<&Hotel> {
        let wanted = city_key(city);
        let mut found: Vec<_> = self.0.iter().filter(|hotel| city_key(&hotel.city) == wanted).collect();
        found.sort_by_key(|hotel| hotel.price_per_night);
        found
    }

    /// Every city that has hotels, by name.
    pub(super) fn cities(&self) -> Vec<&str> {
        let mut cities: Vec<_> = self.0.iter().map(|hotel| hotel.city.as_str()).collect();
        cities.sort_unstable();
        cities.dedup();
        cities
    }

    /// The hotel with this id or name; a part of the name will do when only one hotel has it.
    pub(super) fn lookup(&self, id_or_name: &str) -> Option<&Hotel> {
        let wanted = slug(id_or_name);
        if let Some(hotel) = self.0.iter().find(|hotel| hotel.id() == wanted) {
            return Some(hotel);
        }
        let mut similar = self.0.iter().filter(|hotel| wanted.len() >= 4 && hotel.id().contains(&wanted));
        similar.next().filter(|_| similar.next().is_none())
    }
}

fn city_key(city: &str) -> String {
    let city = city.split(',').next().unwrap_or(city).trim().to_lowercase();
    city.strip_suffix(" city").map(str::to_owned).unwrap_or(city)
}

fn slug(name: &str) -> String {
    let name = name.to_lowercase().replace(['\'', '’'], "");
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
