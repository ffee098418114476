//! Servers that describe themselves (OpenID Connect Discovery 1.0, RFC 8414).

use std::time::Duration;

use cordboard_domain::credential::{OAuthServer, TokenEncoding};
use cordboard_domain::origin::{NamedBy, is_loopback};
use cordboard_net::GuardedClient;
use cordboard_net::client::{Limits, Outgoing};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::departure::browsable;

const LIMITS: Limits = Limits { total: Duration::from_secs(10), body_bytes: 256 * 1024 };
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// What the server at an address says of itself.
pub(crate) async fn discover(client: &GuardedClient, url: &str, named_by: &NamedBy) -> Result<OAuthServer, String> {
    let outgoing = Outgoing { method: Method::GET, url: url.to_owned(), headers: HeaderMap::new(), body: None };
    let found = client.exchange(named_by, outgoing, LIMITS).await.map_err(|error| error.to_string())?;
    if found.status != 200 || found.truncated {
        return Err(format!("{url} answers {}", found.status));
    }
    let metadata: Metadata = serde_json::from_slice(&found.body)
        .map_err(|error| format!("{url} is no description of an OpenID Connect provider: {error}"))?;
    accept(url, metadata)
}

fn accept(url: &str, metadata: Metadata) -> Result<OAuthServer, String> {
    let own = url.strip_suffix(WELL_KNOWN).unwrap_or(url).trim_end_matches('/');
    if url.ends_with(WELL_KNOWN) && metadata.issuer.trim_end_matches('/') != own {
        return Err(format!("{url} names another issuer than itself"));
    }
    for address in [&metadata.authorization_endpoint, &metadata.token_endpoint] {
        if !fits(url, address) {
            return Err(format!("{url} names `{address}`, which is no https address"));
        }
    }
    Ok(OAuthServer {
        authorization_url: metadata.authorization_endpoint,
        token_url: metadata.token_endpoint,
        revocation_url: metadata.revocation_endpoint.filter(|address| fits(url, address)),
        issuer: Some(metadata.issuer),
        always_names_issuer: metadata.authorization_response_iss_parameter_supported,
        scopes: Vec::new(),
        encoding: TokenEncoding::Form,
    })
}

/// An https address, or an http one on this machine where the description is there too.
fn fits(described_at: &str, address: &str) -> bool {
    let is_here = |text: &str| browsable(text).is_some_and(|url| is_loopback(&url));
    browsable(address).is_some() && (!is_here(address) || is_here(described_at))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_description_belongs_to_its_address() {
        let url = "https://id.example/t/.well-known/openid-configuration";
        let read = |issuer: &str, authorization: &str| {
            let document = json!({"issuer": issuer, "authorization_endpoint": authorization, "token_endpoint": "https://id.example/token"});
            accept(url, serde_json::from_value(document).unwrap())
        };
        let server = read("https://id.example/t", "https://id.example/a").unwrap();
        assert_eq!((server.issuer.as_deref(), server.always_names_issuer), (Some("https://id.example/t"), false));
        assert!(read("https://evil.example", "https://id.example/a").is_err());
        assert!(read("https://id.example/t", "javascript:alert(1)").is_err());
        assert!(read("https://id.example/t", "http://127.0.0.1:5002/a").is_err(), "it leads to this machine");
    }
}
