//! Clock and randomness as arguments, so that everything above them can be tested deterministically.

pub use jiff::{SignedDuration, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Gives unpredictable bytes, good enough for secrets.
pub trait Entropy: Send + Sync {
    /// Overwrites all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// `2026-01-31`, the UTC day of a moment; what changes daily is derived from it.
pub fn utc_day(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}
