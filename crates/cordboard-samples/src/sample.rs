//! The list of samples.

use axum::Router;

use crate::{Setup, handbook, hotels, notes, quotes, scores, todo};

/// One of the sample plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// One to-do list: the quickstart of 2023.
    Todo,
    /// Hotel rooms in twelve cities, with pages and pictures; who books has an account.
    Hotels,
    /// Search in an invented company's handbook.
    Handbook,
    /// A simulated football league that plays in real time.
    Scores,
    /// A notebook for each personal key.
    Notes,
    /// Sayings of invented people, for one service only.
    Quotes,
}

impl Sample {
    /// Every sample, in the order in which the demo shows them.
    pub const ALL: [Self; 6] = [Self::Hotels, Self::Todo, Self::Handbook, Self::Scores, Self::Notes, Self::Quotes];

    /// The name that the manifest gives to models.
    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Hotels => "hotels",
            Self::Handbook => "handbook",
            Self::Scores => "scores",
            Self::Notes => "notes",
            Self::Quotes => "quotes",
        }
    }

    /// The name that the manifest gives to people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Todo => todo::TITLE,
            Self::Hotels => hotels::TITLE,
            Self::Handbook => handbook::TITLE,
            Self::Scores => scores::TITLE,
            Self::Notes => notes::TITLE,
            Self::Quotes => quotes::TITLE,
        }
    }

    /// The sample with this [`name`](Self::name).
    pub fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sample| sample.name() == name)
    }

    /// The whole HTTP server for a sample that is reached at `origin`, such as `http://127.0.0.1:5003`.
    pub fn router(self, origin: &str, setup: &Setup) -> Router {
        match self {
            Self::Todo => todo::router(origin),
            Self::Hotels => hotels::router(origin, setup),
            Self::Handbook => handbook::router(origin),
            Self::Scores => scores::router(origin, setup.clock.clone()),
            Self::Notes => notes::router(origin),
            Self::Quotes => quotes::router(origin, &setup.contract),
        }
    }
}
