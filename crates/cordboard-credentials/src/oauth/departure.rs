//! Where a browser is sent so that a person consents.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cordboard_domain::credential::OAuthServer;
use cordboard_domain::origin::is_loopback;
use sha2::{Digest as _, Sha256};
use url::Url;

/// What a departure is made of.
pub(crate) struct Departure<'flow> {
    pub(crate) server: &'flow OAuthServer,
    pub(crate) client_id: &'flow str,
    pub(crate) scopes: &'flow [String],
    pub(crate) state: &'flow str,
    pub(crate) verifier: &'flow str,
    pub(crate) redirect: &'flow str,
}

impl Departure<'_> {
    /// The address, which keeps the query that it has; nothing where no browser should be sent.
    pub(crate) fn url(&self) -> Option<Url> {
        let mut url = browsable(&self.server.authorization_url)?;
        let own =
            ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !own.contains(&name.as_ref()))
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let mut query = url.query_pairs_mut();
        query.clear().extend_pairs(kept);
        query.append_pair("response_type", "code").append_pair("client_id", self.client_id);
        query.append_pair("redirect_uri", self.redirect);
        if !self.scopes.is_empty() || self.server.scopes.is_empty() {
            query.append_pair("scope", &self.scopes.join(" "));
        }
        query.append_pair("state", self.state);
        query.append_pair("code_challenge", &challenge(self.verifier)).append_pair("code_challenge_method", "S256");
        drop(query);
        url.set_fragment(None);
        Some(url)
    }
}

/// An https address, or an http one on this machine.
pub(crate) fn browsable(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    let fits = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
    (fits && !has_user && url.has_host()).then_some(url)
}

/// S256 of RFC 7636.
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    use cordboard_domain::credential::TokenEncoding;

    use super::*;

    fn depart(authorization_url: &str) -> Option<String> {
        let server = OAuthServer {
            authorization_url: authorization_url.to_owned(),
            token_url: "https://id.example/token".to_owned(),
            revocation_url: None,
            issuer: None,
            always_names_issuer: false,
            scopes: Vec::new(),
            encoding: TokenEncoding::Json,
        };
        let scopes = ["a".to_owned(), "b".to_owned()];
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let redirect = "http://localhost/back?x";
        Departure { server: &server, client_id: "c&d", scopes: &scopes, state: "s", verifier, redirect }
            .url()
            .map(String::from)
    }

    /// The challenge is that of RFC 7636, appendix B.
    #[test]
    fn the_query_is_complete_and_keeps_what_was_there() {
        let rest = "response_type=code&client_id=c%26d&redirect_uri=http%3A%2F%2Flocalhost%2Fback%3Fx&scope=a+b&state=s\
                    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        assert_eq!(depart("https://id.example/a").unwrap(), format!("https://id.example/a?{rest}"));
        let kept = depart("https://id.example/a?tenant=1&state=evil&client_id=other#x").unwrap();
        assert_eq!(kept, format!("https://id.example/a?tenant=1&{rest}"));
    }

    #[test]
    fn browsers_are_sent_to_https_alone() {
        for address in [
            "javascript:alert(1)",
            "http://id.example/",
            "data:text/html,x",
            "https://u:p@id.example/",
            "x",
            "file:///etc/passwd",
        ] {
            assert_eq!(depart(address), None, "{address}");
        }
        assert!(depart("http://127.0.0.1:5002/authorize").is_some());
    }
}
