//! The digest of a file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use cordboard_domain::plugin::hex;
use sha2::{Digest, Sha256};

/// SHA-256 in lower-case hexadecimal.
pub(crate) async fn sha256(path: &Path) -> anyhow::Result<String> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || digest(&path)).await?
}

fn digest(path: &Path) -> anyhow::Result<String> {
    let mut file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer).with_context(|| format!("{} cannot be read", path.display()))?;
        if count == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..count]);
    }
}
