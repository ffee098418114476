//! Whose an address is, as far as its host shows: public, or of this machine and its network; and which private origins
//! a plugin may reach.

use std::collections::BTreeMap;

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

/// Whether `url` is on the root's host and port or on a subdomain of it; a leading `www.` of the root does not count.
pub fn is_below(url: &Url, root: &Url) -> bool {
    let (Some(host), Some(root_host)) = (url.host_str(), root.host_str()) else {
        return false;
    };
    let same_port = url.port_or_known_default() == root.port_or_known_default();
    let root_host = root_host.strip_prefix("www.").unwrap_or(root_host);
    if is_same_host(url, root) || host == root_host {
        return same_port || url.port().is_none() && !is_loopback(url);
    }
    host.strip_suffix(root_host).is_some_and(|prefix| prefix.ends_with('.'))
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

/// On whose word an address is fetched, which decides whether it may lead to a private origin that the operator named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedBy {
    /// A person typed it, or the operator configured it.
    Person,
    /// A document, page or result that came from this address.
    Source(Url),
    /// A text that was pasted, with the address that it claims, if any. It shows nothing of where its plugin lives.
    Pasted(Option<Url>),
}

impl NamedBy {
    /// The word of a plugin that lives here, or of one that was pasted.
    pub fn home(home: Option<Url>) -> Self {
        home.map_or(Self::Pasted(None), Self::Source)
    }
}

/// The private origins that the operator lists with plugins, beside the one where each lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListedOrigins(BTreeMap<String, Vec<Url>>);

impl ListedOrigins {
    /// Origins by the origin where the plugin lives.
    pub fn new(listed: impl IntoIterator<Item = (Url, Vec<Url>)>) -> Self {
        let mut origins = BTreeMap::new();
        for (home, reached) in listed {
            for spelling in spellings(&home) {
                origins.insert(spelling, reached.clone());
            }
        }
        Self(origins)
    }

    /// Every origin in the lists.
    pub fn all(&self) -> impl Iterator<Item = &Url> {
        self.0.values().flatten()
    }

    /// The origins listed with the plugin that lives at `home`.
    pub fn of(&self, home: &Url) -> &[Url] {
        self.0.get(&home.origin().ascii_serialization()).map_or(&[], Vec::as_slice)
    }

    /// Whether this word may lead to a private origin: to the one where it comes from, or to one that the operator listed
    /// with that.
    pub fn may_lead(&self, named_by: &NamedBy, to: &Url) -> bool {
        match named_by {
            NamedBy::Person => true,
            NamedBy::Source(from) => {
                is_same_origin(from, to) || self.of(from).iter().any(|listed| is_same_origin(listed, to))
            }
            NamedBy::Pasted(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_origin_is_for_the_plugin_that_lives_there_and_for_those_listed_with_it() {
        let listed = ListedOrigins::new([(url("http://localhost:1"), vec![url("http://10.0.0.7:8080")])]);
        let from = |text: &str| NamedBy::Source(url(text));
        for (named_by, to, expected) in [
            (NamedBy::Person, "http://10.0.0.7:8080", true),
            (from("http://10.0.0.7:8080/x"), "http://10.0.0.7:8080/y", true),
            (from("http://127.0.0.1:1/ai-plugin.json"), "http://10.0.0.7:8080/y", true),
            (from("http://localhost:1"), "http://10.0.0.7:8081", false),
            (from("http://localhost:2"), "http://10.0.0.7:8080", false),
            (from("https://shop.example"), "http://10.0.0.7:8080", false),
            (NamedBy::Pasted(Some(url("http://10.0.0.7:8080"))), "http://10.0.0.7:8080", false),
        ] {
            assert_eq!(listed.may_lead(&named_by, &url(to)), expected, "{named_by:?} {to}");
        }
    }

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
