//! What the service and the quotes know of each other: the key that opens them, and the token that proves the domain.

use std::sync::{Arc, Mutex};

use crate::secret::{self, Digest};

/// The contract with the one service that may ask for quotes. Clones are the same contract.
#[derive(Clone, Default)]
pub struct Contract(Arc<Mutex<Terms>>);

#[derive(Default)]
struct Terms {
    key: Option<Digest>,
    verification_token: Option<String>,
}

impl Contract {
    /// Makes the service's key, in place of an earlier one. It cannot be read again.
    pub fn issue_key(&self) -> String {
        let key = format!("quote-{}", secret::generate());
        self.with(|terms| terms.key = Some(Digest::of(&key)));
        key
    }

    /// Publishes the token in the manifest by which the service knows the domain's owner.
    pub fn publish(&self, token: &str) {
        self.with(|terms| terms.verification_token = Some(token.to_owned()));
    }

    pub(super) fn admits(&self, key: &str) -> bool {
        self.with(|terms| terms.key.is_some_and(|digest| digest.fits(key)))
    }

    pub(super) fn verification_token(&self) -> Option<String> {
        self.with(|terms| terms.verification_token.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Terms) -> T) -> T {
        work(&mut self.0.lock().expect("no code panics while it holds the terms"))
    }
}
