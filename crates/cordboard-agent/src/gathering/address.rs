//! What people type as the address of a plugin, and who may serve what.

use cordboard_domain::origin::{ListedOrigins, NamedBy, is_loopback, is_private};
use url::Url;

/// Where manifests lie.
pub const WELL_KNOWN: &str = "/.well-known/ai-plugin.json";

/// Where to look first.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The manifest's usual place.
    WellKnown(Url),
    /// A document by its own address: a manifest or an API description.
    Document(Url),
    /// A page of a plugin, or a document whose address does not look like one.
    Page(Url),
}

/// Understands a domain, `localhost:PORT` or a URL.
pub(super) fn target(text: &str) -> Option<Target> {
    let text = text.trim();
    let url = if text.contains("://") {
        Url::parse(text).ok()?
    } else {
        let secure = Url::parse(&format!("https://{text}")).ok()?;
        if is_loopback(&secure) { Url::parse(&format!("http://{text}")).ok()? } else { secure }
    };
    url.host_str().filter(|host| !host.contains(['{', '}']))?;
    let path = url.path().to_ascii_lowercase();
    let named = [".json", ".yaml", ".yml"].iter().any(|ending| path.ends_with(ending))
        || ["openapi", "swagger", "api-docs"].iter().any(|word| path.contains(word));
    match (named, path.as_str()) {
        (true, _) => Some(Target::Document(url)),
        (false, "" | "/") => url.join(WELL_KNOWN).ok().map(Target::WellKnown),
        (false, _) => Some(Target::Page(url)),
    }
}

/// Whether a document may send the host to `to`: a private address is for documents of its own origin, and for those
/// with which the operator lists it.
pub(super) fn may_name(listed: &ListedOrigins, by: &NamedBy, to: &Url) -> bool {
    !is_private(to) || listed.may_lead(by, to)
}

/// A manifest may be served by its own host, by one below it, or by the apex of a `www.` host.
pub(super) fn may_serve(asked: &Url, served: &Url) -> bool {
    let (Some(asked_host), Some(host)) = (asked.host_str(), served.host_str()) else { return false };
    let apex = asked_host.strip_prefix("www.").unwrap_or(asked_host);
    let below = host.strip_suffix(apex).is_some_and(|prefix| prefix.ends_with('.'));
    host == apex || host == asked_host || below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_an_address() {
        let well_known = |text: &str| Target::WellKnown(Url::parse(text).unwrap());
        let document = |text: &str| Target::Document(Url::parse(text).unwrap());
        let page = |text: &str| Target::Page(Url::parse(text).unwrap());
        let table = [
            ("hotels.example", Some(well_known("https://hotels.example/.well-known/ai-plugin.json"))),
            (" localhost:5003 ", Some(well_known("http://localhost:5003/.well-known/ai-plugin.json"))),
            ("127.0.0.1:80/", Some(well_known("http://127.0.0.1/.well-known/ai-plugin.json"))),
            ("http://localhost:5003/docs", Some(page("http://localhost:5003/docs"))),
            ("x.example/api/schema/", Some(page("https://x.example/api/schema/"))),
            ("https://x.example/a/ai-plugin.json", Some(document("https://x.example/a/ai-plugin.json"))),
            ("x.example/v1/openapi.yaml?raw=1", Some(document("https://x.example/v1/openapi.yaml?raw=1"))),
            ("x.example/v3/api-docs", Some(document("https://x.example/v3/api-docs"))),
            ("", None),
            ("not a host", None),
            ("https://{tenant}.shop.example", None),
        ];
        for (text, expected) in table {
            assert_eq!(target(text), expected, "{text}");
        }
    }

    #[test]
    fn a_manifest_may_not_come_from_elsewhere() {
        let check = |asked: &str, served: &str| may_serve(&Url::parse(asked).unwrap(), &Url::parse(served).unwrap());
        assert!(check("https://shop.example/a", "https://shop.example/b"));
        assert!(check("https://shop.example/a", "https://api.shop.example/a"));
        assert!(check("https://www.shop.example/a", "https://shop.example/a"));
        assert!(!check("https://shop.example/a", "https://evilshop.example/a"));
        assert!(!check("https://api.shop.example/a", "https://shop.example/a"));
    }

    #[test]
    fn private_addresses_are_named_by_their_own_origin_only() {
        let table = [
            ("https://shop.example", "https://elsewhere.example", true),
            ("https://shop.example", "http://localhost:5003", false),
            ("https://shop.example", "http://10.0.0.7/common.yaml", false),
            ("https://shop.example", "http://wiki.internal/common.yaml", false),
            ("http://localhost:5003", "http://127.0.0.1:5003/common.yaml", true),
            ("http://localhost:5003", "http://localhost:5004/common.yaml", false),
            ("http://10.0.0.7", "https://shop.example", true),
        ];
        for (by, to, expected) in table {
            let (named_by, to) = (NamedBy::Source(Url::parse(by).unwrap()), Url::parse(to).unwrap());
            assert_eq!(may_name(&ListedOrigins::default(), &named_by, &to), expected, "{by} {to}");
            assert_eq!(may_name(&ListedOrigins::default(), &NamedBy::Pasted(None), &to), !is_private(&to), "{to}");
        }
    }
}
