//! Whose an address is, as far as its host tells: everybody's, or this machine's and its network's.

use url::{Host, Url};

use crate::address::is_public;

/// The spellings of this machine, which count as one host.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Last labels of names that mean something in one network only.
const PRIVATE_ENDINGS: [&str; 7] = ["localhost", "local", "internal", "lan", "intranet", "corp", "home"];

/// Whether an address is on this machine or in somebody's own network. What has no host counts as private.
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_private_name(name),
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        None => true,
    }
}

fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    !name.contains('.') || PRIVATE_ENDINGS.contains(&last) || name.ends_with("home.arpa")
}

/// Whether an address is on this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether two addresses have one host; the spellings of this machine are one.
pub fn is_same_host(one: &Url, other: &Url) -> bool {
    let is_here = |url: &Url| url.host_str().is_some_and(|host| LOOPBACK.contains(&host));
    one.has_host() && one.host() == other.host() || is_here(one) && is_here(other)
}

/// Whether two addresses have one origin; the spellings of this machine are one.
pub fn is_same_origin(one: &Url, other: &Url) -> bool {
    let same_port = one.port_or_known_default() == other.port_or_known_default();
    one.scheme() == other.scheme() && same_port && is_same_host(one, other)
}

/// The origin of an address in each spelling of its host.
pub fn spellings(url: &Url) -> Vec<String> {
    let Some(host) = url.host_str() else { return Vec::new() };
    let hosts = if LOOPBACK.contains(&host) { LOOPBACK.to_vec() } else { vec![host] };
    let origin = |host: &str| {
        let mut url = url.clone();
        url.set_host(Some(host)).ok()?;
        Some(url.origin().ascii_serialization())
    };
    hosts.into_iter().filter_map(origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn names_and_addresses_say_whose_they_are() {
        let private = [
            "http://localhost:5003",
            "http://a.localhost",
            "http://127.9.9.9",
            "http://[::1]",
            "http://printer",
            "http://nas.local",
            "http://metadata.google.internal",
            "http://router.home.arpa",
            "http://10.0.0.1",
            "http://192.168.1.1:8080",
            "http://LOCALHOST.",
            "file:///etc/passwd",
        ];
        for text in private {
            assert!(is_private(&url(text)), "{text}");
        }
        for text in ["https://api.example", "http://8.8.8.8", "https://[2606:4700:4700::1111]", "https://local.example"]
        {
            assert!(!is_private(&url(text)), "{text}");
        }
    }

    #[test]
    fn spellings_of_this_machine_are_one_origin() {
        let table = [
            ("http://localhost:1", "http://127.0.0.1:1/x", true, true),
            ("http://[::1]", "http://localhost:80", true, true),
            ("http://localhost:1", "http://localhost:2", true, false),
            ("http://localhost", "https://localhost", true, false),
            ("http://a.localhost", "http://localhost", false, false),
            ("https://a.example", "https://a.example/x", true, true),
            ("file:///a", "file:///b", false, false),
        ];
        for (one, other, host, origin) in table {
            let (one, other) = (url(one), url(other));
            assert_eq!((is_same_host(&one, &other), is_same_origin(&one, &other)), (host, origin), "{one} {other}");
        }
        assert_eq!(spellings(&url("http://[::1]:5/x")), ["http://localhost:5", "http://127.0.0.1:5", "http://[::1]:5"]);
    }
}
