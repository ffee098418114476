//! Of any response the model sees at most what was agreed, and whatever it then asks of the rest is answered within bounds.
#![no_main]

use cordboard_domain::call::Method;
use cordboard_spec::response::query::{self, Query};
use cordboard_spec::response::{self, Envelope};
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 500;
const TYPES: [&str; 4] = ["application/json", "text/html; charset=latin1", "application/x-ndjson", ""];

fuzz_target!(|bytes: &[u8]| {
    let content_type = TYPES[bytes.first().map_or(0, |first| usize::from(*first)) % TYPES.len()];
    let envelope = Envelope { content_type, status: 200, method: Method::Get, truncated: false };
    let reading = response::read(bytes.to_vec(), envelope);
    assert!(response::view(&reading.body, LIMIT).text.chars().count() <= LIMIT);
    let path = Some(String::from_utf8_lossy(bytes).chars().take(40).collect());
    let asked = Query { path, offset: 1, limit: Some(2), search: None };
    let _ = query::answer(&reading.body, &asked, LIMIT);
});
