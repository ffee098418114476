//! Which turns this process works on, so that each is worked on once and can be stopped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cordboard_domain::id::TurnId;
use tokio_util::sync::CancellationToken;

/// A turn that is worked on.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    /// Held while the turn's loop runs.
    pub(crate) work: tokio::sync::Mutex<()>,
    pub(crate) stop: CancellationToken,
}

/// The turns of this process.
#[derive(Debug, Default)]
pub(crate) struct Running {
    slots: Mutex<HashMap<TurnId, Arc<Slot>>>,
}

impl Running {
    /// The slot of a turn, made when it is first asked for.
    pub(crate) fn slot(&self, turn: TurnId) -> Arc<Slot> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(turn).or_default().clone()
    }

    /// Stops the work on all turns and names them.
    pub(crate) fn abandon(&self) -> Vec<TurnId> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.values().for_each(|slot| slot.stop.cancel());
        slots.keys().copied().collect()
    }

    /// Forgets a turn nobody else waits for.
    pub(crate) fn release(&self, turn: TurnId, slot: Arc<Slot>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        drop(slot);
        if slots.get(&turn).is_some_and(|kept| Arc::strong_count(kept) == 1) {
            slots.remove(&turn);
        }
    }
}
