//! `ai-plugin.json`: what a plugin says about itself.

mod auth;
mod verification;

use cordboard_domain::credential::Scheme;
use cordboard_domain::deceptive_text::visible;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::document::deceptive;
use crate::document::finding::{self, Finding, Severity};
use crate::document::pointer::Pointer;
use crate::document::source::Source;
use crate::openapi::text_of;
use crate::render::cut;

pub use verification::verification_token;

/// How a plugin wants to know who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthKind {
    None,
    ServiceHttp,
    UserHttp,
    OAuth,
}

/// A manifest that can be used. Texts are as published, trimmed, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    pub name_for_model: String,
    pub name_for_human: String,
    pub description_for_model: String,
    pub description_for_human: String,
    pub auth: AuthKind,
    /// What `auth` asks for; absent where it asks for nothing, or for what cannot be had.
    #[serde(skip)]
    pub scheme: Option<Scheme>,
    /// Absolute.
    pub spec_url: Url,
    /// Absolute, http(s) only.
    pub logo_url: Option<Url>,
}

/// What a manifest comes to.
#[derive(Debug)]
pub struct CheckedManifest {
    /// Absent when a finding is an error.
    pub manifest: Option<Manifest>,
    pub findings: Vec<Finding>,
}

impl Manifest {
    /// Reads a manifest that was served at `url`, collecting everything that is wrong with it.
    pub fn read(source: &Source, url: &Url) -> CheckedManifest {
        let mut reader = Reader { source, findings: Vec::new() };
        let manifest = reader.manifest(url);
        finding::locate(&mut reader.findings, source);
        CheckedManifest { manifest, findings: reader.findings }
    }

    /// What stands for a manifest where an API is described without one.
    pub(crate) fn of_description(source: &Source, url: &Url) -> Self {
        let info = source.value.get("info").unwrap_or(&Value::Null);
        let host = url.host_str().unwrap_or("API");
        let title = Some(text_of(info, "title")).filter(|title| !title.is_empty()).unwrap_or_else(|| host.to_owned());
        let summary = [text_of(info, "summary"), text_of(info, "description"), title.clone()];
        let described = summary.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let first_line = described.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let logo = info.get("x-logo").and_then(|logo| logo.get("url")).and_then(Value::as_str);
        Self {
            name_for_model: cut(&title, 50).to_owned(),
            description_for_human: cut(first_line, 120).to_owned(),
            description_for_model: cut(&described, 600).to_owned(),
            name_for_human: title,
            auth: AuthKind::None,
            scheme: None,
            spec_url: url.clone(),
            logo_url: logo.and_then(|logo| url.join(logo).ok()).filter(|url| matches!(url.scheme(), "http" | "https")),
        }
    }

    /// The name under which the model sees the plugin: letters, digits and underscores.
    pub fn namespace(&self) -> String {
        identifier(&self.name_for_model)
    }
}

/// `text` with everything that is no ASCII letter or digit replaced by underscores.
pub fn identifier(text: &str) -> String {
    let name: String = text.trim().chars().map(|each| if each.is_ascii_alphanumeric() { each } else { '_' }).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) || name.is_empty() { format!("_{name}") } else { name }
}

struct Reader<'source> {
    source: &'source Source,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn manifest(&mut self, url: &Url) -> Option<Manifest> {
        self.findings.extend(Finding::of_syntax(self.source));
        self.findings.extend(deceptive::findings(self.source));
        let name_for_model = self.required("name_for_model");
        let name_for_human = self.optional("name_for_human");
        let description_for_model = self.optional("description_for_model");
        let description_for_human = self.optional("description_for_human");
        let auth = self.auth();
        let scheme = auth.and_then(|auth| self.scheme(auth, url));
        let spec_url = self.spec_url(url);
        let logo_url = self.logo_url(url);
        let name_for_model = name_for_model?;
        let name_for_human = if name_for_human.is_empty() { name_for_model.clone() } else { name_for_human };
        Some(Manifest {
            name_for_human,
            description_for_model,
            description_for_human,
            auth: auth?,
            scheme,
            spec_url: spec_url?,
            logo_url,
            name_for_model,
        })
    }

    fn text(&self, key: &str) -> Option<String> {
        let text = self.source.value.get(key)?.as_str()?;
        let lines = key.starts_with("description");
        let clean: String = text.chars().filter(|each| !each.is_control() || (lines && *each == '\n')).collect();
        let is_read = lines || key.starts_with("name");
        let clean = if is_read { visible(clean.trim()) } else { clean.trim().into() };
        Some(clean.into_owned()).filter(|text| !text.is_empty())
    }

    fn required(&mut self, key: &str) -> Option<String> {
        let text = self.text(key);
        if text.is_none() {
            let at = self.place(key);
            self.error(&at, "missing-field", format!("`{key}` is missing or not a text; add it"));
        }
        text
    }

    fn optional(&mut self, key: &str) -> String {
        self.text(key).unwrap_or_else(|| {
            let at = self.place(key);
            self.warn(&at, "missing-field", format!("`{key}` is missing or not a text; add it"));
            String::new()
        })
    }

    /// The field itself, or the whole document where it is absent.
    fn place(&self, key: &str) -> Pointer {
        if self.source.value.get(key).is_some() { Pointer::root().join(key) } else { Pointer::root() }
    }

    fn spec_url(&mut self, base: &Url) -> Option<Url> {
        let Some(text) = self.source.value.pointer("/api/url").and_then(Value::as_str) else {
            let at = self.place("api");
            self.error(&at, "missing-api-url", "`api.url` is missing; it gives the address of the OpenAPI document");
            return None;
        };
        let mut joined = base.join(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        // Plugins on plain-http localhost often name their https address with the same port, as Datasette's does.
        let twin = joined.as_mut().filter(|url| url.host() == base.host() && url.port() == base.port());
        if let Some(url) = twin.filter(|_| base.scheme() == "http") {
            url.set_scheme("http").expect("http and https can be exchanged");
        }
        if joined.is_none() {
            let message = format!("`api.url` is `{text}`, which is no http or https address");
            self.error(&Pointer::parse("/api/url"), "invalid-api-url", message);
        }
        joined
    }

    fn logo_url(&mut self, base: &Url) -> Option<Url> {
        let text = self.text("logo_url")?;
        base.join(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    }

    fn error(&mut self, at: &Pointer, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::at(self.source, at, Severity::Error, code, message));
    }

    fn warn(&mut self, at: &Pointer, code: &'static str, message: impl Into<String>) {
        self.findings.push(Finding::at(self.source, at, Severity::Warning, code, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> CheckedManifest {
        let url = Url::parse("https://todo.example/.well-known/ai-plugin.json").unwrap();
        Manifest::read(&Source::parse("ai-plugin.json", text).unwrap(), &url)
    }

    const GOOD: &str = r#"{
      "schema_version": "v1", "name_for_human": "Todo", "name_for_model": "todo-list",
      "description_for_human": "Lists", "description_for_model": "Manages lists.\u0085",
      "auth": {"type": "none"}, "api": {"type": "openapi", "url": "/openapi.yaml"},
      "logo_url": "logo.png", "contact_email": "a@b.example", "legal_info_url": "https://b.example"
    }"#;

    #[test]
    fn a_good_manifest_has_no_findings_and_absolute_addresses() {
        let checked = read(GOOD);
        assert_eq!(checked.findings, []);
        let manifest = checked.manifest.unwrap();
        assert_eq!(manifest.spec_url.as_str(), "https://todo.example/openapi.yaml");
        assert_eq!(manifest.logo_url.as_ref().unwrap().as_str(), "https://todo.example/.well-known/logo.png");
        assert_eq!(manifest.description_for_model, "Manages lists.");
        assert_eq!(manifest.namespace(), "todo_list");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_lines() {
        let checked = read("{\n \"name_for_human\": 7,\n \"auth\": {\"type\": \"magic\"},\n \"api\": {}\n}");
        assert!(checked.manifest.is_none());
        let shown: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "ai-plugin.json:1:1: error: `name_for_model` is missing or not a text; add it [missing-field]",
                "ai-plugin.json:2:2: warning: `name_for_human` is missing or not a text; add it [missing-field]",
                "ai-plugin.json:1:1: warning: `description_for_model` is missing or not a text; add it [missing-field]",
                "ai-plugin.json:1:1: warning: `description_for_human` is missing or not a text; add it [missing-field]",
                "ai-plugin.json:3:11: error: `auth.type` is `magic`; use `none`, `service_http`, `user_http` or \
                 `oauth` [unknown-auth]",
                "ai-plugin.json:4:2: error: `api.url` is missing; it gives the address of the OpenAPI document \
                 [missing-api-url]",
            ]
        );
    }

    #[test]
    fn an_address_that_is_not_http_is_refused() {
        let checked = read(&GOOD.replace("/openapi.yaml", "file:///etc/passwd"));
        assert_eq!(checked.findings[0].code, "invalid-api-url");
    }
}
