//! The quotes that there are.

use serde::{Deserialize, Serialize};

/// At most so many are answered.
const MOST: usize = 3;

/// One quote.
#[derive(Deserialize, Serialize)]
pub(super) struct Quote {
    text: String,
    person: String,
    about: String,
}

/// All quotes.
pub(super) struct Collection(Vec<Quote>);

impl Collection {
    /// Reads the list that is part of the program.
    pub(super) fn load() -> Self {
        Self(serde_json::from_str(include_str!("quotes.json")).expect("a test reads the same embedded list"))
    }

    /// Quotes about a subject and by a person, as far as they are given.
    pub(super) fn find(&self, about: Option<&str>, person: Option<&str>) -> Vec<&Quote> {
        let fits = |wanted: Option<&str>, text: &str| {
            wanted.is_none_or(|wanted| text.to_lowercase().contains(&wanted.trim().to_lowercase()))
        };
        let found = self.0.iter().filter(|quote| fits(about, &quote.about) && fits(person, &quote.person));
        found.take(MOST).collect()
    }

    /// What the quotes are about, by name.
    pub(super) fn subjects(&self) -> Vec<&str> {
        let mut subjects: Vec<&str> = self.0.iter().map(|quote| quote.about.as_str()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }
}
