//! The programs that may ask for consent.

use std::sync::{Arc, Mutex};

use url::Url;

use crate::secret::{self, Digest};

/// A client as it was registered. Its secret cannot be read again.
pub struct Client {
    pub id: String,
    pub secret: String,
}

/// What is kept of one.
#[derive(Clone)]
pub(super) struct Registration {
    pub(super) id: String,
    pub(super) name: String,
    secret: Digest,
    /// The only addresses that answers go to.
    redirects: Vec<Url>,
}

impl Registration {
    /// The registered address that is written exactly so.
    pub(super) fn redirect(&self, address: &str) -> Option<&Url> {
        self.redirects.iter().find(|redirect| redirect.as_str() == address)
    }

    pub(super) fn has_secret(&self, secret: &str) -> bool {
        self.secret.fits(secret)
    }
}

/// All clients. Clones are the same list, so that a client can be registered while the server runs.
#[derive(Clone, Default)]
pub struct Clients(Arc<Mutex<Vec<Registration>>>);

impl Clients {
    /// Registers a client by the name that people are shown, with the addresses that answers may go to.
    pub fn register(&self, name: &str, redirects: impl IntoIterator<Item = Url>) -> Client {
        let client = Client { id: format!("client-{}", &secret::generate()[..12]), secret: secret::generate() };
        let registration = Registration {
            id: client.id.clone(),
            name: name.to_owned(),
            secret: Digest::of(&client.secret),
            redirects: redirects.into_iter().collect(),
        };
        self.with(|clients| clients.push(registration));
        client
    }

    pub(super) fn lookup(&self, id: &str) -> Option<Registration> {
        self.with(|clients| clients.iter().find(|client| client.id == id).cloned())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Registration>) -> T) -> T {
        work(&mut self.0.lock().expect("no code panics while it holds the clients"))
    }
}
