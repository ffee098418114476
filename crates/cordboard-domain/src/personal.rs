//! What a plugin may learn of a person, and what it has learnt.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::call::Method;
use crate::id::{CallId, ConversationId, PluginId, UserId};
use crate::time::Timestamp;

/// Something about a person that a plugin may ask for with `x-cordboard-personal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalField {
    Name,
    Email,
    City,
    /// Latitude and longitude in degrees, with a comma between: `52.52,13.40`.
    Coordinates,
    /// A name of the IANA database, such as `Europe/Berlin`.
    TimeZone,
}

impl PersonalField {
    /// All fields, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::City, Self::Coordinates, Self::TimeZone];

    /// The word in descriptions and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::City => "city",
            Self::Coordinates => "coordinates",
            Self::TimeZone => "time_zone",
        }
    }

    /// The field in people's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "your name",
            Self::Email => "your e-mail address",
            Self::City => "your city",
            Self::Coordinates => "your coordinates",
            Self::TimeZone => "your time zone",
        }
    }
}

impl PersonalField {
    /// The longest value, in characters.
    const LONGEST: usize = 200;

    /// A value as a person wrote it, without what stands around it.
    pub fn check(self, text: &str) -> Result<String, InvalidValue> {
        let text = text.trim();
        let fits = match self {
            Self::Name | Self::City => true,
            Self::Email => text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()),
            Self::Coordinates => are_coordinates(text),
            Self::TimeZone => text.chars().all(|each| each.is_ascii_alphanumeric() || "/_+-".contains(each)),
        };
        let is_plain = !text.is_empty() && text.chars().count() <= Self::LONGEST && !text.chars().any(char::is_control);
        if fits && is_plain { Ok(text.to_owned()) } else { Err(InvalidValue(self)) }
    }
}

fn are_coordinates(text: &str) -> bool {
    let within = |number: &str, most: f64| number.trim().parse::<f64>().is_ok_and(|number| number.abs() <= most);
    text.split_once(',').is_some_and(|(latitude, longitude)| within(latitude, 90.0) && within(longitude, 180.0))
}

/// A text that is no value of its field.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidValue(PersonalField);

impl fmt::Display for InvalidValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            PersonalField::Name => "a name has up to 200 characters",
            PersonalField::Email => "an e-mail address looks like ada@example.org",
            PersonalField::City => "a city has up to 200 characters",
            PersonalField::Coordinates => "coordinates are latitude and longitude in degrees, such as 52.52,13.40",
            PersonalField::TimeZone => "a time zone looks like Europe/Berlin",
        })
    }
}

impl fmt::Display for PersonalField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A word that is no field.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is nothing that can be asked for; there are name, email, city, coordinates and time_zone")]
pub struct UnknownField(String);

impl FromStr for PersonalField {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Self, UnknownField> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or_else(|| UnknownField(text.to_owned()))
    }
}

/// What a person says about themselves, as far as they said it.
pub type Profile = BTreeMap<PersonalField, String>;

/// How much a person shares of where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceShare {
    Off,
    Country,
    #[default]
    Subdivision,
}

impl PlaceShare {
    const ALL: [Self; 3] = [Self::Off, Self::Country, Self::Subdivision];

    /// The word in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Country => "country",
            Self::Subdivision => "subdivision",
        }
    }
}

impl FromStr for PlaceShare {
    type Err = UnknownShare;

    fn from_str(text: &str) -> Result<Self, UnknownShare> {
        Self::ALL.into_iter().find(|share| share.as_str() == text).ok_or(UnknownShare)
    }
}

/// A word that says nothing about sharing.
#[derive(Debug, thiserror::Error)]
#[error("what is shared is off, country or subdivision")]
pub struct UnknownShare;

/// What a person decided about where they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceSetting {
    pub share: PlaceShare,
    /// ISO 3166-2 (`US-CA`) or a country of ISO 3166-1 (`US`), as the person says it.
    pub own: Option<String>,
    /// The same as the operator's proxy saw it last.
    pub seen: Option<String>,
}

impl PlaceSetting {
    /// What plugins are told: the person's word goes before what was seen, and that before the operator's for all.
    pub fn told(&self, of_operator: Option<&str>) -> Option<String> {
        let place = self.own.as_deref().or(self.seen.as_deref()).or(of_operator)?;
        match self.share {
            PlaceShare::Off => None,
            PlaceShare::Country => place.split('-').next().map(str::to_owned),
            PlaceShare::Subdivision => Some(place.to_owned()),
        }
    }
}

/// What a plugin asks for, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalRequest {
    pub field: PersonalField,
    /// In the plugin's words; may be empty.
    pub reason: String,
    /// Whether the operation cannot be called without.
    pub required: bool,
    /// What the person has said of it so far; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub known: String,
}

/// A question to a person about what a plugin asks for. It holds for one person and one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequest {
    pub user: UserId,
    pub plugin: PluginId,
    pub plugin_name: String,
    /// Where the call would go, as an origin.
    pub host: String,
    pub asked: Vec<PersonalRequest>,
}

/// What a person decided about one field for one plugin. It holds until it is revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub user: UserId,
    pub plugin: PluginId,
    pub field: PersonalField,
    pub reason: String,
    pub is_given: bool,
    pub decided_at: Timestamp,
}

/// Something that left for a plugin in a person's name. It stays when its conversation is deleted, without what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    pub call: CallId,
    pub user: UserId,
    pub plugin: PluginId,
    pub plugin_name: String,
    pub conversation: ConversationId,
    pub operation: String,
    pub method: Method,
    /// Scheme, host and port.
    pub host: String,
    /// The names of the arguments.
    pub arguments: Vec<String>,
    /// The place that was told, such as `US-CA`.
    pub place: Option<String>,
    pub personal: Vec<PersonalField>,
    /// As whom it went, in words.
    pub accounts: Vec<String>,
    pub left_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_by_what_they_mean() {
        let check = |field: PersonalField, text: &str, expected: Option<&str>| {
            assert_eq!(field.check(text).ok().as_deref(), expected, "{field} {text:?}");
        };
        check(PersonalField::Name, " Ada ", Some("Ada"));
        check(PersonalField::Name, "  ", None);
        check(PersonalField::City, "Zürich\r\nX: y", None);
        check(PersonalField::Email, "ada@example.org", Some("ada@example.org"));
        check(PersonalField::Email, "ada", None);
        check(PersonalField::Coordinates, "52.52, 13.40", Some("52.52, 13.40"));
        check(PersonalField::Coordinates, "91,0", None);
        check(PersonalField::Coordinates, "NaN,0", None);
        check(PersonalField::TimeZone, "Europe/Berlin", Some("Europe/Berlin"));
        check(PersonalField::TimeZone, "Europe Berlin", None);
        check(PersonalField::City, &"x".repeat(201), None);
    }

    #[test]
    fn people_decide_how_much_is_told_of_where_they_are() {
        use PlaceShare::{Country, Off, Subdivision};
        let check = |share, own: Option<&str>, seen: Option<&str>, of_operator, expected: Option<&str>| {
            let setting = PlaceSetting { share, own: own.map(str::to_owned), seen: seen.map(str::to_owned) };
            assert_eq!(setting.told(of_operator).as_deref(), expected, "{setting:?} {of_operator:?}");
        };
        check(Off, Some("DE-BE"), Some("US-CA"), Some("US-NY"), None);
        check(Country, Some("DE-BE"), Some("US-CA"), Some("US-NY"), Some("DE"));
        check(Subdivision, Some("DE-BE"), Some("US-CA"), Some("US-NY"), Some("DE-BE"));
        check(Subdivision, None, Some("US-CA"), Some("US-NY"), Some("US-CA"));
        check(Subdivision, None, None, Some("US-NY"), Some("US-NY"));
        check(Country, None, None, Some("US-NY"), Some("US"));
        check(Subdivision, Some("DE"), None, None, Some("DE"));
        check(Subdivision, None, None, None, None);
    }
}
