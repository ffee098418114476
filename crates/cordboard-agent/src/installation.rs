//! Installing a plugin: fetch its manifest and its spec, compile them, pin the version.

use std::sync::Arc;

use cordboard_domain::id::PluginId;
use cordboard_domain::plugin::{InstalledPlugin, PluginDocuments, PluginVersion, VersionDigest};
use cordboard_domain::ports::{FetchDocument, FetchError, PluginShelf, StoreError};
use cordboard_domain::time::{Clock, Entropy};
use cordboard_spec::toolset::{CompileError, Toolset, read_manifest};
use url::{Host, Url};

const WELL_KNOWN: &str = "/.well-known/ai-plugin.json";

/// Installs plugins.
#[derive(Clone)]
pub struct Installer {
    pub documents: Arc<dyn FetchDocument>,
    pub shelf: Arc<dyn PluginShelf>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// A plugin as it was just installed.
#[derive(Debug)]
pub struct Installation {
    pub plugin: InstalledPlugin,
    pub documents: PluginDocuments,
    pub toolset: Toolset,
}

/// Why a plugin was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error(
        "`{0}` is not the address of a plugin; give a domain (`hotels.example`), `localhost:PORT` or the URL of its \
         ai-plugin.json"
    )]
    Address(String),
    #[error("the manifest could not be fetched: {0}")]
    ManifestFetch(#[source] FetchError),
    #[error("the manifest of {from} is served by {to}, which is neither the same host nor one below it")]
    Redirected { from: String, to: String },
    #[error("`api.url` is {0}, an address on this machine, which is not the plugin's to name")]
    PrivateSpec(String),
    #[error("the compilation of the plugin was interrupted; try again")]
    Interrupted,
    #[error("the OpenAPI document could not be fetched: {0}")]
    SpecFetch(#[source] FetchError),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Installer {
    /// Installs the plugin at an address as a person types it, or brings an installed one up to date.
    pub async fn install(&self, address: &str) -> Result<Installation, InstallError> {
        let (documents, manifest_url, toolset) = self.fetch(address).await?;
        let origin = manifest_url.origin().ascii_serialization();
        let known = self.shelf.lookup_plugin_by_origin(&origin).await?;
        let id = known.map_or_else(|| PluginId::generate(&*self.clock, &*self.entropy), |plugin| plugin.id);
        let digest = VersionDigest::of(&documents);
        let plugin = InstalledPlugin {
            id,
            origin,
            name_for_model: toolset.namespace(),
            name_for_human: toolset.manifest.name_for_human.clone(),
            description_for_human: toolset.manifest.description_for_human.clone(),
            current: digest.clone(),
        };
        let version = PluginVersion { plugin: id, digest, documents, fetched_at: self.clock.now() };
        self.shelf.install(&plugin, &version).await?;
        Ok(Installation { plugin, documents: version.documents, toolset })
    }

    /// Fetches and compiles without keeping anything.
    pub async fn fetch(&self, address: &str) -> Result<(PluginDocuments, Url, Toolset), InstallError> {
        let asked = manifest_address(address).ok_or_else(|| InstallError::Address(address.trim().to_owned()))?;
        let fetched = self.documents.fetch(asked.as_str()).await.map_err(InstallError::ManifestFetch)?;
        let manifest_url = Url::parse(&fetched.url).map_err(|_| InstallError::Address(fetched.url.clone()))?;
        if !may_serve(&asked, &manifest_url) {
            return Err(InstallError::Redirected { from: asked.into(), to: manifest_url.into() });
        }
        let (manifest, _) = read_manifest(&manifest_url, &fetched.text)?;
        let elsewhere = manifest.spec_url.origin() != manifest_url.origin();
        if elsewhere && is_local(&manifest.spec_url) && !is_local(&manifest_url) {
            return Err(InstallError::PrivateSpec(manifest.spec_url.into()));
        }
        let spec = self.documents.fetch(manifest.spec_url.as_str()).await.map_err(InstallError::SpecFetch)?;
        let spec_url = Url::parse(&spec.url).map_err(|_| InstallError::Address(spec.url.clone()))?;
        let documents = PluginDocuments {
            manifest_url: manifest_url.clone().into(),
            manifest_text: fetched.text,
            spec_url: spec_url.to_string(),
            spec_text: spec.text,
        };
        let texts = documents.clone();
        let manifest_at = manifest_url.clone();
        let compiling = tokio::task::spawn_blocking(move || {
            Toolset::compile(&manifest_at, &texts.manifest_text, &spec_url, &texts.spec_text)
        });
        let toolset = compiling.await.map_err(|_| InstallError::Interrupted)??;
        Ok((documents, manifest_url, toolset))
    }
}

/// Where the manifest of a plugin lies, from what a person typed.
fn manifest_address(text: &str) -> Option<Url> {
    let text = text.trim();
    let url = if text.contains("://") {
        Url::parse(text).ok()?
    } else {
        let secure = Url::parse(&format!("https://{text}")).ok()?;
        if is_local(&secure) { Url::parse(&format!("http://{text}")).ok()? } else { secure }
    };
    url.host()?;
    if url.path().to_ascii_lowercase().ends_with(".json") { Some(url) } else { url.join(WELL_KNOWN).ok() }
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A manifest may be served by its own host, by one below it, or by the apex of a `www.` host.
fn may_serve(asked: &Url, served: &Url) -> bool {
    let (Some(asked_host), Some(host)) = (asked.host_str(), served.host_str()) else { return false };
    let apex = asked_host.strip_prefix("www.").unwrap_or(asked_host);
    let below = host.strip_suffix(apex).is_some_and(|prefix| prefix.ends_with('.'));
    host == apex || host == asked_host || below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_the_manifests_address() {
        let table = [
            ("hotels.example", Some("https://hotels.example/.well-known/ai-plugin.json")),
            (" localhost:5003 ", Some("http://localhost:5003/.well-known/ai-plugin.json")),
            ("127.0.0.1:80/", Some("http://127.0.0.1/.well-known/ai-plugin.json")),
            ("http://localhost:5003/docs", Some("http://localhost:5003/.well-known/ai-plugin.json")),
            ("https://x.example/a/ai-plugin.json", Some("https://x.example/a/ai-plugin.json")),
            ("", None),
            ("not a host", None),
        ];
        for (text, expected) in table {
            assert_eq!(manifest_address(text).as_ref().map(Url::as_str), expected, "{text}");
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
}
