//! Secrets that Cordboard hands out, and what is stored of them.

use sha2::{Digest as _, Sha256};

use crate::plugin::hex;
use crate::time::Entropy;

/// SHA-256 of a secret in lower-case hexadecimal; the secret itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenDigest(pub String);

impl TokenDigest {
    pub fn of(secret: &str) -> Self {
        Self(hex(&Sha256::digest(secret)))
    }
}

/// 256 unpredictable bits in lower-case hexadecimal: 64 characters.
pub fn generate(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    hex(&bytes)
}
