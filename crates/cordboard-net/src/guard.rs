//! Which addresses may be fetched at all, decided on the parsed URL before any name is looked up.

use std::collections::BTreeSet;
use std::net::IpAddr;

use cordboard_domain::origin::{ListedOrigins, NamedBy, is_private, spellings};
use url::{Host, Url};

/// The rules for outgoing requests.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: BTreeSet<String>,
    listed: ListedOrigins,
}

/// How an operator lets a plugin reach another private origin.
const LISTING: &str = "the operator can list it with the plugin under `private_origins`";

/// Why an address is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it is not a valid URL ({0})")]
    Unparsable(url::ParseError),
    #[error("only http and https are fetched, not `{0}`")]
    Scheme(String),
    #[error("it carries a user name or password")]
    Credentials,
    #[error("it has no host")]
    NoHost,
    #[error("port {0} is not 80 or 443; the operator can allow this exact origin with --allow-origin")]
    Port(u16),
    #[error("`{0}` is not a public host name; the operator can allow this exact origin with --allow-origin")]
    Name(String),
    #[error("{0} is not a public address; the operator can allow this exact origin with --allow-origin")]
    Address(IpAddr),
    #[error("{from} may not lead to {to}, which is there for its own plugin; {LISTING}")]
    Foreign { from: String, to: String },
    #[error("{0} is there for the plugin that lives there; this one was pasted, so register it by its address instead")]
    Pasted(String),
}

/// An address that may be fetched, and whether the operator named its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    pub url: Url,
    /// Private addresses are fine: the operator allowed this origin.
    pub named: bool,
}

impl Guard {
    /// A guard that also admits these exact origins (`http://localhost:5003`), whatever address they have. The three
    /// spellings of this machine (`localhost`, `127.0.0.1`, `[::1]`) count as one.
    pub fn new(origins: impl IntoIterator<Item = Url>) -> Self {
        Self {
            allowed: origins.into_iter().flat_map(|url| spellings(&url)).collect(),
            listed: ListedOrigins::default(),
        }
    }

    /// The same guard, which also admits the origins that the operator lists with plugins, each for its plugin alone.
    #[must_use]
    pub fn with_listed(mut self, listed: ListedOrigins) -> Self {
        self.allowed.extend(listed.all().flat_map(spellings));
        self.listed = listed;
        self
    }

    /// Admits or refuses an address by its source: an origin that the operator named is for the plugin that lives there,
    /// and for those listed with it.
    pub fn check_for(&self, named_by: &NamedBy, text: &str) -> Result<Admitted, Refusal> {
        let admitted = self.check(text)?;
        if !admitted.named || self.listed.may_lead(named_by, &admitted.url) {
            return Ok(admitted);
        }
        let to = admitted.url.origin().ascii_serialization();
        Err(match named_by {
            NamedBy::Source(from) => Refusal::Foreign { from: from.origin().ascii_serialization(), to },
            NamedBy::Person | NamedBy::Pasted(_) => Refusal::Pasted(to),
        })
    }

    /// Admits or refuses an address as written.
    pub fn check(&self, text: &str) -> Result<Admitted, Refusal> {
        self.check_url(Url::parse(text).map_err(Refusal::Unparsable)?)
    }

    /// Admits or refuses a parsed address.
    pub fn check_url(&self, url: Url) -> Result<Admitted, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        if self.allowed.contains(&url.origin().ascii_serialization()) {
            return Ok(Admitted { url, named: true });
        }
        let host = url.host().ok_or(Refusal::NoHost)?;
        if is_private(&url) {
            return Err(match host {
                Host::Ipv4(address) => Refusal::Address(address.into()),
                Host::Ipv6(address) => Refusal::Address(address.into()),
                Host::Domain(name) => Refusal::Name(name.trim_end_matches('.').to_owned()),
            });
        }
        match url.port() {
            None | Some(80 | 443) => Ok(Admitted { url, named: false }),
            Some(port) => Err(Refusal::Port(port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard::new([Url::parse("http://localhost:5003/anything").unwrap()])
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        for url in [
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://127.1/",
            "http://0/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://①②⑦.0.0.1/",
            "http://printer/",
            "http://metadata.google.internal/",
            "http://8.8.8.8:22/",
            "http://user@example.com/",
            "http://:pw@example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "http://",
            "http://localhost:5004/",
            "https://localhost:5003/",
        ] {
            assert!(guard().check(url).is_err(), "{url}");
        }
    }

    #[test]
    fn public_names_and_named_origins_are_admitted() {
        for (url, named) in [
            ("https://example.com/x", false),
            ("http://example.com:80/", false),
            ("https://1.1.1.1/", false),
            ("http://localhost:5003/.well-known/ai-plugin.json", true),
            ("http://LOCALHOST:5003/", true),
            ("http://127.0.0.1:5003/", true),
            ("http://[::1]:5003/", true),
        ] {
            assert_eq!(guard().check(url).map(|admitted| admitted.named), Ok(named), "{url}");
        }
    }
}
