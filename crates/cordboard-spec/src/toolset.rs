//! A plugin as compiled: every operation that can be called, and every one that cannot with its reason.

use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::finding::Finding;
use crate::manifest::{AuthKind, CheckedManifest, Manifest};
use crate::operation::{Operation, RefusedOperation};
use crate::source::{Source, SourceError};
use crate::walk::Walker;

/// The longest `description_for_model` that is kept, in characters.
pub const MAX_PLUGIN_DESCRIPTION: usize = 8_000;

/// A compiled plugin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Toolset {
    pub manifest: Manifest,
    pub operations: Vec<Operation>,
    pub refused: Vec<RefusedOperation>,
    /// What is wrong with the two documents as a whole.
    pub findings: Vec<Finding>,
}

/// Why a pair of documents gives no plugin at all.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompileError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the manifest cannot be used:\n{}", lines(.0))]
    Manifest(Vec<Finding>),
    #[error("{0} is not an OpenAPI document: it has neither `openapi` nor `paths`")]
    NotOpenApi(String),
    #[error("{0} is a Swagger 2.0 document; convert it to OpenAPI 3 and serve that")]
    Swagger2(String),
    #[error("{document} has no operation that can be called:\n{}", lines(.reasons))]
    NothingUsable { document: String, reasons: Vec<Finding> },
}

fn lines(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("  {finding}")).collect::<Vec<_>>().join("\n")
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

impl Toolset {
    /// Compiles a manifest and a spec, given as texts with the addresses they were served at.
    pub fn compile(
        manifest_url: &Url,
        manifest_text: &str,
        spec_url: &Url,
        spec_text: &str,
    ) -> Result<Self, CompileError> {
        let (manifest, mut findings) = read_manifest(manifest_url, manifest_text)?;
        let source = Source::parse(spec_url.as_str(), spec_text)?;
        check_is_openapi(&source)?;
        findings.extend(Finding::of_json(&source));
        let walker = Walker::walk(&source, spec_url, manifest_url);
        findings.extend(walker.findings);
        if walker.operations.is_empty() {
            let reasons = walker.refused.into_iter().map(|operation| operation.reason).collect();
            return Err(CompileError::NothingUsable { document: source.name, reasons });
        }
        Ok(Self { manifest, operations: walker.operations, refused: walker.refused, findings })
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

fn check_is_openapi(source: &Source) -> Result<(), CompileError> {
    if source.value.get("swagger").is_some() {
        return Err(CompileError::Swagger2(source.name.clone()));
    }
    if source.value.get("openapi").is_none() && !source.value.get("paths").is_some_and(Value::is_object) {
        return Err(CompileError::NotOpenApi(source.name.clone()));
    }
    Ok(())
}
