//! `cordboard inspect`: what Cordboard could and could not use of a plugin or an API description, before anything is
//! installed.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cordboard_agent::gathering::{Candidate, GatherError, Gatherer};
use cordboard_domain::plugin::DocumentSource;
use cordboard_spec::content::document_text;
use cordboard_spec::document::source::Position;
use cordboard_spec::report::{OperationReport, Report, ReportedFinding};
use cordboard_spec::toolset::CompileError;
use cordboard_spec::toolset::operation::Status;
use serde::Serialize;
use serde_json::json;
use url::Url;

use super::Outcome;
use super::folder::{Folder, folder_of};
use crate::assembly::{Assembly, named_origin};
use crate::cli;
use crate::config::Config;
use crate::terminal;

/// Where an API is taken to be served whose file does not say.
pub(super) const UNKNOWN_SERVER: &str = "http://localhost";

const NOTHING_USABLE: &str = "has no operation that can be called";

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
    let assembly = Assembly::passing_without_models(&config, &named).await?;
    let found = match &file {
        Some(path) => {
            let folder = folder_of(path)?;
            let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
            let file = File { name: &arguments.target, text: document_text(&bytes, ""), folder };
            file.read(&assembly.catalogue.gatherer, arguments.base.as_deref()).await
        }
        None => assembly.catalogue.gatherer.fetch(&arguments.target).await,
    };
    let candidate = match found {
        Ok(candidate) => candidate,
        Err(GatherError::NothingUsable { candidate, .. }) => *candidate,
        Err(problem) => {
            if arguments.json {
                terminal::say_json(&json!({ "error": problem.to_string() }))?;
            } else {
                terminal::say(&format!("{}: {problem}", arguments.target));
            }
            return Ok(Outcome::NotRight);
        }
    };
    let mut report = cordboard_lint::inspect(&candidate.toolset, &candidate.documents);
    if file.is_some() {
        name_file(&mut report, &candidate, &arguments.target);
    }
    let error = candidate.toolset.operations.is_empty().then(|| format!("{} {NOTHING_USABLE}", arguments.target));
    if arguments.json {
        terminal::say_json(&Shown { report: &report, error: error.as_deref() })?;
    } else {
        show(&report, &candidate.origin);
        if let Some(error) = &error {
            terminal::say(&format!("\n{error}"));
        }
    }
    Ok(if error.is_some() || report.has_errors() { Outcome::NotRight } else { Outcome::Done })
}

/// A report as JSON: beside it, why it is of no use.
#[derive(Serialize)]
struct Shown<'report> {
    #[serde(flatten)]
    report: &'report Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'report str>,
}

/// Whether somebody who wrote this means a file rather than a host.
fn is_meant_as_file(target: &str) -> bool {
    let named = [".json", ".yaml", ".yml"].iter().any(|ending| target.to_ascii_lowercase().ends_with(ending));
    target.starts_with(['.', '/', '~']) || named && !target.contains('/')
}

/// A file to inspect.
struct File<'name> {
    name: &'name str,
    text: String,
    folder: PathBuf,
}

impl File<'_> {
    /// Reads the file; what it refers to beside it is read from its folder.
    async fn read(self, gatherer: &Gatherer, base: Option<&str>) -> Result<Candidate, GatherError> {
        let inner = gatherer.documents.clone();
        let gatherer =
            Gatherer { documents: Arc::new(Folder { folder: self.folder, inner }), listed: gatherer.listed.clone() };
        let mut found = gatherer.read(self.name, &self.text, base.unwrap_or_default(), DocumentSource::Fetched).await;
        if matches!(found, Err(GatherError::NoAddress)) {
            found = gatherer.read(self.name, &self.text, UNKNOWN_SERVER, DocumentSource::Fetched).await;
        }
        found.map_err(|error| named_after(self.name, error))
    }
}

/// An error that names the file rather than the address at which it stands for being served.
fn named_after(file: &str, error: GatherError) -> GatherError {
    match error {
        GatherError::Compile(CompileError::Manifest(mut findings)) => {
            for finding in &mut findings {
                file.clone_into(&mut finding.document);
            }
            GatherError::Compile(CompileError::Manifest(findings))
        }
        GatherError::Compile(CompileError::NotOpenApi(_)) => {
            GatherError::Compile(CompileError::NotOpenApi(file.to_owned()))
        }
        other => other,
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

fn show(report: &Report, origin: &str) {
    terminal::say(&format!("{} ({}) from {origin}", report.name, report.format));
    let counts = report.counts;
    let left_out = if counts.left_out > 0 { format!(" · {} left out", counts.left_out) } else { String::new() };
    terminal::say(&format!(
        "  {} ready · {} degraded · {} refused{left_out}",
        counts.ready, counts.degraded, counts.refused
    ));
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
