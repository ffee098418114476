//! Says who is calling: takes keys and consents, keeps them sealed, and adds them to calls as they leave.
//!
//! Only here are secrets in the clear, and only for as long as it takes to seal or to send them.

mod attach;
mod dispatch;
mod doctor;
mod keeper;
mod keyring;
mod oauth;
mod redact;
mod renewal;
mod rotation;
mod seal;
mod secret;

pub use dispatch::AuthorizedDispatch;
pub use keeper::{Keeper, KeeperPorts};
pub use keyring::{KeyError, Keyring};
pub use rotation::{Resealed, Unopened};
pub use seal::{OpenError, Place, Sealer};
