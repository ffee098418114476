//! A plugin as compiled: every operation that can be called, and every one that cannot with its reason.

pub mod argument;
pub(crate) mod argument_name;
pub mod body;
mod credential;
pub(crate) mod lazy;
pub(crate) mod method_override;
pub mod operation;
pub mod personal;
pub mod security;
mod size;
pub mod xml;

use cordboard_domain::example_requests::EditedExamples;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use self::lazy::Lazy;
use self::operation::{Operation, RefusedOperation, Status};
use self::security::SecuritySchemes;
use crate::conformity;
use crate::document::bundle::Bundle;
use crate::document::deceptive;
use crate::document::finding::{self, Finding};
use crate::document::pointer::Pointer;
use crate::document::source::{Source, SourceError};
use crate::manifest::{AuthKind, CheckedManifest, Manifest};
use crate::openapi::{self, Compiled, Dialect};
use crate::render::cut;
use crate::render::ledger::Ledger;
use crate::search::{Entry, SearchIndex};

/// Longest part of a description of a whole plugin that is used, in bytes.
const MAX_ABOUT: usize = 1_200;

/// A compiled plugin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Toolset {
    pub manifest: Manifest,
    /// Of the API description: `OpenAPI 3.1.0`.
    pub format: String,
    /// `info.description` of the API description, or else `info.summary`; empty when there is neither.
    #[serde(skip)]
    pub api_description: String,
    pub operations: Vec<Operation>,
    pub refused: Vec<RefusedOperation>,
    /// How many listed operations are none, or too many; findings name them.
    pub left_out: usize,
    pub security_schemes: SecuritySchemes,
    /// Where the plugin lives, set by the caller, who knows the source of the documents; absent where they were pasted.
    #[serde(skip)]
    pub home: Option<Url>,
    /// What is wrong with the documents as a whole.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    ledger: Lazy<Ledger>,
    #[serde(skip)]
    search: Lazy<SearchIndex>,
}

/// Why documents give no plugin at all.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompileError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the manifest cannot be used:\n{}", lines(.0))]
    Manifest(Vec<Finding>),
    #[error("{0} is not an API description: it has neither `openapi` nor `swagger` nor `paths`")]
    NotOpenApi(String),
    #[error("{document} has no operation that can be called:\n{}", lines(.toolset.all_findings()))]
    NothingUsable { document: String, toolset: Box<Toolset> },
}

fn lines<'finding>(findings: impl IntoIterator<Item = &'finding Finding>) -> String {
    findings.into_iter().map(|finding| format!("  {finding}")).collect::<Vec<_>>().join("\n")
}

/// Reads a manifest text that was served at `url`; errors in it end the reading, all named at once.
pub fn read_manifest(url: &Url, text: &str) -> Result<(Manifest, Vec<Finding>), CompileError> {
    let source = Source::parse(url.as_str(), text)?;
    let CheckedManifest { manifest, findings } = Manifest::read(&source, url);
    match manifest {
        Some(manifest) => Ok((manifest, findings)),
        None => Err(CompileError::Manifest(findings)),
    }
}

/// The first full address at which a description says that its API is served, if it names one.
pub fn named_server(description: &Value) -> Option<Url> {
    openapi::named_server(description)
}

/// What an API description says of the whole API.
fn api_description(document: &Value) -> String {
    let text = |key: &str| document.pointer(&format!("/info/{key}")).and_then(Value::as_str).unwrap_or_default().trim();
    let text = [text("description"), text("summary")].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    cut(text, MAX_ABOUT).to_owned()
}

impl Toolset {
    /// What the plugin says of itself: the manifest's description for the model, then the API description's own.
    /// Together at most twice [`MAX_ABOUT`] bytes.
    pub fn about(&self) -> String {
        let manifest = cut(self.manifest.description_for_model.trim(), MAX_ABOUT);
        if manifest.contains(&self.api_description) || self.api_description.is_empty() {
            manifest.to_owned()
        } else if self.api_description.contains(manifest) {
            self.api_description.clone()
        } else {
            format!("{manifest}\n{}", self.api_description)
        }
    }

    /// The same plugin with the example requests that its developer edited, by operation.
    #[must_use]
    pub fn with_examples(&self, edited: &EditedExamples) -> Self {
        let mut toolset = self.clone();
        for operation in &mut toolset.operations {
            if let Some(examples) = edited.get(&operation.name) {
                operation.examples = examples.as_slice().to_vec();
            }
        }
        toolset
    }

    /// Compiles a plugin: a manifest, given as text with the address it was served at, and its API description.
    pub fn compile(manifest_url: &Url, manifest_text: &str, bundle: &Bundle) -> Result<Self, CompileError> {
        let (manifest, findings) = read_manifest(manifest_url, manifest_text)?;
        Self::assemble(manifest, findings, Some(manifest_url), bundle)
    }

    /// Compiles an API description that has no manifest; its `info` stands for one.
    pub fn compile_bare(bundle: &Bundle) -> Result<Self, CompileError> {
        let manifest = Manifest::of_description(bundle.main(), bundle.address());
        Self::assemble(manifest, Vec::new(), None, bundle)
    }

    fn assemble(
        manifest: Manifest,
        mut findings: Vec<Finding>,
        root: Option<&Url>,
        bundle: &Bundle,
    ) -> Result<Self, CompileError> {
        let source = bundle.main();
        let Some(dialect) = Dialect::of(&source.value) else {
            return Err(CompileError::NotOpenApi(source.name.clone()));
        };
        findings.extend(bundle.sources().iter().flat_map(Finding::of_syntax));
        findings.extend(bundle.sources().iter().flat_map(deceptive::findings));
        let Compiled { operations, refused, left_out, findings: found, security_schemes } =
            openapi::compile(bundle, dialect, root);
        findings.extend(found);
        findings.extend(conformity::check(bundle));
        let format = openapi::describe(&source.value);
        let api_description = api_description(&source.value);
        let (ledger, search) = (Lazy::default(), Lazy::default());
        let mut toolset = Self {
            manifest,
            format,
            api_description,
            operations,
            refused,
            left_out,
            security_schemes,
            home: None,
            findings,
            ledger,
            search,
        };
        toolset.locate(bundle);
        if toolset.operations.is_empty() {
            return Err(CompileError::NothingUsable { document: source.name.clone(), toolset: Box::new(toolset) });
        }
        if root.is_none() {
            toolset.infer_auth();
        }
        toolset.settle_credentials(root.is_some());
        Ok(toolset)
    }

    /// Finds the places of operations and findings in the texts, each of which is read once.
    fn locate(&mut self, bundle: &Bundle) {
        for source in bundle.sources() {
            let mut here: Vec<&mut Operation> =
                self.operations.iter_mut().filter(|operation| operation.document == source.name).collect();
            let pointers: Vec<Pointer> = here.iter().map(|operation| Pointer::parse(&operation.pointer)).collect();
            for (operation, position) in here.iter_mut().zip(source.locate_all(&pointers)) {
                operation.position = position;
            }
            let restricted = self.operations.iter_mut().flat_map(|operation| &mut operation.restrictions);
            let refused = self.refused.iter_mut().map(|operation| &mut operation.reason);
            finding::locate(self.findings.iter_mut().chain(restricted).chain(refused), source);
        }
    }

    /// Without a manifest, the operations say whether somebody has to give a key.
    fn infer_auth(&mut self) {
        if self.operations.iter().any(Operation::needs_credential) {
            self.manifest.auth = AuthKind::UserHttp;
        }
    }

    /// What the toolset costs in tokens; counted once.
    pub fn ledger(&self) -> &Ledger {
        self.ledger.get(|| Ledger::of(self))
    }

    /// The operations that a request in people's words is most likely about, best first.
    pub fn search(&self, query: &str, limit: usize) -> Vec<&Operation> {
        let index = self.search.get(|| SearchIndex::build(self.operations.iter().map(entry)));
        index.search(query, limit).into_iter().map(|hit| &self.operations[hit.position]).collect()
    }

    /// How many operations are ready, degraded and refused.
    pub fn counts(&self) -> [usize; 3] {
        let ready = self.operations.iter().filter(|operation| operation.status() == Status::Ready).count();
        [ready, self.operations.len() - ready, self.refused.len()]
    }

    /// The name under which the model sees the plugin.
    pub fn namespace(&self) -> String {
        self.manifest.namespace()
    }

    /// The operation with this name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name == name)
    }

    /// Whether calls need a credential, which only plugins with `auth.type` `none` do without.
    pub fn needs_credential(&self) -> bool {
        self.manifest.auth != AuthKind::None
    }

    /// Every finding: of the documents, of restricted and of refused operations.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let restricted = self.operations.iter().flat_map(|operation| &operation.restrictions);
        let refused = self.refused.iter().map(|operation| &operation.reason);
        self.findings.iter().chain(restricted).chain(refused)
    }
}

fn entry(operation: &Operation) -> Entry<'_> {
    let described = |argument| (argument, operation.describe(argument));
    Entry {
        name: if operation.operation_id.is_empty() { &operation.name } else { &operation.operation_id },
        method: operation.method,
        path: &operation.path,
        summary: &operation.summary,
        description: &operation.description,
        tags: &operation.tags,
        arguments: operation.arguments.iter().map(described).map(|(each, text)| (each.name.as_str(), text)).collect(),
    }
}
