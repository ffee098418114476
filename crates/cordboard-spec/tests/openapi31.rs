//! Small documents, one notion of OpenAPI 3.1 each. Those in `pass` begin with the operations that they give, those in `fail`
//! with what is found in them: severity, code, pointer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

use std::fs;
use std::path::Path;

use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::document::finding::Finding;
use cordboard_spec::toolset::operation::Operation;
use cordboard_spec::toolset::{CompileError, Toolset};
use url::Url;

const SERVER: &str = "https://served.example";

/// What a document comes to, its operations and its findings; a description without operations has findings alone.
fn compile(text: &str) -> (Vec<Operation>, Vec<Finding>) {
    let address = Url::parse(SERVER).unwrap().join("/openapi.yaml").unwrap();
    match Toolset::compile_bare(&Bundle::read(&address, text).unwrap()) {
        Ok(toolset) => {
            let findings = toolset.all_findings().cloned().collect();
            (toolset.operations, findings)
        }
        Err(CompileError::NothingUsable { toolset, .. }) => (Vec::new(), toolset.all_findings().cloned().collect()),
        Err(other) => panic!("{other}"),
    }
}

/// Name, arguments and server of an operation, as the documents write them.
fn shown(operation: &Operation) -> String {
    let names: Vec<&str> = operation.arguments.iter().map(|argument| argument.name.as_str()).collect();
    let arguments = if names.is_empty() { String::new() } else { format!("({})", names.join(",")) };
    let server = if operation.server == SERVER { String::new() } else { format!("@{}", operation.server) };
    format!("{}{arguments}{server}", operation.name)
}

/// Every document of a folder with its name and what its first line expects.
fn each(folder: &str, check: impl Fn(&str, &str, &str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi31").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 20);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let expected = text.lines().next().unwrap().trim_start_matches('#').trim();
        check(&path.file_name().unwrap().to_string_lossy(), expected, &text);
    }
}

#[test]
fn what_the_specification_allows_gives_the_expected_operations() {
    each("pass", |name, expected, text| {
        let (operations, findings) = compile(text);
        let operations: Vec<String> = operations.iter().map(shown).collect();
        assert_eq!(operations.join(","), expected, "{name}");
        let wrong: Vec<&Finding> = findings.iter().filter(|finding| finding.code != "missing-paths").collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    });
}

#[test]
fn what_the_specification_forbids_is_found_with_its_place() {
    each("fail", |name, expected, text| {
        let (_, findings) = compile(text);
        let place = |pointer: &str| if pointer.is_empty() { "/".to_owned() } else { pointer.to_owned() };
        let found: Vec<String> = findings
            .iter()
            .map(|finding| format!("{} {} {}", finding.severity, finding.code, place(&finding.pointer)))
            .collect();
        assert_eq!(found, [expected], "{name}");
        assert!(findings.iter().all(|finding| finding.position.is_some()), "{name}");
    });
}
