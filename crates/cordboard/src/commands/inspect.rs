//! `cordboard inspect`: what Cordboard could and could not use of a plugin or an API description, before anything is
//! installed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use cordboard_agent::installation::{Candidate, Installer};
use cordboard_domain::ports::{FetchDocument, FetchError, FetchedDocument};
use cordboard_spec::document::source::Position;
use cordboard_spec::report::{OperationReport, Report, ReportedFinding};
use cordboard_spec::toolset::operation::Status;
use serde_json::json;
use url::Url;

use super::Outcome;
use crate::assembly::{Assembly, named_origin};
use crate::cli;
use crate::config::Config;
use crate::terminal;

/// Where an API is taken to be served whose file does not say.
const UNKNOWN_SERVER: &str = "http://localhost";

pub(crate) async fn run(arguments: cli::Inspect) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let file = Some(PathBuf::from(&arguments.target)).filter(|path| path.is_file());
    if file.is_none() && is_meant_as_file(&arguments.target) {
        bail!("there is no file `{}`", arguments.target);
    }
    let named: Vec<Url> = match &file {
        Some(_) => arguments.base.as_deref().and_then(named_origin).into_iter().collect(),
        None => named_origin(&arguments.target).into_iter().collect(),
    };
    let assembly = Assembly::without_models(&config, cordboard_store::Store::in_memory().await?, &named).await?;
    let found = match &file {
        Some(path) => read(&assembly.installer, path, arguments.base.as_deref()).await,
        None => assembly.installer.fetch(&arguments.target).await.map_err(anyhow::Error::from),
    };
    let candidate = match found {
        Ok(candidate) => candidate,
        Err(problem) if arguments.json => {
            terminal::say_json(&json!({ "error": problem.to_string() }))?;
            return Ok(Outcome::NotRight);
        }
        Err(problem) => {
            terminal::say(&format!("{}: {problem}", arguments.target));
            return Ok(Outcome::NotRight);
        }
    };
    let mut report = cordboard_lint::inspect(&candidate.toolset, &candidate.documents);
    if file.is_some() {
        name_file(&mut report, &candidate, &arguments.target);
    }
    if arguments.json {
        terminal::say_json(&report)?;
    } else {
        show(&report, &candidate.origin);
    }
    Ok(if report.has_errors() { Outcome::NotRight } else { Outcome::Done })
}

/// Whether somebody who wrote this means a file rather than a host.
fn is_meant_as_file(target: &str) -> bool {
    let named = [".json", ".yaml", ".yml"].iter().any(|ending| target.to_ascii_lowercase().ends_with(ending));
    target.starts_with(['.', '/', '~']) || named && !target.contains('/')
}

/// Reads a file; what it refers to beside it is read from its folder.
async fn read(installer: &Installer, path: &Path, base: Option<&str>) -> anyhow::Result<Candidate> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let inner = installer.documents.clone();
    let installer = Installer { documents: Arc::new(Folder { folder, inner }), ..installer.clone() };
    match installer.read(&text, base.unwrap_or_default()).await {
        Err(cordboard_agent::installation::InstallError::NoAddress) => {
            Ok(installer.read(&text, UNKNOWN_SERVER).await?)
        }
        other => Ok(other?),
    }
}

/// People look for findings in their file, not at the address where its API is served.
fn name_file(report: &mut Report, candidate: &Candidate, file: &str) {
    let read = [&candidate.documents.manifest_url, &candidate.documents.spec_url];
    let own = if candidate.documents.manifest_text.is_empty() { &read[..] } else { &read[..1] };
    let documents = report.operations.iter_mut().map(|operation| &mut operation.document);
    for document in documents.chain(report.findings.iter_mut().map(|each| &mut each.finding.document)) {
        if own.contains(&&*document) {
            file.clone_into(document);
        }
    }
}

/// Documents of a folder before those of the network.
struct Folder {
    folder: PathBuf,
    inner: Arc<dyn FetchDocument>,
}

#[async_trait]
impl FetchDocument for Folder {
    async fn fetch(&self, url: &str, named_by: Option<&Url>) -> Result<FetchedDocument, FetchError> {
        let path = Url::parse(url).map(|url| url.path().trim_start_matches('/').to_owned()).unwrap_or_default();
        // A URL's path has no `..` left, so this stays within the folder.
        let file = self.folder.join(&path);
        match std::fs::read(&file) {
            Ok(bytes) if !path.is_empty() => Ok(FetchedDocument {
                url: url.to_owned(),
                content_type: String::new(),
                text: String::from_utf8_lossy(&bytes).into_owned(),
            }),
            _ => self.inner.fetch(url, named_by).await,
        }
    }
}

fn show(report: &Report, origin: &str) {
    terminal::say(&format!("{} ({}) from {origin}", report.name, report.format));
    let counts = report.counts;
    terminal::say(&format!("  {} ready · {} degraded · {} refused", counts.ready, counts.degraded, counts.refused));
    let tokens = report.tokens;
    terminal::say(&format!(
        "  {} tokens as TypeScript · {} as function tools · {} as an index (o200k)\n",
        tokens.typescript, tokens.function, tokens.index
    ));
    let width = report.operations.iter().map(|operation| operation.name.len()).fold("operation".len(), usize::max);
    terminal::say(&format!("  {:<8}  {:<width$}  {:<6}  {:>6}  path", "status", "operation", "method", "tokens"));
    for operation in &report.operations {
        terminal::say(&row(operation, width));
    }
    if !report.findings.is_empty() {
        terminal::say("\nFindings");
    }
    for finding in &report.findings {
        terminal::say(&excerpt(finding));
    }
}

fn row(operation: &OperationReport, width: usize) -> String {
    let status = match operation.status {
        Status::Ready => "ready",
        Status::Degraded => "degraded",
        Status::Refused => "refused",
    };
    let OperationReport { name, method, path, tokens, .. } = operation;
    let reason = if operation.status == Status::Ready { String::new() } else { format!("  [{}]", operation.reason) };
    format!("  {status:<8}  {name:<width$}  {method:<6}  {:>6}  {path}{reason}", tokens.typescript)
}

fn excerpt(reported: &ReportedFinding) -> String {
    let finding = &reported.finding;
    let mut text = format!("  {finding}");
    if let (Some(line), Some(Position { line: number, column })) = (&reported.excerpt, finding.position) {
        let gutter = number.to_string();
        let blank = " ".repeat(gutter.len());
        let _ = write!(text, "\n    {gutter} | {line}");
        if column <= line.chars().count() {
            let _ = write!(text, "\n    {blank} | {}^", " ".repeat(column - 1));
        }
    }
    text
}
