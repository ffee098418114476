//! Whether an origin is a developer's: whether its host publishes their token under `/.well-known/`, looked up there and
//! then.
//!
//! Nothing that was pasted, stored or fetched from another path counts.

use cordboard_domain::origin::{NamedBy, is_same_origin};
use cordboard_domain::plugin::Facts;
use cordboard_spec::content::document_text;
use cordboard_spec::manifest::verification_token;
use futures::StreamExt as _;
use url::Url;

use super::Gatherer;
use super::address::{WELL_KNOWN, may_serve};

/// Where an API without a manifest publishes the token: a text file with nothing else.
pub const CHALLENGE: &str = "/.well-known/cordboard-verification.txt";

/// The most origins of one plugin that are looked at.
const MAX_ORIGINS: usize = 16;
const AT_ONCE: usize = 4;

impl Gatherer {
    /// Of the origins that a version has to do with, those that publish this token now. The first is the plugin's own.
    pub async fn origins_with_token(&self, origin: &str, facts: &Facts, token: &str) -> Vec<String> {
        let looks = origins(origin, facts).into_iter().map(async |origin| {
            let is_published = self.publishes(&origin, token).await;
            is_published.then(|| origin.origin().ascii_serialization())
        });
        futures::stream::iter(looks).buffered(AT_ONCE).filter_map(std::future::ready).collect().await
    }

    async fn publishes(&self, origin: &Url, token: &str) -> bool {
        self.manifest_has(origin, token).await || self.challenge_has(origin, token).await
    }

    async fn manifest_has(&self, origin: &Url, token: &str) -> bool {
        let Ok(asked) = origin.join(WELL_KNOWN) else { return false };
        let Some((served, text)) = self.served(&asked).await else { return false };
        // A host may hand its manifest over to one below it, but not to plain HTTP or another port of its own.
        let is_as_safe = served.scheme() == asked.scheme() || served.scheme() == "https";
        let is_same_service =
            served.host() != asked.host() || is_same_origin(&served, &asked) || asked.port().is_none();
        may_serve(&asked, &served)
            && is_as_safe
            && is_same_service
            && verification_token(&text).is_some_and(|found| found == token)
    }

    async fn challenge_has(&self, origin: &Url, token: &str) -> bool {
        let Ok(asked) = origin.join(CHALLENGE) else { return false };
        let found = self.served(&asked).await;
        found.is_some_and(|(served, text)| is_same_origin(&served, &asked) && text.trim() == token)
    }

    /// What a host serves at an address now, and where it comes from after redirects.
    async fn served(&self, asked: &Url) -> Option<(Url, String)> {
        // The developer chose the origin, so it is their word alone that is checked, not a way to another's host.
        let found = self.documents.fetch(asked.as_str(), &NamedBy::Source(asked.clone())).await.ok()?;
        Some((Url::parse(&found.url).ok()?, document_text(&found.body, &found.content_type)))
    }
}

/// The plugin's own origin, where its description comes from, and where its calls go.
fn origins(origin: &str, facts: &Facts) -> Vec<Url> {
    let mut origins: Vec<Url> = Vec::new();
    let all =
        [origin].into_iter().chain(facts.description_origin.as_deref()).chain(facts.hosts.iter().map(String::as_str));
    for url in all.filter_map(|text| Url::parse(text).ok()) {
        if origins.len() < MAX_ORIGINS && !origins.iter().any(|known| known.origin() == url.origin()) {
            origins.push(url);
        }
    }
    origins
}
