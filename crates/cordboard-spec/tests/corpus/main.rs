//! Real manifests and specs, where the machine has them: each is accepted, or refused with the exact place, and hardly an
//! operation is lost.
#![cfg(feature = "corpus")]
#![allow(clippy::print_stderr, reason = "the counts are what the run is for")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod changes;

use std::fs;
use std::path::PathBuf;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::finding::Finding;
use cordboard_spec::toolset::{CompileError, Toolset, read_manifest};
use url::Url;

const MANIFESTS: usize = 203;
const SPECS: usize = 193;

/// The share of operations that have to be usable.
const GOAL: f64 = 0.99;

const MANIFEST: &str = r#"{"name_for_model": "x", "name_for_human": "x", "auth": {"type": "none"},
    "api": {"url": "https://plugin.example/openapi.yaml"}}"#;

/// Names and texts of one kind of document.
#[expect(clippy::disallowed_methods, reason = "the task names the corpus in the environment")]
fn texts(kind: &str) -> Vec<(String, String)> {
    let corpus = std::env::var_os("CORDBOARD_CORPUS").expect("CORDBOARD_CORPUS names the corpus; run `cargo xtask ci`");
    let folder = PathBuf::from(corpus).join("plugin-store").join(kind);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read = |path: PathBuf| {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        (path.file_name().unwrap().to_string_lossy().into_owned(), text)
    };
    entries.map(|entry| read(entry.unwrap().path())).collect()
}

/// What a refusal says; it has to say where, unless it speaks of the whole document.
#[track_caller]
fn check_refusal(name: &str, error: &CompileError) {
    eprintln!("{name}: {error}");
    match error {
        CompileError::Manifest(findings) => check_places(name, findings),
        CompileError::NothingUsable { toolset, .. } => check_places(name, toolset.all_findings()),
        CompileError::Source(_) | CompileError::NotOpenApi(_) => {}
    }
}

#[track_caller]
fn check_places<'finding>(name: &str, findings: impl IntoIterator<Item = &'finding Finding>) {
    for finding in findings {
        assert!(finding.position.is_some(), "{name}: {finding} has no place");
    }
}

#[test]
fn every_manifest_is_read_or_refused_with_its_place() {
    let url = Url::parse("https://plugin.example/.well-known/ai-plugin.json").unwrap();
    let texts = texts("manifests");
    assert_eq!(texts.len(), MANIFESTS);
    let mut read = 0;
    for (name, text) in &texts {
        match read_manifest(&url, text) {
            Ok((_, findings)) => {
                check_places(name, &findings);
                read += 1;
            }
            Err(error) => check_refusal(name, &error),
        }
    }
    eprintln!("manifests: {read} read, {} refused", texts.len() - read);
}

#[test]
fn every_spec_compiles_or_is_refused_with_its_place() {
    let manifest_url = Url::parse("https://plugin.example/.well-known/ai-plugin.json").unwrap();
    let spec_url = Url::parse("https://plugin.example/openapi.yaml").unwrap();
    let texts = texts("specs");
    assert_eq!(texts.len(), SPECS);
    let (mut compiled, mut sum) = (0, [0; 3]);
    for (name, text) in &texts {
        let toolset = Bundle::read(&spec_url, text.as_str())
            .map_err(CompileError::from)
            .and_then(|bundle| Toolset::compile(&manifest_url, MANIFEST, &bundle));
        match toolset {
            Ok(toolset) => {
                compiled += 1;
                sum.iter_mut().zip(toolset.counts()).for_each(|(sum, count)| *sum += count);
                check_places(name, toolset.all_findings());
            }
            Err(error) => check_refusal(name, &error),
        }
    }
    let [ready, degraded, refused] = sum;
    eprintln!("specs: {compiled} compiled, {} refused", texts.len() - compiled);
    eprintln!("operations: {ready} ready, {degraded} degraded, {refused} refused");
    #[expect(clippy::cast_precision_loss, reason = "there are few operations")]
    let share = (ready + degraded) as f64 / (ready + degraded + refused) as f64;
    assert!(share >= GOAL, "{share:.4} of the operations can be used");
}
