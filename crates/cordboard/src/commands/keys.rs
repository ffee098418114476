//! `cordboard keys`: the keys that seal credentials.

use std::sync::Arc;

use anyhow::bail;
use cordboard_credentials::{Resealed, Sealer, Unopened};
use cordboard_domain::ports::Vault as _;

use super::Outcome;
use super::backup::existing;
use crate::cli;
use crate::config::Config;
use crate::keys::{KeyPlace, keyring};
use crate::system::SystemEntropy;
use crate::terminal;

pub(crate) async fn run(arguments: cli::Keys) -> anyhow::Result<Outcome> {
    match arguments.command {
        cli::KeysCommand::List { common } => list(&common).await,
        cli::KeysCommand::Rotate { common } => rotate(&common).await,
        cli::KeysCommand::Retire { common, name } => retire(&common, &name).await,
        cli::KeysCommand::ForgetLost { common } => forget_lost(&common).await,
    }
}

async fn list(common: &cli::Common) -> anyhow::Result<Outcome> {
    let config = Config::load(common)?;
    let store = existing(&config).await?;
    let keys = keyring(&config, &config.data_dir()?, &store).await?;
    terminal::note(&format!("in {}", KeyPlace::of(&config, &config.data_dir()?)?.name()));
    for name in keys.names() {
        terminal::say(&if name == keys.active() { format!("{name}  seals") } else { format!("{name}  only opens") });
    }
    Ok(Outcome::Done)
}

/// Makes a new key, where keys are made here, and seals everything with the last one. Servers go on meanwhile: they open
/// with both.
async fn rotate(common: &cli::Common) -> anyhow::Result<Outcome> {
    let config = Config::load(common)?;
    let store = existing(&config).await?;
    let keys = Arc::new(keyring(&config, &config.data_dir()?, &store).await?);
    let before = keys.active();
    let added = if keys.is_fixed() { None } else { Some(keys.add(&SystemEntropy)?) };
    let Resealed { count, unopened } = Sealer::new(keys, Arc::new(SystemEntropy)).reseal_all(&store).await?;
    terminal::say(&match added {
        Some(name) => format!(
            "{name} seals from now on; {count} secrets were sealed anew.\nKeep `{before}` as long as there are backups that \
             need it, then: cordboard keys retire {before}"
        ),
        None => format!(
            "{count} secrets were sealed anew with {before}, the last key in {place}. To go over to another one, add it there \
             as the last, restart every server, and run this again.",
            place = KeyPlace::of(&config, &config.data_dir()?)?.name()
        ),
    });
    Ok(told(&unopened))
}

/// Names what did not open, and what to do about it.
fn told(unopened: &[Unopened]) -> Outcome {
    if unopened.is_empty() {
        return Outcome::Done;
    }
    for Unopened { table, row, problem } in unopened {
        terminal::note(&format!("{table} {row} was left as it is: {problem}"));
    }
    terminal::note(
        "Restore a backup that has them whole, or give them up with `cordboard keys forget-lost`: people then connect again, \
         and developers give their keys and clients again.",
    );
    Outcome::NotRight
}

async fn retire(common: &cli::Common, name: &str) -> anyhow::Result<Outcome> {
    let config = Config::load(common)?;
    let store = existing(&config).await?;
    let keys = keyring(&config, &config.data_dir()?, &store).await?;
    let others = store.list_sealed_otherwise(&keys.active(), u32::MAX >> 1).await?;
    let count = others.iter().filter(|place| place.secret.key == name).count();
    if count > 0 {
        bail!(
            "{count} secrets still need the key `{name}`; run `cordboard keys rotate` first. What that cannot open, \
             `cordboard keys forget-lost` removes"
        );
    }
    keys.retire(name)?;
    terminal::say(&format!("{name} is gone; backups that were made with it cannot be opened any more."));
    Ok(Outcome::Done)
}

/// Goes on without keys that are lost for good.
async fn forget_lost(common: &cli::Common) -> anyhow::Result<Outcome> {
    let config = Config::load(common)?;
    let store = existing(&config).await?;
    let keys = Arc::new(KeyPlace::of(&config, &config.data_dir()?)?.open()?);
    let count = Sealer::new(keys, Arc::new(SystemEntropy)).forget_lost(&store).await?;
    terminal::say(&format!(
        "Secrets that no key opens are forgotten: {count}. People connect again where a chat asks them; developers give their \
         keys and clients again on their plugins' pages."
    ));
    Ok(Outcome::Done)
}
