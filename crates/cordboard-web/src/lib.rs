//! The faces over HTTP: pages, forms and event streams. Every handler extracts, authorises, calls the engine or a port,
//! and renders; nothing here decides what a call may do.

mod access_token;
mod activation;
mod admin;
mod api;
pub mod app;
mod assets;
mod client_address;
mod credentials;
mod destination;
mod endings;
mod error;
mod fragments;
mod images;
mod inspection;
mod invitations;
mod link_cards;
mod markdown;
mod mine;
mod own;
mod own_address;
mod pages;
mod passwords;
mod pictures;
mod protection;
mod provider;
mod rate_limit;
mod recorded;
mod redrawing;
mod router;
mod search;
mod session;
mod stream;
mod templates;
mod transcript;
mod wanting;
mod words;

pub use access_token::{NewAccessToken, access_token};
pub use app::{App, Settings};
pub use invitations::{Invitee, invitation_link};
pub use link_cards::LinkCards;
pub use pages::connections::connect::callback_at;
pub use provider::{Provider, ProviderSettings};
pub use rate_limit::Doors;
pub use router::{ROUTES, router};
pub use session::{SignInError, sign_in_link};
