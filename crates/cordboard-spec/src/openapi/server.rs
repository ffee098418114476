//! Which server an operation is called at.

use std::net::Ipv4Addr;

use cordboard_domain::origin::{is_below, is_private};
use serde_json::{Value, json};
use url::Url;

use super::text::{text, texts};

/// What relative addresses with a dot end in.
const FILE_ENDINGS: [&str; 12] =
    ["json", "yaml", "yml", "xml", "html", "htm", "php", "asp", "aspx", "jsp", "cgi", "do"];

/// How many servers, and variables of one, are looked at; the most known are 11.
const MAX_SERVERS: usize = 100;

const NO_HTTP: &str = "is no http or https address";

/// Why a server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server `{address}` {problem}")]
pub(crate) struct InvalidServer {
    address: String,
    problem: &'static str,
}

/// Where operations are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Without a query and a trailing slash.
    pub(crate) base: String,
    /// What goes with every call.
    pub(crate) query: Option<String>,
    /// Whether it lies outside the plugin's root.
    pub(crate) elsewhere: bool,
    /// As written, where a scheme had to be added.
    pub(crate) completed: Option<String>,
}

/// An address that one entry gives.
struct Candidate {
    url: Url,
    completed: Option<String>,
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
    let is_complete = !address.host_str().is_some_and(|host| host.contains(['{', '}']));
    (is_complete && is_http(address)).then(|| address.origin().ascii_serialization())
}

/// The first full address that a description names as its server.
pub(crate) fn first_named(servers: &Value) -> Option<Url> {
    // Relative addresses lead to this host, which nobody has.
    let nowhere = Url::parse("https://nowhere.invalid/").expect("an address");
    let listed = servers.as_array().into_iter().flatten();
    let mut named = listed.filter_map(|server| Some(address(server, &nowhere, &nowhere).ok()?.url));
    named.find(|url| url.host() != nowhere.host())
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Picks a server from a `servers` list: the first on the plugin's root or below it, else the first that is an
/// address; without a list, the host that served the spec.
pub(crate) fn choose(servers: Option<&Value>, spec_url: &Url, root: &Url) -> Result<Server, InvalidServer> {
    let listed: Vec<&Value> = servers.and_then(Value::as_array).into_iter().flatten().take(MAX_SERVERS).collect();
    if listed.is_empty() {
        let invalid = || InvalidServer { address: spec_url.to_string(), problem: NO_HTTP };
        let base = of_document(spec_url).ok_or_else(invalid)?;
        return Ok(Server { base, query: None, elsewhere: !is_below(spec_url, root), completed: None });
    }
    let (mut usable, mut invalid) = (Vec::new(), None);
    for server in listed {
        match address(server, spec_url, root) {
            Ok(candidate) => usable.push(candidate),
            Err(problem) => invalid = invalid.or(Some(problem)),
        }
    }
    let below = usable.iter().position(|candidate| is_below(&candidate.url, root)).unwrap_or(0);
    let Some(Candidate { mut url, completed }) = usable.into_iter().nth(below) else {
        return Err(invalid.expect("a list without addresses has a problem"));
    };
    let query = url.query().filter(|query| !query.is_empty()).map(str::to_owned);
    url.set_query(None);
    let base = url.as_str().trim_end_matches('/').to_owned();
    Ok(Server { base, query, elsewhere: !is_below(&url, root), completed })
}

/// The address of one server entry, with the defaults of its variables.
fn address(server: &Value, spec_url: &Url, root: &Url) -> Result<Candidate, InvalidServer> {
    let mut template = text(server, "url");
    // An empty address would be that of the document itself.
    if template.is_empty() {
        "/".clone_into(&mut template);
    }
    let invalid = |template: &str, problem| InvalidServer { address: template.to_owned(), problem };
    let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
    for (name, variable) in variables.take(MAX_SERVERS) {
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
    let completed = with_scheme(&template);
    let full = completed.as_ref().unwrap_or(&template);
    let mut url = spec_url.join(full).ok().filter(is_http).ok_or_else(|| invalid(&template, NO_HTTP))?;
    url.set_fragment(None);
    let completed = completed.map(|_| template);
    // Plugins on plain-http localhost often list their https address with the same port.
    if root.scheme() == "http" && url.scheme() == "https" && url.host() == root.host() && url.port() == root.port() {
        url.set_scheme("http").expect("http and https can be exchanged");
    }
    Ok(Candidate { url, completed })
}

/// The address of a host that is written without a scheme; nothing for what may be a path.
fn with_scheme(text: &str) -> Option<String> {
    let authority = text.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_name = name.starts_with(|each: char| each.is_ascii_alphanumeric())
        && name.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '-'))
        && port.chars().all(|each| each.is_ascii_digit());
    let has_top_level = last.len() >= 2
        && last.chars().all(|each| each.is_ascii_alphabetic())
        && name.len() > last.len()
        && !FILE_ENDINGS.contains(&last.to_ascii_lowercase().as_str());
    let is_host = name == "localhost" || has_top_level || name.parse::<Ipv4Addr>().is_ok();
    if !is_name || !is_host {
        return None;
    }
    let secure = format!("https://{text}");
    let is_private = Url::parse(&secure).is_ok_and(|url| is_private(&url));
    Some(if is_private { format!("http://{text}") } else { secure })
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
    fn a_servers_query_is_kept_and_a_host_without_scheme_is_no_path() {
        let root = Url::parse("https://shop.example").unwrap();
        let table = [
            ("https://a.example/x/?v=1", "https://a.example/x", Some("v=1"), false),
            ("https://a.example/?", "https://a.example", None, false),
            ("api.example/v1", "https://api.example/v1", None, true),
            ("api.example:8443/v1?k=2", "https://api.example:8443/v1", Some("k=2"), true),
            ("localhost:3000", "http://localhost:3000", None, true),
            ("10.0.0.1/x", "http://10.0.0.1/x", None, true),
            ("v1.0/pets", "https://shop.example/docs/v1.0/pets", None, false),
            ("api.php", "https://shop.example/docs/api.php", None, false),
            ("../v1", "https://shop.example/v1", None, false),
            ("v1", "https://shop.example/docs/v1", None, false),
        ];
        let spec_url = root.join("/docs/openapi.yaml").unwrap();
        for (url, base, query, is_completed) in table {
            let found = choose(Some(&json!([{ "url": url }])), &spec_url, &root).unwrap();
            assert_eq!((found.base.as_str(), found.query.as_deref()), (base, query), "{url}");
            assert_eq!(found.completed.is_some(), is_completed, "{url}");
        }
    }

    #[test]
    fn the_first_full_address_is_complete() {
        let named = |servers: Value| first_named(&servers).map(String::from);
        let open = json!({"url": "https://{tenant}.shop.example/v1"});
        let variables = json!({"v": {"default": "v2"}});
        let filled = json!({"url": "https://shop.example/{v}", "variables": variables});
        assert_eq!(named(json!([open])), None);
        assert_eq!(named(json!([open, {"url": "/v1"}, filled])).as_deref(), Some("https://shop.example/v2"));
        assert_eq!(named(json!([{"url": "//shop.example"}])).as_deref(), Some("https://shop.example/"));
        assert_eq!(of_document(&Url::parse("https://{tenant}.shop.example/v1").unwrap()), None);
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
