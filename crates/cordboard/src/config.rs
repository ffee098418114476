//! `cordboard.toml`: what the operator decides. Flags and environment variables win over it.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use cordboard_domain::account::Role;
use cordboard_domain::origin::ListedOrigins;
use cordboard_domain::policy::OperatorRule;
use serde::Deserialize;
use url::Url;

use crate::cli::Common;

const DEFAULT_FILE: &str = "cordboard.toml";

/// The whole file. Unknown keys are errors, so that a typing mistake does not go unnoticed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) data_dir: Option<PathBuf>,
    /// A PostgreSQL URL; without one, a SQLite file in `data_dir`.
    pub(crate) database: Option<String>,
    /// The keys that seal credentials; without one, a file in `data_dir`. Several servers need the same.
    pub(crate) key_file: Option<PathBuf>,
    /// Where browsers reach the server, such as `https://chat.example`.
    pub(crate) public_url: Option<Url>,
    /// The header in which the operator's own proxy tells the client's address, such as `x-forwarded-for`.
    pub(crate) client_address_header: Option<String>,
    /// An OpenID Connect provider through which people may sign in.
    pub(crate) provider: Option<Provider>,
    /// How long a server's turns stay its own when it is not heard of, in seconds.
    pub(crate) claim_seconds: Option<u64>,
    /// Host names under which people reach the server.
    pub(crate) hosts: Vec<String>,
    /// Origins with private addresses that plugins may have.
    pub(crate) allow_origins: Vec<Url>,
    /// By the origin where a plugin lives: the private origins that it may call beside its own.
    pub(crate) private_origins: BTreeMap<Url, Vec<Url>>,
    /// ISO 3166-2, such as `US-CA`; sent to plugins when set.
    pub(crate) subdivision: Option<String>,
    /// The header in which a proxy tells where the client is.
    pub(crate) subdivision_header: Option<String>,
    pub(crate) policy: OperatorRule,
    pub(crate) calls_per_turn: Option<u32>,
    /// How many percent of a model's window the plugins may take.
    pub(crate) tool_share: Option<u32>,
    /// How many plugins may be active in one conversation.
    pub(crate) most_active: Option<usize>,
    /// With how many people a plugin that is not in the store may be shared.
    pub(crate) share_limit: Option<u32>,
    /// How often Cordboard looks by itself whether plugins changed, in minutes.
    pub(crate) look_minutes: Option<u32>,
    pub(crate) embedded: Embedded,
    /// By id; the first in the order of the ids is the default, before the built-in one.
    pub(crate) models: BTreeMap<String, Server>,
}

/// Where the built-in model's file comes from.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Embedded {
    pub(crate) model_file: Option<PathBuf>,
    pub(crate) url: Option<Url>,
    /// Of the file at `url`, in hexadecimal.
    pub(crate) sha256: Option<String>,
}

/// An OpenID Connect provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// Word for word as in the provider's tokens.
    pub(crate) issuer: Url,
    pub(crate) client_id: String,
    /// The environment variable that holds the client's secret.
    pub(crate) secret_env: Option<String>,
    /// The file that holds it.
    pub(crate) secret_file: Option<PathBuf>,
    /// As people know the provider.
    pub(crate) name: String,
    /// What somebody becomes who signs in for the first time.
    #[serde(default = "default_role")]
    pub(crate) role: Role,
    /// Where there are some, only verified addresses of these domains are let in.
    #[serde(default)]
    pub(crate) email_domains: Vec<String>,
}

fn default_role() -> Role {
    Role::User
}

/// A server that speaks the OpenAI chat completions protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) name: Option<String>,
    /// Usually ends in `/v1`.
    pub(crate) base_url: Url,
    /// The model's name at that server.
    pub(crate) model: String,
    /// The environment variable that holds the key.
    pub(crate) key_env: Option<String>,
    /// The file that holds the key.
    pub(crate) key_file: Option<PathBuf>,
    #[serde(default = "default_context")]
    pub(crate) context_tokens: u32,
    /// Whether the server takes JSON Schema tools.
    #[serde(default = "default_tools")]
    pub(crate) tools: bool,
}

fn default_context() -> u32 {
    8192
}

fn default_tools() -> bool {
    true
}

impl Config {
    /// Reads the file that the person named, or the one in the present folder if it exists, and lays the flags over it.
    pub(crate) fn load(common: &Common) -> anyhow::Result<Self> {
        let mut config = match &common.config {
            Some(path) => Self::read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => Self::read(Path::new(DEFAULT_FILE))?,
            None => Self::default(),
        };
        for text in &common.allow_origins {
            let url = Url::parse(text).with_context(|| {
                format!("--allow-origin wants an origin such as http://localhost:5003, not `{text}`")
            })?;
            config.allow_origins.push(url);
        }
        if let Some(folder) = &common.data_dir {
            config.data_dir = Some(folder.clone());
        }
        if let Some(url) = &common.database {
            config.database = Some(url.clone());
        }
        if let Some(file) = &common.model_file {
            config.embedded.model_file = Some(file.clone());
        }
        config.check()?;
        Ok(config)
    }

    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
        toml::from_str(&text).with_context(|| format!("the configuration file {} is not right", path.display()))
    }

    fn check(&self) -> anyhow::Result<()> {
        if let Some(code) = &self.subdivision
            && !is_subdivision(code)
        {
            bail!("`subdivision` must look like US-CA (ISO 3166-2), not `{code}`");
        }
        if let Some(url) = &self.public_url
            && !matches!(url.scheme(), "http" | "https")
        {
            bail!("`public_url` must look like https://chat.example, not `{url}`");
        }
        for origin in
            self.allow_origins.iter().chain(self.private_origins.keys()).chain(self.private_origins.values().flatten())
        {
            if !matches!(origin.scheme(), "http" | "https") {
                bail!("`{origin}` is not an origin; write one such as http://localhost:5003");
            }
        }
        if self.claim_seconds == Some(0) {
            bail!("`claim_seconds` must be at least 1");
        }
        if self.look_minutes == Some(0) {
            bail!("`look_minutes` must be at least 1");
        }
        if self.embedded.url.is_some() != self.embedded.sha256.is_some() {
            bail!("`embedded.url` and `embedded.sha256` belong together; give both");
        }
        Ok(())
    }

    /// The private origins that plugins may call beside their own.
    pub(crate) fn listed_origins(&self) -> ListedOrigins {
        ListedOrigins::new(self.private_origins.clone())
    }

    /// The folder for the database and the model's file, made if it is missing.
    pub(crate) fn data_dir(&self) -> anyhow::Result<PathBuf> {
        let folder = match &self.data_dir {
            Some(folder) => folder.clone(),
            None => dirs::data_dir().context("there is no home folder; give --data-dir")?.join("cordboard"),
        };
        fs::create_dir_all(&folder).with_context(|| {
            format!("the folder {} cannot be made; choose another one with --data-dir", folder.display())
        })?;
        Ok(folder)
    }
}

/// A secret from the environment or from a file; never from the configuration itself. `whose` is for messages.
#[expect(clippy::disallowed_methods, reason = "the operator names the variable that holds the secret")]
pub(crate) fn secret(whose: &str, variable: Option<&str>, file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let secret = match (variable, file) {
        (Some(name), _) => {
            std::env::var(name).with_context(|| format!("{whose} is wanted in the environment variable {name}"))?
        }
        (None, Some(path)) => {
            fs::read_to_string(path).with_context(|| format!("{whose} cannot be read from {}", path.display()))?
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(secret.trim().to_owned()))
}

fn is_subdivision(code: &str) -> bool {
    let Some((country, part)) = code.split_once('-') else { return false };
    country.len() == 2
        && country.chars().all(|letter| letter.is_ascii_uppercase())
        && (1..=3).contains(&part.len())
        && part.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_understood() {
        let config: Config = toml::from_str(
            "listen = '127.0.0.1:9000'\nsubdivision = 'US-CA'\npolicy = 'always_ask'\n\
             allow_origins = ['http://localhost:5003']\n\
             [private_origins]\n'https://shop.example' = ['http://10.0.0.7:8080']\n\
             [models.big]\nbase_url = 'https://models.example/v1'\nmodel = 'm'\nkey_env = 'KEY'\n",
        )
        .unwrap();
        config.check().unwrap();
        assert_eq!(config.policy, OperatorRule::AlwaysAsk);
        assert!(config.models["big"].tools);
        let listed = config.listed_origins();
        assert_eq!(listed.of(&Url::parse("https://shop.example/x").unwrap()).len(), 1);
    }

    #[test]
    fn the_documentation_names_every_key() {
        let text = include_str!("../../../docs/configuration.md");
        let (_, rest) = text.split_once("```toml\n").unwrap();
        let file = rest.split("```").next().unwrap();
        toml::from_str::<Config>(file).unwrap().check().unwrap();
        for table in ["", "[provider]\n", "[embedded]\n", "[models.m]\n"] {
            let error = toml::from_str::<Config>(&format!("{table}nothing = 1\n")).unwrap_err().to_string();
            let (_, keys) = error.split_once("expected").expect("the error lists the keys");
            for key in keys.split('`').skip(1).step_by(2) {
                assert!(file.contains(key), "{table}{key}");
            }
        }
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        let error = toml::from_str::<Config>("listen = '127.0.0.1:9000'\nlisten_on = 1\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("listen_on"), "{error}");
        for code in ["us-ca", "US", "USA-CA", "US-CALI", "US-"] {
            assert!(!is_subdivision(code), "{code}");
        }
        assert!(is_subdivision("GB-ENG"));
    }
}
