//! How well search ranks GitHub's 1,223 operations for requests in people's words. See docs/search.md.
#![cfg(feature = "npm")]
#![allow(clippy::print_stderr, reason = "the numbers are what the run is for")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has to fail")]

mod bm25;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bm25::Bm25;
use cordboard_spec::document::bundle::Bundle;
use cordboard_spec::toolset::Toolset;
use cordboard_spec::toolset::operation::Operation;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

const SHA256: &str = "829b4bebb19a53133289f7b0bc819f4f1118115821db2ca9f25e9ee995a7da2a";
const OPERATIONS: usize = 1223;
const TOP: usize = 5;
const GOAL: f64 = 0.9;

#[derive(Deserialize)]
struct Labels {
    request: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    text: String,
    operations: Vec<String>,
    set: Set,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Set {
    Tuning,
    HeldOut,
}

/// What the baseline sees of an operation.
fn text(operation: &Operation) -> String {
    let Operation { operation_id, method, path, summary, description, .. } = operation;
    let mut text = format!("{operation_id} {method} {path} {summary} {description}");
    for argument in &operation.arguments {
        write!(text, " {} {}", argument.name, operation.describe(argument)).unwrap();
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "the task names the packages in the environment")]
fn github() -> Toolset {
    let packages = std::env::var_os("CORDBOARD_NPM").expect("CORDBOARD_NPM names the packages; see docs/search.md");
    let file = PathBuf::from(packages).join("octokit-openapi/package/generated/api.github.com.json");
    let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let digest: String = Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(digest, SHA256, "{} is another version than the labels were made for", file.display());
    let url = Url::parse("https://api.github.com/openapi.json").unwrap();
    let toolset = Toolset::compile_bare(&Bundle::read(&url, String::from_utf8(bytes).unwrap()).unwrap()).unwrap();
    assert_eq!(toolset.operations.len(), OPERATIONS);
    toolset
}

fn labels(operations: &[Operation]) -> Vec<Label> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/github-search.toml");
    let labels: Labels = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    for name in labels.request.iter().flat_map(|label| &label.operations) {
        assert!(operations.iter().any(|operation| operation.operation_id == *name), "{name} is no operation");
    }
    labels.request
}

/// How many requests of a set found their operation at the first place and among the first five.
struct Score {
    requests: f64,
    first: f64,
    top: f64,
}

impl Score {
    fn of<'a>(places: impl Iterator<Item = (&'a Label, Option<usize>)>, set: Option<Set>) -> Self {
        let mut score = Self { requests: 0.0, first: 0.0, top: 0.0 };
        for (_, place) in places.filter(|(label, _)| set.is_none_or(|set| label.set == set)) {
            score.requests += 1.0;
            score.first += f64::from(u8::from(place == Some(0)));
            score.top += f64::from(u8::from(place.is_some_and(|place| place < TOP)));
        }
        score
    }

    fn line(&self) -> String {
        let share = |part: f64| 100.0 * part / self.requests;
        format!("top 1: {:.1} %, top 5: {:.1} % of {}", share(self.first), share(self.top), self.requests)
    }
}

fn place<'a>(found: impl IntoIterator<Item = &'a Operation>, label: &Label) -> Option<usize> {
    found.into_iter().position(|operation| label.operations.contains(&operation.operation_id))
}

/// Whether a set's numbers and misses are shown and checked: all of them, or the tuning half alone while one tunes.
#[expect(clippy::disallowed_methods, reason = "whoever tunes must not see the other half")]
fn shown(set: Option<Set>) -> bool {
    std::env::var_os("CORDBOARD_TUNING").is_none() || set == Some(Set::Tuning)
}

#[test]
fn the_right_operation_is_among_the_first_five() {
    let toolset = github();
    let baseline = Bm25::build(toolset.operations.iter().map(text));
    let labels = labels(&toolset.operations);
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    for label in &labels {
        let found = toolset.search(&label.text, 50);
        let at = place(found.iter().copied(), label);
        if at.is_none_or(|at| at >= TOP) && shown(Some(label.set)) {
            let names: Vec<&str> = found.iter().take(TOP).map(|operation| operation.operation_id.as_str()).collect();
            eprintln!("{}\n    wanted {:?} at {at:?}\n    found {names:?}", label.text, label.operations);
        }
        ours.push(at);
        let found = baseline.search(&label.text, 50);
        plain.push(place(found.into_iter().map(|position| &toolset.operations[position]), label));
    }
    for (name, set) in [("tuning", Some(Set::Tuning)), ("held-out", Some(Set::HeldOut)), ("all", None)] {
        if !shown(set) {
            continue;
        }
        let score = Score::of(labels.iter().zip(ours.iter().copied()), set);
        let before = Score::of(labels.iter().zip(plain.iter().copied()), set);
        eprintln!("{name:9} search {}\n          BM25   {}", score.line(), before.line());
        assert!(score.top >= GOAL * score.requests, "{name}: {}", score.line());
    }
}

#[test]
fn building_and_searching_are_fast() {
    let toolset = github();
    let labels = labels(&toolset.operations);
    let start = Instant::now();
    toolset.search("", TOP);
    let built = start.elapsed();
    let mut times: Vec<_> = labels
        .iter()
        .map(|label| {
            let start = Instant::now();
            assert!(!toolset.search(&label.text, TOP).is_empty());
            start.elapsed()
        })
        .collect();
    times.sort();
    eprintln!("built in {built:?}; a search p50 {:?}, longest {:?}", times[times.len() / 2], times[times.len() - 1]);
}
