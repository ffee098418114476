//! Streams after each server's habits: `tests/dialects/<name>.sse` must give the events of `<name>.expected`, whatever
//! the pieces in which the bytes arrive.

use std::fs;
use std::path::{Path, PathBuf};

use cordboard_model::chat::{Message, ModelRequest};

use crate::server::{FakeServer, Reply, ask, config, render};

fn request() -> ModelRequest {
    let messages = vec![Message::User { text: "Go".to_owned() }];
    ModelRequest { system: String::new(), messages, tools: Vec::new(), setting: None }
}

fn streams() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects");
    let entries = fs::read_dir(folder).expect("the folder of dialects").map(|entry| entry.expect("an entry").path());
    let mut streams: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "sse")).collect();
    streams.sort();
    streams
}

fn read(body: &[u8], piece: usize) -> String {
    let server = FakeServer::new([Reply::Answer { status: 200, body: body.to_vec(), piece }]);
    render(&ask(&server.model(config()), request()))
}

#[test]
fn every_dialect_gives_its_events() {
    let streams = streams();
    assert!(streams.len() >= 20, "the recorded streams are missing");
    for path in streams {
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(read(&fs::read(&path).unwrap(), usize::MAX), expected, "{}", path.display());
    }
}

#[test]
fn cuts_change_nothing() {
    for path in streams() {
        let body = fs::read(&path).unwrap();
        let whole = read(&body, usize::MAX);
        // Every size that cuts within a line; beyond that, sizes that drift over all positions.
        for piece in (1..=128).chain((129..=body.len()).step_by(1 + body.len() / 100)) {
            assert_eq!(read(&body, piece), whole, "{} in pieces of {piece} bytes", path.display());
        }
    }
}

#[test]
fn no_cut_end_places_a_call_that_is_not_whole() {
    for path in streams() {
        let body = fs::read(&path).unwrap();
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        for end in (0..body.len()).step_by(1 + body.len() / 2000) {
            for line in read(&body[..end], usize::MAX).lines().filter(|line| line.starts_with("call ")) {
                assert!(expected.lines().any(|each| each == line), "{} cut at {end}: {line}", path.display());
            }
        }
    }
}
