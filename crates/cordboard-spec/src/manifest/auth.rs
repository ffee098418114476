//! `auth` of a manifest: how a plugin wants to know who is calling.

use cordboard_domain::credential::{Attach, OAuthServer, OF_MANIFEST, Scheme, SchemeKind, TokenEncoding};
use cordboard_domain::origin::is_loopback;
use serde_json::Value;
use url::Url;

use super::{AuthKind, Reader};
use crate::document::pointer::Pointer;
use crate::openapi::host_header::can_carry_key;
use crate::openapi::parameter::is_token;

impl Reader<'_> {
    pub(super) fn auth(&mut self) -> Option<AuthKind> {
        let kind = self.source.value.pointer("/auth/type").and_then(Value::as_str);
        match kind {
            Some("none") => Some(AuthKind::None),
            Some("service_http") => Some(AuthKind::ServiceHttp),
            Some("user_http") => Some(AuthKind::UserHttp),
            Some("oauth") => Some(AuthKind::OAuth),
            None => {
                let at = self.place("auth");
                self.warn(&at, "missing-auth", "`auth.type` is missing; taken as `none`");
                Some(AuthKind::None)
            }
            Some(other) => {
                let message = format!("`auth.type` is `{other}`; use `none`, `service_http`, `user_http` or `oauth`");
                self.error(&Pointer::parse("/auth/type"), "unknown-auth", message);
                None
            }
        }
    }

    /// What is asked for; nothing where `auth` cannot be used, which a finding tells.
    pub(super) fn scheme(&mut self, auth: AuthKind, base: &Url) -> Option<Scheme> {
        let kind = match auth {
            AuthKind::None => return None,
            AuthKind::ServiceHttp => SchemeKind::ServiceKey { attach: self.attach() },
            AuthKind::UserHttp => SchemeKind::UserKey { attach: self.attach() },
            AuthKind::OAuth => SchemeKind::OAuth(self.oauth(base)?),
        };
        Some(Scheme { name: OF_MANIFEST.to_owned(), kind })
    }

    /// `Authorization: Bearer`, unless the manifest names another word or a header of its own.
    fn attach(&mut self) -> Attach {
        let header = self.auth_text("custom_auth_header");
        if let Some(name) = header.filter(|name| !name.eq_ignore_ascii_case("authorization")) {
            if is_token(&name) && can_carry_key(&name) {
                return Attach::Header { name };
            }
            let message =
                format!("`auth.custom_auth_header` is `{name}`, which cannot carry a key; taken as `Authorization`");
            self.warn(&Pointer::parse("/auth/custom_auth_header"), "unusable-auth-header", message);
        }
        match self.auth_text("authorization_type").as_deref() {
            Some("basic") => Attach::Basic,
            Some("bearer") | None => Attach::Bearer,
            Some(other) => {
                let message = format!("`auth.authorization_type` is `{other}`; taken as `bearer`");
                self.warn(&Pointer::parse("/auth/authorization_type"), "unknown-authorization-type", message);
                Attach::Bearer
            }
        }
    }

    /// The manifest's `client_url` is where people consent, its `authorization_url` where tokens come from.
    fn oauth(&mut self, base: &Url) -> Option<OAuthServer> {
        let [authorization, token] = ["client_url", "authorization_url"].map(|key| self.auth_address(key, base));
        let (authorization_url, token_url) = (authorization?, token?);
        let encoding = match self.auth_text("authorization_content_type") {
            Some(kind) if kind.contains("form") => TokenEncoding::Form,
            _ => TokenEncoding::Json,
        };
        let scopes = self.auth_text("scope").unwrap_or_default();
        let scopes = scopes.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
        Some(OAuthServer {
            authorization_url: authorization_url.into(),
            token_url: token_url.into(),
            revocation_url: self.auth_text("revocation_url").and_then(|text| secure(&text, base)).map(String::from),
            issuer: None,
            always_names_issuer: false,
            scopes,
            encoding,
        })
    }

    fn auth_text(&self, key: &str) -> Option<String> {
        let text = self.source.value.get("auth")?.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn auth_address(&mut self, key: &str, base: &Url) -> Option<Url> {
        let at = Pointer::parse("/auth").join(key);
        let Some(text) = self.auth_text(key) else {
            let message = format!("`auth.{key}` is missing, so nobody can sign in at the plugin");
            self.warn(&Pointer::parse("/auth"), "missing-oauth-url", message);
            return None;
        };
        let address = secure(&text, base);
        if address.is_none() {
            let message = format!("`auth.{key}` is `{text}`, which is no https address, so nobody can sign in");
            self.warn(&at, "invalid-oauth-url", message);
        }
        address
    }
}

/// An https address, or an http one of a plugin on this machine.
fn secure(text: &str, base: &Url) -> Option<Url> {
    let url = base.join(text).ok()?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    let fits = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url) && is_loopback(base);
    (fits && url.has_host() && !has_user).then_some(url)
}
