//! `cordboard backup`, `restore` and `export`: everything, or what is one person's, as lines of JSON.

use std::fs::OpenOptions;
use std::path::Path;

use anyhow::{Context as _, bail};
use cordboard_domain::account::{Account, Login};
use cordboard_domain::ports::{Accounts as _, PersonalData as _};
use cordboard_store::Store;
use tokio::io::{BufReader, BufWriter};

use super::Outcome;
use crate::assembly::open_store;
use crate::cli;
use crate::config::Config;
use crate::keys::{KeyPlace, keyring};
use crate::terminal;

pub(crate) async fn backup(arguments: cli::Backup) -> anyhow::Result<Outcome> {
    let config = Config::load(&arguments.common)?;
    let store = existing(&config).await?;
    let file = create(&arguments.file)?;
    let rows = store.backup(&mut BufWriter::new(tokio::fs::File::from_std(file))).await;
    let rows = rows.with_context(|| format!("the backup {} was not finished", arguments.file.display()))?;
    terminal::say(&format!("Wrote {rows} rows to {}", arguments.file.display()));
    let keys = KeyPlace::of(&config, &config.data_dir()?)?.name();
    terminal::note(&format!(
        "Credentials in it are sealed and useless without the keys in {keys}; keep a copy of those elsewhere."
    ));
    Ok(Outcome::Done)
}

/// A new file that only its owner can read, since it holds what people said.
fn create(path: &Path) -> anyhow::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| format!("{} cannot be made; give a file that does not exist", path.display()))
}

pub(crate) async fn restore(arguments: cli::Restore) -> anyhow::Result<Outcome> {
    let file = tokio::fs::File::open(&arguments.file).await;
    let file = file.with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let config = Config::load(&arguments.common)?;
    let store = open_store(&config).await?;
    let rows = store.restore(&mut BufReader::new(file)).await;
    let rows = rows.with_context(|| format!("nothing of {} was restored", arguments.file.display()))?;
    terminal::say(&format!("Restored {rows} rows"));
    if let Err(problem) = keyring(&config, &config.data_dir()?, &store).await {
        terminal::note(&format!("The server will not start yet: {problem:#}."));
    }
    Ok(Outcome::Done)
}

pub(crate) async fn export(arguments: cli::Export) -> anyhow::Result<Outcome> {
    let store = existing(&Config::load(&arguments.common)?).await?;
    let account = person(&store, &arguments.user).await?;
    terminal::say_json(&store.export_person(account.id).await?)?;
    Ok(Outcome::Done)
}

/// The person of a login; the person who runs the server is `owner` too.
pub(super) async fn person(store: &Store, wanted: &str) -> anyhow::Result<Account> {
    let login: Option<Login> = wanted.parse().ok();
    let accounts = store.list_accounts().await?;
    let by_login = accounts.iter().find(|account| login.is_some() && account.login == login);
    let owner = || accounts.iter().find(|account| account.is_owner && wanted == "owner");
    by_login.or_else(owner).cloned().with_context(|| format!("nobody here has the login `{wanted}`"))
}

/// The database, provided that there is one.
pub(super) async fn existing(config: &Config) -> anyhow::Result<Store> {
    if config.database.is_none() {
        let folder = config.data_dir()?;
        if !folder.join("cordboard.db").exists() {
            bail!("there is no database in {}; give --data-dir or --database", folder.display());
        }
    }
    open_store(config).await
}
