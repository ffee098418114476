//! The keys that seal credentials: from the configuration, the environment, the service manager, or the data folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use cordboard_credentials::{Keyring, Sealer};
use cordboard_domain::ports::Vault;

use crate::config::Config;
use crate::system::SystemEntropy;

const VARIABLE: &str = "CORDBOARD_KEYS";
/// Where systemd puts what `LoadCredential=` and `LoadCredentialEncrypted=` name.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
const CREDENTIAL: &str = "cordboard-keys";
const FILE: &str = "cordboard.keys";
const LOST: &str =
    "If it is lost for good, `cordboard keys forget-lost` removes what it sealed, and people have to connect again";

/// Where the keys of an installation are.
pub(crate) enum KeyPlace {
    File(PathBuf),
    /// With the text that was found there.
    Given {
        place: String,
        text: String,
    },
}

impl KeyPlace {
    /// The place that the operator chose, or the file beside the database.
    #[expect(clippy::disallowed_methods, reason = "keys may come from the environment")]
    pub(crate) fn of(config: &Config, folder: &Path) -> anyhow::Result<Self> {
        if let Some(file) = &config.key_file {
            return Ok(Self::File(file.clone()));
        }
        if let Ok(text) = std::env::var(VARIABLE) {
            // One line is easier to write into an environment.
            let place = format!("the environment variable {VARIABLE}");
            return Ok(Self::Given { place, text: text.replace([',', ';'], "\n") });
        }
        let credential = std::env::var_os(CREDENTIALS).map(|folder| PathBuf::from(folder).join(CREDENTIAL));
        if let Some(path) = credential.filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&path).context("the service manager's credential cannot be read")?;
            return Ok(Self::Given { place: format!("the credential {CREDENTIAL}"), text });
        }
        Ok(Self::File(folder.join(FILE)))
    }

    pub(crate) fn open(&self) -> anyhow::Result<Keyring> {
        match self {
            Self::File(path) => Ok(Keyring::open(path, &SystemEntropy)?),
            Self::Given { place, text } => Ok(Keyring::parse(place, text)?),
        }
    }

    /// What people call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Given { place, .. } => place.clone(),
        }
    }
}

/// The installation's keys, which must be those of its database.
pub(crate) async fn keyring(config: &Config, folder: &Path, vault: &dyn Vault) -> anyhow::Result<Keyring> {
    let place = KeyPlace::of(config, folder)?;
    let keyring = place.open()?;
    let names = keyring.names();
    let others = vault.list_sealed_otherwise(&keyring.active(), 1).await?;
    if let Some(other) = others.iter().find(|other| !names.contains(&other.secret.key)) {
        bail!(
            "the credentials in the database are sealed with the key `{}`, which is not in {}. Give Cordboard the key file \
             that belongs to this database (`key_file` in cordboard.toml, or {VARIABLE}). {LOST}",
            other.secret.key,
            place.name()
        );
    }
    let sealer = Sealer::new(Arc::new(place.open()?), Arc::new(SystemEntropy));
    if !sealer.fits(vault).await? {
        bail!(
            "no credential in the database opens with the keys in {}, though their names are right: the file has other keys \
             under these names. Give Cordboard the key file that belongs to this database (`key_file` in cordboard.toml, or \
             {VARIABLE}). {LOST}",
            place.name()
        );
    }
    Ok(keyring)
}
