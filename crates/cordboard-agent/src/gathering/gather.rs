//! Gathering the documents of a plugin: manifest, API description, and what that refers to.

use cordboard_domain::origin::NamedBy;
use cordboard_domain::plugin::{DocumentSource, Facts, OtherDocument, PluginDocuments};
use cordboard_domain::ports::FetchError;
use cordboard_spec::content::document_text;
use cordboard_spec::document::bundle::{Bundle, MAX_EXTERNAL_DOCUMENTS};
use cordboard_spec::document::source::{MAX_DOCUMENT_BYTES, Source};
use cordboard_spec::toolset::{CompileError, Toolset, named_server, read_manifest};
use cordboard_spec::version::canonical::digest;
use cordboard_spec::version::facts::facts;
use serde_json::Value;
use url::Url;

use super::address::{Target, WELL_KNOWN, may_name, may_serve, target};
use super::{Candidate, GatherError, Gatherer, parse_url};
use crate::library::{LibraryError, compile};

/// Of how many documents beyond the limit it is told that they were not fetched.
const MAX_REASONS: usize = 1_000;

/// Where an API description often lies when there is no manifest.
const USUAL_DESCRIPTIONS: [&str; 2] = ["/openapi.json", "/openapi.yaml"];

/// A document as fetched or pasted.
struct DocumentText {
    /// After redirects; a claim where it was pasted.
    url: String,
    text: String,
    source: DocumentSource,
}

impl DocumentText {
    /// On whose word the addresses in it are fetched.
    fn named_by(&self) -> Result<NamedBy, GatherError> {
        let url = parse_url(&self.url)?;
        Ok(match self.source {
            DocumentSource::Fetched => NamedBy::Source(url),
            DocumentSource::Pasted => NamedBy::Pasted(Some(url)),
        })
    }
}

impl Gatherer {
    /// Fetches and compiles without keeping anything.
    pub async fn fetch(&self, address: &str) -> Result<Candidate, GatherError> {
        match target(address).ok_or_else(|| GatherError::Address(address.trim().to_owned()))? {
            Target::WellKnown(asked) => self.well_known(&asked).await,
            Target::Document(asked) => {
                let found = self.text_of(asked.as_str(), &NamedBy::Person).await.map_err(GatherError::SpecFetch)?;
                if asked.path().ends_with("/ai-plugin.json") || what(Some(&found)).await == Some(What::Manifest) {
                    return self.with_manifest(&asked, found).await;
                }
                self.bare(found).await
            }
            Target::Page(asked) => {
                let found = self.text_of(asked.as_str(), &NamedBy::Person).await.ok();
                match (what(found.as_ref()).await, found) {
                    (Some(What::Manifest), Some(found)) => self.with_manifest(&asked, found).await,
                    (Some(What::Description), Some(found)) => self.bare(found).await,
                    _ => {
                        self.well_known(&asked.join(WELL_KNOWN).map_err(|_| GatherError::Address(asked.into()))?).await
                    }
                }
            }
        }
    }

    /// Fetches the documents of a known plugin anew, each as what it was.
    pub async fn fetch_again(&self, known: &PluginDocuments) -> Result<Candidate, GatherError> {
        if known.manifest_text.is_empty() {
            let found = self.text_of(&known.spec_url, &NamedBy::Person).await.map_err(GatherError::SpecFetch)?;
            return self.bare(found).await;
        }
        let asked = parse_url(&known.manifest_url)?;
        let found = self.text_of(asked.as_str(), &NamedBy::Person).await.map_err(GatherError::ManifestFetch)?;
        self.with_manifest(&asked, found).await
    }

    /// Compiles a manifest or a description given as text, without keeping anything. `name` is what people call the text;
    /// `address` says where the API is served if the text does not, and is empty when unknown. `source` says whether the
    /// text is only a claim, or represents what is served there, as the operator's own file does.
    pub async fn read(
        &self,
        name: &str,
        text: &str,
        address: &str,
        source: DocumentSource,
    ) -> Result<Candidate, GatherError> {
        let given = match target(address) {
            Some(Target::WellKnown(url) | Target::Page(url)) => url.join("/").ok(),
            Some(Target::Document(url)) => Some(url),
            None if address.trim().is_empty() => None,
            None => return Err(GatherError::Address(address.trim().to_owned())),
        };
        let document = parse(name, text).await?;
        let url = given.or_else(|| first_address(&document.value)).ok_or(GatherError::NoAddress)?;
        let found = |url: &Url| DocumentText { url: url.to_string(), text: text.to_owned(), source };
        if is_manifest(&document.value) {
            let url = url.join("/.well-known/ai-plugin.json").map_err(|_| GatherError::NoAddress)?;
            return self.with_manifest(&url, found(&url)).await;
        }
        self.bare(found(&url)).await
    }

    async fn text_of(&self, url: &str, named_by: &NamedBy) -> Result<DocumentText, FetchError> {
        let found = self.documents.fetch(url, named_by).await?;
        let text = document_text(&found.body, &found.content_type);
        Ok(DocumentText { text, url: found.url, source: DocumentSource::Fetched })
    }

    /// A manifest at its usual place, which some servers keep for who has a key.
    async fn well_known(&self, asked: &Url) -> Result<Candidate, GatherError> {
        match self.text_of(asked.as_str(), &NamedBy::Person).await {
            Ok(found) => self.with_manifest(asked, found).await,
            Err(missing @ FetchError::Status { status: 401 | 403 | 404 | 410, .. }) => self.usual(asked, missing).await,
            Err(error) => Err(GatherError::ManifestFetch(error)),
        }
    }

    /// Looks for an API description where there is no manifest.
    async fn usual(&self, asked: &Url, missing: FetchError) -> Result<Candidate, GatherError> {
        for path in USUAL_DESCRIPTIONS {
            let Ok(url) = asked.join(path) else { continue };
            if let Ok(found) = self.text_of(url.as_str(), &NamedBy::Person).await {
                return self.bare(found).await;
            }
        }
        Err(GatherError::ManifestFetch(missing))
    }

    async fn with_manifest(&self, asked: &Url, found: DocumentText) -> Result<Candidate, GatherError> {
        let manifest_url = parse_url(&found.url)?;
        if !may_serve(asked, &manifest_url) {
            return Err(GatherError::Redirected { from: asked.to_string(), to: manifest_url.into() });
        }
        let (manifest, _) = read_manifest(&manifest_url, &found.text)?;
        let named_by = found.named_by()?;
        if !may_name(&self.listed, &named_by, &manifest.spec_url) {
            return Err(GatherError::PrivateSpec(manifest.spec_url.into()));
        }
        let spec = self.text_of(manifest.spec_url.as_str(), &named_by).await;
        let spec = spec.map_err(GatherError::SpecFetch)?;
        let documents = PluginDocuments {
            source: found.source,
            manifest_url: manifest_url.to_string(),
            manifest_text: found.text,
            spec_url: spec.url,
            spec_text: spec.text,
            others: Vec::new(),
        };
        self.complete(documents, manifest_url.origin().ascii_serialization()).await
    }

    async fn bare(&self, found: DocumentText) -> Result<Candidate, GatherError> {
        let mut identity = parse_url(&found.url)?;
        let documents = PluginDocuments {
            source: found.source,
            manifest_url: found.url.clone(),
            manifest_text: String::new(),
            spec_url: found.url,
            spec_text: found.text,
            others: Vec::new(),
        };
        identity.set_query(None);
        identity.set_fragment(None);
        self.complete(documents, identity.to_string()).await
    }

    /// Fetches what the description refers to, then compiles everything.
    async fn complete(&self, mut documents: PluginDocuments, origin: String) -> Result<Candidate, GatherError> {
        documents.others = self.referred(&documents).await?;
        let listed = self.listed.clone();
        let compiling = tokio::task::spawn_blocking(move || match compile(&documents, &listed) {
            Ok(toolset) => Ok(candidate(documents, toolset, origin)),
            Err(LibraryError::Compile(error)) => Err(nothing_usable(error, documents, origin)),
            Err(error) => Err(error.into()),
        });
        compiling.await.map_err(|_| GatherError::Interrupted)?
    }

    /// The documents behind references to elsewhere, within the limits; of one that cannot be had there is the reason,
    /// which the operations that need it tell.
    async fn referred(&self, documents: &PluginDocuments) -> Result<Vec<OtherDocument>, GatherError> {
        let spec_url = parse_url(&documents.spec_url)?;
        // The description of a plugin that lives here may be elsewhere, and then names addresses on its own word.
        let named_by = match documents.source {
            DocumentSource::Fetched => NamedBy::Source(spec_url.clone()),
            DocumentSource::Pasted => NamedBy::Pasted(Some(spec_url.clone())),
        };
        if !documents.spec_text.contains("$ref") {
            return Ok(Vec::new());
        }
        let source = parse(&documents.spec_url, &documents.spec_text).await?;
        let mut bundle = Bundle::new(source, spec_url.clone());
        let (mut others, mut asked) = (Vec::new(), 0);
        let mut room = MAX_DOCUMENT_BYTES.saturating_sub(documents.spec_text.len());
        loop {
            let missing = bundle.missing();
            if missing.is_empty() {
                return Ok(others);
            }
            if asked >= MAX_EXTERNAL_DOCUMENTS {
                let reason = format!("more than {MAX_EXTERNAL_DOCUMENTS} documents are referred to");
                others.extend(missing.into_iter().take(MAX_REASONS).map(|url| absent(&url, reason.clone())));
                return Ok(others);
            }
            for url in missing.into_iter().take(MAX_EXTERNAL_DOCUMENTS - asked) {
                asked += 1;
                match self.other(&named_by, &url, room).await {
                    Ok((source, other)) => {
                        room = room.saturating_sub(other.text.len());
                        bundle.add(url, source);
                        others.push(other);
                    }
                    Err(reason) => {
                        others.push(absent(&url, reason.clone()));
                        bundle.add_failure(&url, reason);
                    }
                }
            }
        }
    }

    async fn other(&self, named_by: &NamedBy, url: &Url, room: usize) -> Result<(Source, OtherDocument), String> {
        if !may_name(&self.listed, named_by, url) {
            return Err("its address is private and another origin's, which is not the plugin's to name".to_owned());
        }
        let found = self.text_of(url.as_str(), named_by).await.map_err(|error| error.to_string())?;
        if found.text.len() > room {
            return Err(format!("the documents together are larger than {MAX_DOCUMENT_BYTES} bytes"));
        }
        let source = parse(url.as_str(), &found.text).await.map_err(|error| error.to_string())?;
        Ok((source, OtherDocument { url: url.to_string(), text: found.text, problem: None }))
    }
}

fn absent(url: &Url, reason: String) -> OtherDocument {
    OtherDocument { url: url.to_string(), text: String::new(), problem: Some(reason) }
}

/// Where nothing can be called, what was found is kept.
fn nothing_usable(error: CompileError, documents: PluginDocuments, origin: String) -> GatherError {
    let reason = error.to_string();
    match error {
        CompileError::NothingUsable { toolset, .. } => {
            GatherError::NothingUsable { reason, candidate: Box::new(candidate(documents, *toolset, origin)) }
        }
        error => GatherError::Compile(error),
    }
}

fn candidate(documents: PluginDocuments, toolset: Toolset, origin: String) -> Candidate {
    let facts = Facts { is_pasted: documents.source == DocumentSource::Pasted, ..facts(&toolset) };
    Candidate { digest: digest(&documents), documents, toolset, facts, origin }
}

/// Reads a document beside the server's work, since it may be large.
async fn parse(name: &str, text: &str) -> Result<Source, GatherError> {
    let (name, text) = (name.to_owned(), text.to_owned());
    let parsing = tokio::task::spawn_blocking(move || Source::parse(&name, text));
    Ok(parsing.await.map_err(|_| GatherError::Interrupted)?.map_err(CompileError::from)?)
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Manifest,
    Description,
}

/// By its content; nothing where it is neither.
async fn what(found: Option<&DocumentText>) -> Option<What> {
    let found = found?;
    let value = parse(&found.url, &found.text).await.ok()?.value;
    let has = |key: &str| value.get(key).is_some();
    match (is_manifest(&value), has("openapi") || has("swagger") || has("paths")) {
        (true, _) => Some(What::Manifest),
        (false, true) => Some(What::Description),
        (false, false) => None,
    }
}

/// Whether a document is a manifest rather than an API description.
fn is_manifest(document: &Value) -> bool {
    let has = |key: &str| document.get(key).is_some();
    has("api") && !has("paths") && !has("openapi") && !has("swagger")
}

/// The first full address that a pasted document names.
fn first_address(document: &Value) -> Option<Url> {
    let manifest = || Url::parse(document.pointer("/api/url")?.as_str()?).ok();
    named_server(document).or_else(manifest).filter(|url| matches!(url.scheme(), "http" | "https"))
}
