//! Name resolution that refuses a name when any of its addresses is not public.

use std::net::SocketAddr;

use cordboard_domain::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name that leads to an address which is not public.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` leads to {address}, which is not a public address")]
pub(crate) struct PrivateName {
    name: String,
    address: std::net::IpAddr,
}

/// Resolves names once per connection; the connection goes to the addresses that were checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            if let Some(bad) = found.iter().find(|address| !is_public(address.ip())) {
                return Err(PrivateName { name: host, address: bad.ip() }.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}
