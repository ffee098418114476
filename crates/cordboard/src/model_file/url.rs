//! Fetches the file from an address that the operator configured, going on where an earlier attempt broke off.

use std::path::Path;

use anyhow::Context as _;
use cordboard_net::GuardedClient;
use futures::StreamExt as _;
use tokio::fs::{self, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use crate::terminal;

pub(crate) async fn fetch(client: &GuardedClient, address: &Url, part: &Path) -> anyhow::Result<()> {
    let have = fs::metadata(part).await.map_or(0, |found| found.len());
    let mut download = client
        .download(address.as_str(), have)
        .await
        .with_context(|| format!("The built-in model cannot be fetched from {address}; check `embedded.url`"))?;
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .append(download.offset > 0)
        .truncate(download.offset == 0)
        .open(part)
        .await
        .with_context(|| format!("{} cannot be written", part.display()))?;
    let total = download.offset + download.remaining.unwrap_or(0);
    let bar = terminal::byte_bar("Fetching the built-in model", total);
    bar.set_position(download.offset);
    while let Some(piece) = download.pieces.next().await {
        let piece = piece.context("The fetch broke off; start again and it goes on from there")?;
        file.write_all(&piece).await.context("The model file cannot be written; is the disk full?")?;
        bar.inc(piece.len() as u64);
    }
    file.sync_all().await.context("The model file cannot be written; is the disk full?")?;
    bar.finish_and_clear();
    Ok(())
}
