//! What whoever runs the samples arranges with them, also while they run.

use std::time::Duration;

use crate::Clock;
use crate::hotels::Clients;
use crate::quotes::Contract;

/// How a sample is run. Cheap to clone; clones share what was arranged.
#[derive(Clone)]
pub struct Setup {
    /// The time that the sample goes by.
    pub clock: Clock,
    /// How long an access token of the hotels is good for.
    pub access_life: Duration,
    /// The clients that may ask guests of the hotels for their consent.
    pub clients: Clients,
    /// What the quotes and the one service that may use them know of each other.
    pub contract: Contract,
}

impl Setup {
    /// The usual way, by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, access_life: Duration::from_mins(5), clients: Clients::default(), contract: Contract::default() }
    }
}
