//! Whether to go on: asked between batches, so that a dropped stream frees the processor soon.

use super::RunError;

/// Tells a running computation that nobody waits for it any more.
pub(crate) struct Stop<'a>(&'a (dyn Fn() -> bool + Sync));

impl<'a> Stop<'a> {
    /// `stopped` is asked often and must be cheap.
    pub(crate) fn when(stopped: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self(stopped)
    }

    /// Fails once nobody waits any more.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        if (self.0)() { Err(RunError::Stopped) } else { Ok(()) }
    }
}
