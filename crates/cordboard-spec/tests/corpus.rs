//! Real manifests and specs, where the machine has them: nothing panics, and what is refused says why.
#![cfg(feature = "corpus")]
#![allow(clippy::print_stderr, reason = "the counts are what the run is for")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use std::fs;
use std::path::PathBuf;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::toolset::{CompileError, Toolset, read_manifest};
use url::Url;

#[expect(clippy::disallowed_methods, reason = "the task names the corpus in the environment")]
fn folder(name: &str) -> Vec<PathBuf> {
    let corpus = std::env::var_os("CORDBOARD_CORPUS").expect("CORDBOARD_CORPUS names the corpus; run `cargo xtask ci`");
    let folder = PathBuf::from(corpus).join("plugin-store").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path()).collect()
}

const MANIFEST: &str = r#"{"name_for_model": "x", "name_for_human": "x", "auth": {"type": "none"},
    "api": {"url": "https://plugin.example/openapi.yaml"}}"#;

#[test]
fn every_manifest_is_read_or_refused_with_a_reason() {
    let url = Url::parse("https://plugin.example/.well-known/ai-plugin.json").unwrap();
    let (mut read, mut refused) = (0, 0);
    for path in folder("manifests") {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        match read_manifest(&url, &text) {
            Ok(_) => read += 1,
            Err(problem) => {
                eprintln!("{}: {problem}", path.display());
                refused += 1;
            }
        }
    }
    eprintln!("manifests: {read} read, {refused} refused");
    assert!(read > 10 * refused, "{read} read, {refused} refused");
}

#[test]
fn every_spec_compiles_or_is_refused_with_a_reason() {
    let manifest_url = Url::parse("https://plugin.example/.well-known/ai-plugin.json").unwrap();
    let spec_url = Url::parse("https://plugin.example/openapi.yaml").unwrap();
    let (mut compiled, mut refused, mut operations, mut unusable) = (0, 0, 0, 0);
    for path in folder("specs") {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let compiled_one = Bundle::read(&spec_url, text)
            .map_err(CompileError::from)
            .and_then(|bundle| Toolset::compile(&manifest_url, MANIFEST, &bundle));
        match compiled_one {
            Ok(toolset) => {
                compiled += 1;
                operations += toolset.operations.len();
                unusable += toolset.refused.len();
                for finding in toolset.all_findings() {
                    eprintln!("{}: {finding}", path.file_name().unwrap().display());
                }
            }
            Err(problem) => {
                eprintln!("{}: {problem}", path.display());
                refused += 1;
            }
        }
    }
    eprintln!("specs: {compiled} compiled, {refused} refused; operations: {operations} usable, {unusable} not");
    assert!(compiled > 10 * refused, "{compiled} compiled, {refused} refused");
}
