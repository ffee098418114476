//! The list of samples.

use axum::Router;

use crate::{Clock, handbook, hotels, scores, todo};

/// One of the sample plugins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// One to-do list: the quickstart of 2023.
    Todo,
    /// Hotel rooms in twelve cities, with pages and pictures.
    Hotels,
    /// Search in an invented company's handbook.
    Handbook,
    /// A simulated football league that plays in real time.
    Scores,
}

impl Sample {
    /// Every sample, in the order in which the demo shows them.
    pub const ALL: [Self; 4] = [Self::Hotels, Self::Todo, Self::Handbook, Self::Scores];

    /// The name that the manifest gives to models.
    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Hotels => "hotels",
            Self::Handbook => "handbook",
            Self::Scores => "scores",
        }
    }

    /// The name that the manifest gives to people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Todo => todo::TITLE,
            Self::Hotels => hotels::TITLE,
            Self::Handbook => handbook::TITLE,
            Self::Scores => scores::TITLE,
        }
    }

    /// The sample with this [`name`](Self::name).
    pub fn lookup(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sample| sample.name() == name)
    }

    /// The whole HTTP server for a sample that is reached at `origin`, such as `http://127.0.0.1:5003`.
    pub fn router(self, origin: &str, clock: Clock) -> Router {
        match self {
            Self::Todo => todo::router(origin),
            Self::Hotels => hotels::router(origin),
            Self::Handbook => handbook::router(origin),
            Self::Scores => scores::router(origin, clock),
        }
    }
}
