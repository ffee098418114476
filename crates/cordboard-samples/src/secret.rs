//! Secrets: made at random, kept as digests, compared without telling by the time how far they agree.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The SHA-256 of a secret, which is all that a server needs to know it again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    /// The digest of a secret.
    pub(crate) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Whether a secret has this digest.
    pub(crate) fn fits(&self, secret: &str) -> bool {
        same(&self.0, &Self::of(secret).0)
    }

    /// The digest as text.
    pub(crate) fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// Random bytes: the only place in the samples that makes any.
#[allow(clippy::disallowed_methods, reason = "the one place where the samples need randomness")]
pub(crate) fn bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}

/// A new secret of 256 bits, in characters that fit everywhere.
pub(crate) fn generate() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// Whether two values of one length are equal, in a time that depends on the length alone.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
