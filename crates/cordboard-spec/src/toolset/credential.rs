//! What a plugin asks of its callers, from its manifest or else from its description's security schemes.

use cordboard_domain::credential::{Attach, OAuthServer, OF_MANIFEST, Scheme, SchemeKind, Slot, TokenEncoding};
use cordboard_domain::method_override::is_override;
use cordboard_domain::origin::is_loopback;

use super::Toolset;
use super::operation::Operation;
use super::security::{Alternative, KeyPlace, Requirement, SecurityScheme};
use crate::manifest::AuthKind;
use crate::openapi::host_header::can_carry_key;
use crate::openapi::parameter::is_token;

impl Toolset {
    /// Every way of saying who is calling that some operation asks for.
    pub fn schemes(&self) -> Vec<Scheme> {
        if let Some(scheme) = &self.manifest.scheme {
            return vec![scheme.clone()];
        }
        let slots = || self.operations.iter().flat_map(|operation| operation.credentials.iter().flatten());
        let asked = |name: &String| slots().any(|slot| slot.scheme == *name);
        let named = self.security_schemes.iter().filter(|(name, _)| asked(name));
        named.filter_map(|(name, scheme)| Some(Scheme { name: name.clone(), kind: self.kind(scheme)? })).collect()
    }

    /// The way with this name.
    pub fn scheme(&self, name: &str) -> Option<Scheme> {
        self.schemes().into_iter().find(|scheme| scheme.name == name)
    }

    /// Fills in what each operation needs.
    pub(super) fn settle_credentials(&mut self, has_manifest: bool) {
        let needs: Vec<_> = self.operations.iter().map(|operation| self.needs(operation, has_manifest)).collect();
        for (operation, needs) in self.operations.iter_mut().zip(needs) {
            operation.credentials = needs;
        }
    }

    fn needs(&self, operation: &Operation, has_manifest: bool) -> Vec<Vec<Slot>> {
        if let Some(Scheme { kind, .. }) = &self.manifest.scheme {
            let slot = slot(OF_MANIFEST, kind, Vec::new());
            return if operation.is_open { Vec::new() } else { vec![vec![slot]] };
        }
        if has_manifest && self.manifest.auth != AuthKind::None {
            return Vec::new();
        }
        let mut needs: Vec<Vec<Slot>> =
            operation.security.iter().filter_map(|alternative| self.slots(alternative)).collect();
        // A manifest that asks for nothing is believed; what the description asks for is given where somebody has it.
        if has_manifest && !needs.is_empty() && !needs.iter().any(Vec::is_empty) {
            needs.push(Vec::new());
        }
        needs
    }

    /// The credentials of an alternative, if all of them can be had.
    fn slots(&self, alternative: &Alternative) -> Option<Vec<Slot>> {
        let filled = |requirement: &Requirement| {
            let kind = self.kind(self.security_schemes.get(&requirement.scheme)?)?;
            Some(slot(&requirement.scheme, &kind, requirement.scopes.clone()))
        };
        alternative.iter().map(filled).collect()
    }

    fn kind(&self, scheme: &SecurityScheme) -> Option<SchemeKind> {
        Some(match scheme {
            SecurityScheme::Basic => SchemeKind::Password,
            SecurityScheme::Bearer => SchemeKind::UserKey { attach: Attach::Bearer },
            SecurityScheme::ApiKey { place, name } => SchemeKind::UserKey { attach: key(*place, name)? },
            SecurityScheme::OAuth2 {
                authorization_url: Some(authorization), token_url: Some(token), scopes, ..
            } => SchemeKind::OAuth(OAuthServer {
                authorization_url: self.address(authorization)?,
                token_url: self.address(token)?,
                revocation_url: None,
                issuer: None,
                always_names_issuer: false,
                scopes: scopes.clone(),
                encoding: TokenEncoding::Form,
            }),
            SecurityScheme::OAuth2 { flow, token_url: Some(token), scopes, .. } if flow == "clientCredentials" => {
                SchemeKind::ClientCredentials { token_url: self.address(token)?, scopes: scopes.clone() }
            }
            SecurityScheme::OpenIdConnect { url } => SchemeKind::Discovered { url: self.address(url)? },
            SecurityScheme::OAuth2 { .. } | SecurityScheme::Unsupported { .. } => return None,
        })
    }

    /// A full https address, or an http one of an API on this machine.
    fn address(&self, text: &str) -> Option<String> {
        let base = &self.manifest.spec_url;
        let url = base.join(text).ok()?;
        let fits = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url) && is_loopback(base);
        (fits && url.username().is_empty() && url.password().is_none()).then(|| url.into())
    }
}

fn slot(scheme: &str, kind: &SchemeKind, scopes: Vec<String>) -> Slot {
    Slot { scheme: scheme.to_owned(), attach: attach(kind), scopes, giver: kind.giver() }
}

/// Nothing where the name cannot be one, is a header that says how the request itself is to be read, or overrides the
/// method.
fn key(place: KeyPlace, name: &str) -> Option<Attach> {
    if name.is_empty() || place != KeyPlace::Query && !is_token(name) {
        return None;
    }
    let name = name.to_owned();
    Some(match place {
        KeyPlace::Header if name.eq_ignore_ascii_case("authorization") => Attach::Bearer,
        KeyPlace::Header if !can_carry_key(&name) => return None,
        KeyPlace::Query | KeyPlace::Cookie if is_override(&name) => return None,
        KeyPlace::Header => Attach::Header { name },
        KeyPlace::Query => Attach::Query { name },
        KeyPlace::Cookie => Attach::Cookie { name },
    })
}

fn attach(kind: &SchemeKind) -> Attach {
    match kind {
        SchemeKind::ServiceKey { attach } | SchemeKind::UserKey { attach } => attach.clone(),
        SchemeKind::Password => Attach::Basic,
        SchemeKind::OAuth(_) | SchemeKind::Discovered { .. } | SchemeKind::ClientCredentials { .. } => Attach::Bearer,
    }
}

#[cfg(test)]
mod tests {
    use cordboard_domain::credential::{OF_MANIFEST, Slot};
    use url::Url;

    use super::*;
    use crate::document::bundle::Bundle;

    const SPEC: &str = "openapi: 3.0.0\ncomponents: {securitySchemes: {key: {type: apiKey, in: query, name: k}, \
        app: {type: apiKey, in: header, name: X-App}, basic: {type: http, scheme: basic}, \
        flow: {type: oauth2, flows: {authorizationCode: {authorizationUrl: 'https://id.example/a', tokenUrl: /t, scopes: {r: '', w: ''}}}}, \
        machine: {type: oauth2, flows: {clientCredentials: {tokenUrl: /t, scopes: {}}}}, \
        bad: {type: oauth2, flows: {authorizationCode: {authorizationUrl: 'javascript:alert(1)', tokenUrl: /t, scopes: {}}}}, \
        tls: {type: mutualTLS}}}\nsecurity: [{key: [], app: []}]\npaths:\n  /both: {get: {}}\n  /open: {get: {security: []}}\n  \
        /either: {get: {security: [{tls: []}, {flow: [w]}, {basic: []}]}}\n  /maybe: {get: {security: [{}, {machine: []}]}}\n  \
        /bad: {get: {security: [{bad: []}]}}\n";

    fn bare() -> Toolset {
        Toolset::compile_bare(&Bundle::read(&Url::parse("https://a.example/o").unwrap(), SPEC).unwrap()).unwrap()
    }

    fn with_manifest(auth: &str) -> Toolset {
        let url = Url::parse("https://a.example/.well-known/ai-plugin.json").unwrap();
        let manifest = format!("{{\"name_for_model\": \"a\", \"auth\": {auth}, \"api\": {{\"url\": \"/o\"}}}}");
        let spec = Url::parse("https://a.example/o").unwrap();
        Toolset::compile(&url, &manifest, &Bundle::read(&spec, SPEC).unwrap()).unwrap()
    }

    fn shown(toolset: &Toolset, path: &str) -> Vec<Vec<(String, Attach)>> {
        let operation = toolset.operations.iter().find(|operation| operation.path == path).unwrap();
        let slot = |slot: &Slot| (slot.scheme.clone(), slot.attach.clone());
        operation.credentials.iter().map(|all| all.iter().map(slot).collect()).collect()
    }

    #[test]
    fn a_description_alone_says_what_each_operation_needs() {
        let toolset = bare();
        let slot = |scheme: &str, attach| (scheme.to_owned(), attach);
        let (query, header) = (Attach::Query { name: "k".to_owned() }, Attach::Header { name: "X-App".to_owned() });
        let both = vec![vec![slot("app", header), slot("key", query)]];
        let mut found = shown(&toolset, "/both");
        found[0].sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(found, both);
        assert!(shown(&toolset, "/open").is_empty());
        assert_eq!(shown(&toolset, "/either"), [[slot("flow", Attach::Bearer)], [slot("basic", Attach::Basic)]]);
        assert_eq!(shown(&toolset, "/maybe"), [vec![], vec![slot("machine", Attach::Bearer)]]);
        assert!(shown(&toolset, "/bad").is_empty());
        let names: Vec<String> = toolset.schemes().into_iter().map(|scheme| scheme.name).collect();
        assert_eq!(names, ["app", "basic", "flow", "key", "machine"]);
        let SchemeKind::OAuth(server) = toolset.scheme("flow").unwrap().kind else { panic!("no OAuth") };
        assert_eq!(server.token_url, "https://a.example/t");
    }

    #[test]
    fn a_manifests_word_goes_before_the_descriptions() {
        let slot = |attach| vec![vec![(OF_MANIFEST.to_owned(), attach)]];
        let service = with_manifest(r#"{"type": "service_http", "authorization_type": "basic"}"#);
        assert_eq!(shown(&service, "/both"), slot(Attach::Basic));
        assert!(shown(&service, "/open").is_empty() && shown(&service, "/maybe").is_empty());
        let header = with_manifest(r#"{"type": "user_http", "custom_auth_header": "X-Key"}"#);
        assert_eq!(shown(&header, "/both"), slot(Attach::Header { name: "X-Key".to_owned() }));
        let oauth = with_manifest(
            r#"{"type": "oauth", "client_url": "https://id.example/a?x=1", "scope": "r w", "authorization_url": "/t",
                "authorization_content_type": "application/x-www-form-urlencoded"}"#,
        );
        let SchemeKind::OAuth(server) = oauth.scheme(OF_MANIFEST).unwrap().kind else { panic!("no OAuth") };
        assert_eq!((server.encoding, server.scopes), (TokenEncoding::Form, vec!["r".to_owned(), "w".to_owned()]));
        let none = with_manifest(r#"{"type": "none"}"#);
        assert_eq!(shown(&none, "/both").last(), Some(&vec![]));
    }

    #[test]
    fn a_key_cannot_say_how_its_request_is_to_be_read() {
        for name in ["Host", "content-length", "Transfer-Encoding", "Cookie", "X A", "X:A", "", "openai-user"] {
            assert_eq!(key(KeyPlace::Header, name), None, "{name}");
            let auth = format!(r#"{{"type": "service_http", "custom_auth_header": "{name}"}}"#);
            assert_eq!(
                with_manifest(&auth).scheme(OF_MANIFEST).unwrap().kind,
                SchemeKind::ServiceKey { attach: Attach::Bearer }
            );
        }
        for name in ["a=b", "a; admin", ""] {
            assert_eq!(key(KeyPlace::Cookie, name), None, "{name}");
        }
        assert!(key(KeyPlace::Query, "a=b").is_some(), "it is encoded");
    }

    #[test]
    fn addresses_that_nobody_should_be_sent_to_are_told() {
        for address in ["javascript:alert(1)", "http://id.example/a", "https://u:p@id.example/", "data:text/html,x"] {
            let auth = format!(r#"{{"type": "oauth", "client_url": "{address}", "authorization_url": "/t"}}"#);
            let toolset = with_manifest(&auth);
            assert!(toolset.schemes().is_empty(), "{address}");
            assert!(toolset.all_findings().any(|finding| finding.code == "invalid-oauth-url"), "{address}");
        }
    }
}
