//! How an operation is called, as a digest: a standing permission holds for this and nothing else.

use cordboard_domain::plugin::hex;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::toolset::operation::Operation;

/// SHA-256 over method, server, path, arguments and body, in lower-case hexadecimal.
pub fn contract(operation: &Operation) -> String {
    let Operation { method, server, path, parameters, arguments, body, fixed_query, .. } = operation;
    let whole = json!([method, server, path, parameters, arguments, body, fixed_query]);
    hex(&Sha256::digest(whole.to_string()))
}
