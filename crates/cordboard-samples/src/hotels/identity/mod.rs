//! The hotels' authorization server (OAuth 2, RFC 6749 with RFC 7636, 7009 and 9207): accounts, consent, tokens.
//!
//! A person signs in or makes an account, sees which client asks for what, and agrees or not. Everything is kept in
//! memory, passwords as argon2id hashes and all other secrets as digests.

mod clients;
mod consent;
mod doors;
mod fields;
mod grants;
mod page;
mod people;
mod refusal;
mod request;
mod revocation;
mod token;
mod visit;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use jiff::Timestamp;

use crate::bearer::bearer;
use crate::error::ApiError;
use crate::{Clock, Setup};
use grants::Grants;
use people::People;
use visit::Visits;

pub use clients::{Client, Clients};

/// All that a client can ask for: to book in a person's name.
const SCOPE: &str = "bookings";

/// What the handlers share.
pub(super) struct Identity {
    /// Who answers, as `iss` has it.
    issuer: String,
    clock: Clock,
    access_life: Duration,
    clients: Clients,
    people: People,
    visits: Visits,
    grants: Mutex<Grants>,
}

impl Identity {
    pub(super) fn new(issuer: &str, setup: &Setup) -> Arc<Self> {
        Arc::new(Self {
            issuer: issuer.to_owned(),
            clock: setup.clock.clone(),
            access_life: setup.access_life,
            clients: setup.clients.clone(),
            people: People::default(),
            visits: Visits::default(),
            grants: Mutex::default(),
        })
    }

    /// The routes of pages and endpoints.
    pub(super) fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/oauth/authorize", get(consent::show).post(consent::decide))
            .route("/oauth/token", post(token::exchange))
            .route("/oauth/revoke", post(revocation::revoke))
            .route("/sign-in", get(doors::show_sign_in).post(doors::sign_in))
            .route("/new-account", get(doors::show_new_account).post(doors::new_account))
            .route("/sign-out", post(doors::sign_out))
            .with_state(self)
    }

    /// The account in whose name a request comes.
    pub(super) fn account(&self, headers: &HeaderMap) -> Result<String, ApiError> {
        let token = bearer(headers).ok_or_else(|| {
            ApiError::unauthorized("Booking needs an account: send an access token that its owner agreed to.")
        })?;
        self.grants(|grants, now| grants.account(token, now)).ok_or_else(|| {
            ApiError::unauthorized("The access token is unknown, revoked or has run out; renew it or ask for consent.")
        })
    }

    fn grants<T>(&self, work: impl FnOnce(&mut Grants, Timestamp) -> T) -> T {
        let now = self.clock.now();
        work(&mut self.grants.lock().expect("no code panics while it holds the grants"), now)
    }
}
