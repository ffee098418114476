//! Which server an operation is called at.

use serde_json::Value;
use url::{Host, Url};

/// The spellings of this machine, which count as one host.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Why a server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server `{0}` is no http or https address")]
pub struct InvalidServer(pub String);

/// The base address for operations, without a trailing slash, and whether it lies outside the plugin's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub base: String,
    pub elsewhere: bool,
}

/// Picks a server from a `servers` list: the first on the plugin's root or below it, else the first that is an
/// address; without a list, the host that served the spec.
pub fn choose(servers: Option<&Value>, spec_url: &Url, root: &Url) -> Result<Server, InvalidServer> {
    let listed: Vec<&Value> = servers.and_then(Value::as_array).into_iter().flatten().collect();
    if listed.is_empty() {
        return Ok(Server { base: spec_url.origin().ascii_serialization(), elsewhere: !is_below(spec_url, root) });
    }
    let candidates: Vec<Url> = listed.iter().filter_map(|server| address(server, spec_url, root)).collect();
    let chosen = candidates.iter().find(|url| is_below(url, root)).or(candidates.first());
    let Some(chosen) = chosen else {
        let first = listed[0].get("url").and_then(Value::as_str).unwrap_or_default();
        return Err(InvalidServer(first.to_owned()));
    };
    Ok(Server { base: chosen.as_str().trim_end_matches('/').to_owned(), elsewhere: !is_below(chosen, root) })
}

/// The address of one server entry, with the defaults of its variables.
fn address(server: &Value, spec_url: &Url, root: &Url) -> Option<Url> {
    let mut template = server.get("url")?.as_str()?.trim().to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
        template = template.replace(&format!("{{{name}}}"), default);
    }
    let mut url = spec_url.join(&template).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_query(None);
    url.set_fragment(None);
    // Plugins on plain-http localhost often list their https address with the same port.
    if root.scheme() == "http" && url.scheme() == "https" && url.host() == root.host() && url.port() == root.port() {
        url.set_scheme("http").ok()?;
    }
    Some(url)
}

/// Whether an address is on this machine or in somebody's own network, as far as its name tells. Another plugin's private
/// address is nobody else's to call.
pub fn is_private(base: &str) -> bool {
    match Url::parse(base).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => !name.contains('.') || name.ends_with(".localhost"),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => true,
    }
}

/// Whether `url` is on the root's host and port or on a subdomain of it; a leading `www.` of the root does not count.
fn is_below(url: &Url, root: &Url) -> bool {
    let (Some(host), Some(root_host)) = (url.host_str(), root.host_str()) else {
        return false;
    };
    if LOOPBACK.contains(&host) && LOOPBACK.contains(&root_host) {
        return url.port_or_known_default() == root.port_or_known_default();
    }
    let root_host = root_host.strip_prefix("www.").unwrap_or(root_host);
    let same_port = url.port_or_known_default() == root.port_or_known_default();
    if host == root_host {
        return same_port || url.port().is_none();
    }
    host.strip_suffix(root_host).is_some_and(|prefix| prefix.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(servers: &Value, root: &str, expected: Result<(&str, bool), &str>) {
        let root = Url::parse(root).unwrap();
        let spec_url = root.join("/docs/openapi.yaml").unwrap();
        let chosen = choose(Some(servers), &spec_url, &root);
        let chosen =
            chosen.as_ref().map(|server| (server.base.as_str(), server.elsewhere)).map_err(|error| error.0.as_str());
        assert_eq!(chosen, expected, "{servers}");
    }

    #[test]
    fn the_first_server_on_the_root_wins() {
        let root = "https://www.shop.example";
        check(&json!([]), root, Ok(("https://www.shop.example", false)));
        check(&json!([{"url": "https://shop.example/v1/"}]), root, Ok(("https://shop.example/v1", false)));
        check(
            &json!([{"url": "http://localhost:3000"}, {"url": "https://api.shop.example"}]),
            root,
            Ok(("https://api.shop.example", false)),
        );
        check(&json!([{"url": "https://evilshop.example"}]), root, Ok(("https://evilshop.example", true)));
        check(&json!([{"url": "/v2"}]), root, Ok(("https://www.shop.example/v2", false)));
        check(&json!([{"url": "v2"}]), root, Ok(("https://www.shop.example/docs/v2", false)));
        check(&json!([{"url": "ftp://shop.example"}]), root, Err("ftp://shop.example"));
    }

    #[test]
    fn variables_take_their_defaults_and_localhost_stays_plain() {
        let server = json!([{"url": "https://{region}.shop.example/{v}",
            "variables": {"region": {"default": "eu"}, "v": {"default": "v3"}}}]);
        check(&server, "https://shop.example", Ok(("https://eu.shop.example/v3", false)));
        check(
            &json!([{"url": "https://localhost:5003"}]),
            "http://localhost:5003",
            Ok(("http://localhost:5003", false)),
        );
    }
}
