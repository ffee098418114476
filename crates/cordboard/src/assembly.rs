//! Puts the parts together: database, guarded client, models, engine, pages.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cordboard_agent::catalogue::access::{Developer, Reviewer};
use cordboard_agent::catalogue::{Catalogue, CatalogueConfig, CataloguePorts, Registered};
use cordboard_agent::engine::{Engine, EngineConfig, Ports};
use cordboard_agent::gathering::Gatherer;
use cordboard_credentials::{AuthorizedDispatch, Keeper, KeeperPorts, Keyring, Sealer};
use cordboard_domain::id::UserId;
use cordboard_domain::origin::is_private;
use cordboard_domain::plugin::{Category, Plugin, Standing};
use cordboard_domain::ports::{Accounts as _, Settings as _};
use cordboard_domain::secret;
use cordboard_domain::time::{Clock as _, SignedDuration};
use cordboard_model::registry::ModelRegistry;
use cordboard_net::guard::Guard;
use cordboard_net::{Dispatcher, GuardedClient, HostHeaders};
use cordboard_store::Store;
use cordboard_web::{App, Doors, LinkCards, Provider, ProviderSettings, Settings};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{Config, secret};
use crate::models;
use crate::system::{SystemClock, SystemEntropy};

const USER_AGENT: &str = concat!("Cordboard/", env!("CARGO_PKG_VERSION"));
/// What ChatGPT gave one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(45);
const EPHEMERAL_SECRET: &str = "ephemeral_id_secret";

/// Everything that the commands work with.
#[derive(Clone)]
pub(crate) struct Assembly {
    pub(crate) store: Arc<Store>,
    pub(crate) engine: Engine,
    pub(crate) catalogue: Catalogue,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) keeper: Keeper,
    client: GuardedClient,
    pub(crate) owner: UserId,
}

impl Assembly {
    /// Puts the parts together around a database. `named` are origins that plugins may have although their addresses
    /// are private: the operator named them.
    pub(crate) async fn new(config: &Config, store: Store, keyring: Keyring, named: &[Url]) -> anyhow::Result<Self> {
        let models = models::registry(config, &config.data_dir()?, &model_client(config)?)?;
        Self::with(config, store, keyring, plugin_client(config, named)?, models).await
    }

    /// The same over a database that vanishes with the process.
    pub(crate) async fn passing(config: &Config, named: &[Url]) -> anyhow::Result<Self> {
        Self::new(config, Store::in_memory().await?, Keyring::passing(&SystemEntropy), named).await
    }

    /// The same without any model, for commands that ask none.
    pub(crate) async fn without_models(
        config: &Config,
        store: Store,
        keyring: Keyring,
        named: &[Url],
    ) -> anyhow::Result<Self> {
        Self::with(config, store, keyring, plugin_client(config, named)?, ModelRegistry::default()).await
    }

    /// The same over a database that vanishes with the process.
    pub(crate) async fn passing_without_models(config: &Config, named: &[Url]) -> anyhow::Result<Self> {
        Self::without_models(config, Store::in_memory().await?, Keyring::passing(&SystemEntropy), named).await
    }

    async fn with(
        config: &Config,
        store: Store,
        keyring: Keyring,
        client: GuardedClient,
        models: ModelRegistry,
    ) -> anyhow::Result<Self> {
        let store = Arc::new(store);
        let clock = Arc::new(SystemClock);
        let entropy = Arc::new(SystemEntropy);
        let headers = HostHeaders::new(ephemeral_secret(&store).await?);
        let owner = store.owner(UserId::generate(&*clock, &*entropy), clock.now()).await?;
        let dispatcher = Dispatcher::new(client.clone(), headers, clock.clone(), CALL_TIMEOUT);
        let sealer = Sealer::new(Arc::new(keyring), entropy.clone());
        let ports = KeeperPorts {
            vault: store.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            client: client.clone(),
        };
        let keeper = Keeper::new(ports, sealer);
        let ports = Ports {
            journal: store.clone(),
            conversations: store.clone(),
            shelf: store.clone(),
            examples: store.clone(),
            installations: store.clone(),
            results: store.clone(),
            dispatch: Arc::new(AuthorizedDispatch::new(keeper.clone(), Arc::new(dispatcher.clone()))),
            credentials: Arc::new(keeper.clone()),
            grants: store.clone(),
            privacy: store.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        };
        let defaults = EngineConfig::default();
        let settings = EngineConfig {
            rule: config.policy,
            listed: config.listed_origins(),
            subdivision: config.subdivision.clone(),
            tool_share: config.tool_share.unwrap_or(defaults.tool_share).clamp(1, 90),
            calls_per_turn: config.calls_per_turn.unwrap_or(defaults.calls_per_turn),
            claim: config.claim_seconds.map_or(defaults.claim, Duration::from_secs),
            ..defaults
        };
        let tool_share = settings.tool_share;
        let engine = Engine::new(ports, models, settings);
        let ports = CataloguePorts {
            shelf: store.clone(),
            examples: store.clone(),
            installations: store.clone(),
            sharing: store.clone(),
            reviews: store.clone(),
            storefront: store.clone(),
            accounts: store.clone(),
            clock,
            entropy,
        };
        let gatherer = Gatherer { documents: Arc::new(client.clone()), listed: config.listed_origins() };
        let defaults = CatalogueConfig::default();
        let minutes = |minutes: u32| SignedDuration::from_mins(minutes.into());
        let rules = CatalogueConfig {
            share_limit: config.share_limit.unwrap_or(defaults.share_limit),
            tool_share,
            look_interval: config.look_minutes.map_or(defaults.look_interval, minutes),
        };
        let catalogue = Catalogue::new(ports, gatherer, engine.clone(), rules);
        Ok(Self { store, engine, catalogue, dispatcher, keeper, client, owner })
    }

    /// The pages over these parts.
    pub(crate) fn app(
        &self,
        config: &Config,
        suggestions: Vec<String>,
        shutdown: CancellationToken,
    ) -> anyhow::Result<App> {
        let defaults = Settings::default();
        Ok(App {
            engine: self.engine.clone(),
            catalogue: self.catalogue.clone(),
            journal: self.store.clone(),
            conversations: self.store.clone(),
            people: self.store.clone(),
            credentials: Arc::new(self.keeper.clone()),
            grants: self.store.clone(),
            privacy: self.store.clone(),
            images: Arc::new(self.client.clone()),
            link_cards: LinkCards::new(Arc::new(self.client.clone())),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            doors: Doors::new(Arc::new(SystemClock)),
            provider: provider(config)?,
            settings: Arc::new(Settings {
                suggestions,
                hosts: hosts(config),
                is_https: config.public_url.as_ref().is_some_and(|url| url.scheme() == "https"),
                most_active: config.most_active.unwrap_or(defaults.most_active).max(1),
                client_address_header: config.client_address_header.clone(),
                place_header: config.subdivision_header.clone(),
                place: config.subdivision.clone(),
            }),
            shutdown,
        })
    }

    /// Lets a plugin that comes with the program into the store, unless it is there in this version.
    pub(crate) async fn vouch(&self, plugin: &Plugin, category: Category) -> anyhow::Result<()> {
        if plugin.standing == Standing::Approved {
            return Ok(());
        }
        let owner = self.store.get_account(self.owner).await?;
        let own = self.catalogue.own(&owner, plugin.id).await?;
        let reason = "It comes with Cordboard.";
        Ok(self.catalogue.vouch(Reviewer::of(&owner)?, &own, category, reason).await?)
    }

    /// Registers the plugin at an address for the owner, or brings it up to date.
    pub(crate) async fn register(&self, address: &str) -> anyhow::Result<Registered> {
        let owner = self.store.get_account(self.owner).await?;
        Ok(self.catalogue.register(Developer::of(&owner)?, address).await?)
    }
}

/// The configured provider of identities with a way to it, on which nothing else lies.
fn provider(config: &Config) -> anyhow::Result<Option<Provider>> {
    let Some(wanted) = &config.provider else { return Ok(None) };
    let whose = "the secret of the provider's client";
    let secret = secret(whose, wanted.secret_env.as_deref(), wanted.secret_file.as_deref())?;
    let settings = ProviderSettings {
        issuer: wanted.issuer.as_str().trim_end_matches('/').to_owned(),
        client_id: wanted.client_id.clone(),
        client_secret: secret.context("`provider` needs `secret_env` or `secret_file`")?,
        name: wanted.name.clone(),
        role: wanted.role,
        email_domains: wanted.email_domains.iter().map(|domain| domain.to_ascii_lowercase()).collect(),
    };
    Ok(Some(Provider { settings, reach: Arc::new(guarded([wanted.issuer.clone()])?) }))
}

/// The names under which the server answers, besides loopback.
fn hosts(config: &Config) -> Vec<String> {
    let public = config.public_url.as_ref().and_then(|url| url.host_str());
    config.hosts.iter().map(String::as_str).chain(public).map(str::to_ascii_lowercase).collect()
}

/// The client for plugins. It knows nothing of the model servers' addresses, so no plugin reaches them.
fn plugin_client(config: &Config, named: &[Url]) -> anyhow::Result<GuardedClient> {
    client(Guard::new(config.allow_origins.iter().chain(named).cloned()).with_listed(config.listed_origins()))
}

/// The client for model servers and the built-in model's file, whose origins the configuration names.
pub(crate) fn model_client(config: &Config) -> anyhow::Result<GuardedClient> {
    let servers = config.models.values().map(|server| server.base_url.clone());
    guarded(servers.chain(config.embedded.url.clone()))
}

fn guarded(origins: impl IntoIterator<Item = Url>) -> anyhow::Result<GuardedClient> {
    client(Guard::new(origins))
}

fn client(guard: Guard) -> anyhow::Result<GuardedClient> {
    GuardedClient::new(guard, USER_AGENT).context("the HTTP client cannot be set up")
}

/// Opens the configured database.
pub(crate) async fn open_store(config: &Config) -> anyhow::Result<Store> {
    match &config.database {
        Some(url) => Ok(Store::postgres(url).await?),
        None => open_file(&config.data_dir()?).await,
    }
}

/// Opens the database file in a folder.
pub(crate) async fn open_file(folder: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(&folder.join("cordboard.db")).await?)
}

/// A secret of this installation, made on first use.
async fn ephemeral_secret(store: &Store) -> anyhow::Result<Vec<u8>> {
    Ok(store.setting_or(EPHEMERAL_SECRET, &secret::generate(&SystemEntropy)).await?.into_bytes())
}

/// The origin of a private address as a person typed it in the terminal, which names it. Public names stay under guard.
pub(crate) fn named_origin(address: &str) -> Option<Url> {
    let text = address.trim();
    let url = if text.contains("://") { Url::parse(text).ok()? } else { Url::parse(&format!("http://{text}")).ok()? };
    (url.has_host() && is_private(&url)).then_some(url)
}
