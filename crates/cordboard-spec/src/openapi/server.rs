//! Which server an operation is called at.

use cordboard_domain::origin::{is_loopback, is_same_host};
use serde_json::{Value, json};
use url::Url;

use super::text::{text, texts};

const NO_HTTP: &str = "is no http or https address";

/// Why a server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server `{address}` {problem}")]
pub(crate) struct InvalidServer {
    address: String,
    problem: &'static str,
}

/// The base address for operations, without a trailing slash, and whether it lies outside the plugin's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) base: String,
    pub(crate) elsewhere: bool,
}

/// The `servers` that a Swagger 2.0 document writes as `schemes`, `host` and `basePath`.
pub(crate) fn of_swagger(document: &Value) -> Option<Value> {
    let host = document.get("host").and_then(Value::as_str).map(str::trim).filter(|host| !host.is_empty());
    let host = host.map(|host| host.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/'));
    let base = text(document, "basePath");
    let base = if base.is_empty() || base.starts_with('/') { base } else { format!("/{base}") };
    let mut schemes = texts(document, "schemes");
    schemes.retain(|scheme| matches!(scheme.as_str(), "http" | "https"));
    schemes.sort_by_key(|scheme| scheme != "https");
    let addresses: Vec<String> = match host {
        None if base.is_empty() => return None,
        None => vec![base],
        Some(host) if schemes.is_empty() => vec![format!("//{host}{base}")],
        Some(host) => schemes.iter().map(|scheme| format!("{scheme}://{host}{base}")).collect(),
    };
    Some(addresses.into_iter().map(|url| json!({ "url": url })).collect())
}

/// The host that served the description, which is called where it names no other.
pub(crate) fn of_document(address: &Url) -> Option<String> {
    matches!(address.scheme(), "http" | "https").then(|| address.origin().ascii_serialization())
}

/// Picks a server from a `servers` list: the first on the plugin's root or below it, else the first that is an
/// address; without a list, the host that served the spec.
pub(crate) fn choose(servers: Option<&Value>, spec_url: &Url, root: &Url) -> Result<Server, InvalidServer> {
    let listed: Vec<&Value> = servers.and_then(Value::as_array).into_iter().flatten().collect();
    if listed.is_empty() {
        let invalid = || InvalidServer { address: spec_url.to_string(), problem: NO_HTTP };
        let base = of_document(spec_url).ok_or_else(invalid)?;
        return Ok(Server { base, elsewhere: !is_below(spec_url, root) });
    }
    let candidates: Vec<Result<Url, InvalidServer>> =
        listed.iter().map(|server| address(server, spec_url, root)).collect();
    let usable = || candidates.iter().filter_map(|candidate| candidate.as_ref().ok());
    let Some(chosen) = usable().find(|url| is_below(url, root)).or(usable().next()) else {
        return Err(candidates.into_iter().find_map(Result::err).expect("a list without addresses has a problem"));
    };
    Ok(Server { base: chosen.as_str().trim_end_matches('/').to_owned(), elsewhere: !is_below(chosen, root) })
}

/// The address of one server entry, with the defaults of its variables.
fn address(server: &Value, spec_url: &Url, root: &Url) -> Result<Url, InvalidServer> {
    let mut template = text(server, "url");
    let invalid = |template: &str, problem| InvalidServer { address: template.to_owned(), problem };
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let first = variable.get("enum").and_then(|options| options.get(0));
        let value = match variable.get("default").or(first) {
            Some(Value::String(text)) => text.clone(),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string(),
            _ => continue,
        };
        template = template.replace(&format!("{{{name}}}"), &value);
    }
    if template.contains(['{', '}']) {
        return Err(invalid(&template, "has a variable without a default"));
    }
    let http = |url: &Url| matches!(url.scheme(), "http" | "https");
    let mut url = spec_url.join(&template).ok().filter(http).ok_or_else(|| invalid(&template, NO_HTTP))?;
    url.set_query(None);
    url.set_fragment(None);
    // Plugins on plain-http localhost often list their https address with the same port.
    if root.scheme() == "http" && url.scheme() == "https" && url.host() == root.host() && url.port() == root.port() {
        url.set_scheme("http").expect("http and https can be exchanged");
    }
    Ok(url)
}

/// Whether `url` is on the root's host and port or on a subdomain of it; a leading `www.` of the root does not count.
fn is_below(url: &Url, root: &Url) -> bool {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(servers: &Value, root: &str, expected: Result<(&str, bool), &str>) {
        let root = Url::parse(root).unwrap();
        let spec_url = root.join("/docs/openapi.yaml").unwrap();
        let chosen = choose(Some(servers), &spec_url, &root);
        let chosen = chosen
            .as_ref()
            .map(|server| (server.base.as_str(), server.elsewhere))
            .map_err(|error| error.address.as_str());
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
    fn swaggers_three_parts_are_one_server() {
        let table = [
            (
                json!({"host": "a.example", "basePath": "/v1", "schemes": ["http", "https"]}),
                Some("https://a.example/v1"),
            ),
            (json!({"host": "a.example"}), Some("//a.example")),
            (json!({"host": "https://a.example/", "basePath": "v1"}), Some("//a.example/v1")),
            (json!({"basePath": "/v1"}), Some("/v1")),
            (json!({}), None),
        ];
        for (document, expected) in table {
            let first = of_swagger(&document).map(|servers| servers[0]["url"].as_str().unwrap().to_owned());
            assert_eq!(first.as_deref(), expected);
        }
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
        let version = json!([{"url": "/{v}", "variables": {"v": {"enum": ["v1", "v2"]}}}]);
        check(&version, "https://shop.example", Ok(("https://shop.example/v1", false)));
        let open = json!([{"url": "https://{tenant}.shop.example"}]);
        check(&open, "https://shop.example", Err("https://{tenant}.shop.example"));
    }
}
