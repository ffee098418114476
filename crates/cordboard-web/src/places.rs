//! Countries and their subdivisions (ISO 3166-1 and 3166-2).

use rust_iso3166::{ALL, CountryCode, from_alpha2, iso3166_2};

/// All countries as code and name, by name.
pub(crate) fn countries() -> Vec<(&'static str, &'static str)> {
    let mut countries: Vec<_> = ALL.iter().map(|country: &CountryCode| (country.alpha2, country.name)).collect();
    countries.sort_by_key(|(_, name)| *name);
    countries
}

/// The subdivisions of a country as code and name, by name.
pub(crate) fn subdivisions(country: &str) -> Vec<(&'static str, &'static str)> {
    let country = from_alpha2(country);
    let listed = country.as_ref().and_then(CountryCode::subdivisions).unwrap_or_default();
    let mut subdivisions: Vec<_> = listed.iter().map(|each| (each.code, each.name)).collect();
    subdivisions.sort_by_key(|(_, name)| *name);
    subdivisions
}

/// A code of either list, in capitals.
pub(crate) fn known(code: &str) -> Option<String> {
    let code = code.trim().to_ascii_uppercase();
    (from_alpha2(&code).is_some() || iso3166_2::from_code(&code).is_some()).then_some(code)
}

/// What a code means: `California, United States of America`.
pub(crate) fn name(code: &str) -> String {
    let country = code.split('-').next().and_then(from_alpha2).map_or(code, |country| country.name);
    match iso3166_2::from_code(code) {
        Some(subdivision) => format!("{}, {country}", subdivision.name),
        None => country.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_and_have_names() {
        assert_eq!(known(" us-ca "), Some("US-CA".to_owned()));
        assert_eq!(known("DE"), Some("DE".to_owned()));
        assert_eq!((known("US-ZZ"), known("XX"), known("")), (None, None, None));
        assert_eq!(name("US-CA"), "California, United States of America");
        assert!(countries().len() > 240 && subdivisions("DE").len() == 16 && subdivisions("XX").is_empty());
    }
}
