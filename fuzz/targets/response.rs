//! Of any response the model sees at most what was agreed.
#![no_main]

use cordboard_spec::response;
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 500;

fuzz_target!(|body: &str| {
    assert!(response::view(body, LIMIT).text.chars().count() <= LIMIT);
});
