//! The application as a test uses it: in the process, and over HTTP with a signed-in person.

use std::future::IntoFuture as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use cordboard_agent::catalogue::access::Developer;
use cordboard_agent::catalogue::{Catalogue, CatalogueConfig, CataloguePorts};
use cordboard_agent::engine::{Engine, EngineConfig, Ports, turns_from};
use cordboard_agent::gathering::Gatherer;
use cordboard_credentials::{AuthorizedDispatch, Keeper, KeeperPorts, Keyring, Sealer};
use cordboard_domain::account::{Account, NewAccount, Role};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::event::RecordedEvent;
use cordboard_domain::id::{ConversationId, ModelId, TurnId, UserId};
use cordboard_domain::plugin::Plugin;
use cordboard_domain::ports::{Accounts as _, Conversations as _, Journal as _};
use cordboard_domain::time::Clock as _;
use cordboard_domain::turn::Turn;
use cordboard_model::chat::ChatModel;
use cordboard_model::registry::ModelRegistry;
use cordboard_model::scripted::{ScriptStep, ScriptedModel};
use cordboard_net::guard::Guard;
use cordboard_net::{Dispatcher, GuardedClient, HostHeaders};
use cordboard_store::Store;
use cordboard_web::{
    App, Doors, Invitee, LinkCards, Provider, ProviderSettings, Settings, invitation_link, router, sign_in_link,
};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::plugin::FakePlugin;
use crate::system::{CountingEntropy, ManualClock};

/// How a test wants its application.
pub struct TestBuilder {
    rounds: Vec<Vec<ScriptStep>>,
    config: EngineConfig,
    call_timeout: Duration,
    store: Option<Store>,
    settings: Settings,
    provider: Option<ProviderSettings>,
}

/// A whole application with one fake plugin that is installed but not active.
pub struct TestApp {
    pub engine: Engine,
    pub store: Arc<Store>,
    pub catalogue: Catalogue,
    pub plugin: FakePlugin,
    pub model: Arc<ScriptedModel>,
    pub clock: Arc<ManualClock>,
    pub owner: UserId,
    app: App,
}

impl TestBuilder {
    /// What the model says, round by round.
    pub fn new(rounds: Vec<Vec<ScriptStep>>) -> Self {
        Self {
            rounds,
            config: EngineConfig::default(),
            call_timeout: Duration::from_secs(45),
            store: None,
            settings: Settings::default(),
            provider: None,
        }
    }

    /// Other rules of the operator.
    #[must_use]
    pub fn config(mut self, config: EngineConfig) -> Self {
        self.config = config;
        self
    }

    /// Another time for one call.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// A store that outlives the application, as after a restart.
    #[must_use]
    pub fn store(mut self, store: Store) -> Self {
        self.store = Some(store);
        self
    }

    /// Other decisions of the operator about the pages.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// A provider that vouches for people.
    #[must_use]
    pub fn provider(mut self, provider: ProviderSettings) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Starts the application and its plugin.
    pub async fn start(self) -> TestApp {
        let plugin = FakePlugin::start().await;
        self.start_with(plugin).await
    }

    /// Starts the application around a plugin that runs already.
    pub async fn start_with(self, plugin: FakePlugin) -> TestApp {
        let store = match self.store {
            Some(store) => store,
            None => Store::in_memory().await.expect("a database in memory"),
        };
        let store = Arc::new(store);
        let clock = Arc::new(ManualClock::default());
        let entropy = Arc::new(CountingEntropy::default());
        let origin = Url::parse(plugin.origin()).expect("a valid origin");
        let client = GuardedClient::new(Guard::new([origin]).with_listed(self.config.listed.clone()), "Cordboard/test")
            .expect("a client");
        let headers = HostHeaders::new(vec![7; 32]);
        let ports = KeeperPorts {
            vault: store.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            client: client.clone(),
        };
        let keys = format!("test {}", "11".repeat(32));
        let keyring = Arc::new(Keyring::parse("test", &keys).expect("a key"));
        let keeper = Keeper::new(ports, Sealer::new(keyring, entropy.clone()));
        let dispatcher = Dispatcher::new(client.clone(), headers, clock.clone(), self.call_timeout);
        let ports = Ports {
            journal: store.clone(),
            conversations: store.clone(),
            shelf: store.clone(),
            examples: store.clone(),
            installations: store.clone(),
            results: store.clone(),
            dispatch: Arc::new(AuthorizedDispatch::new(keeper.clone(), Arc::new(dispatcher))),
            credentials: Arc::new(keeper.clone()),
            grants: store.clone(),
            privacy: store.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        };
        let model = Arc::new(ScriptedModel::new(self.rounds));
        let models: Vec<Arc<dyn ChatModel>> = vec![model.clone()];
        let listed = self.config.listed.clone();
        let engine = Engine::new(ports, ModelRegistry::new(models), self.config);
        let ports = CataloguePorts {
            shelf: store.clone(),
            examples: store.clone(),
            installations: store.clone(),
            sharing: store.clone(),
            reviews: store.clone(),
            storefront: store.clone(),
            accounts: store.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        };
        let gatherer = Gatherer { documents: Arc::new(client.clone()), listed };
        let catalogue = Catalogue::new(ports, gatherer, engine.clone(), CatalogueConfig::default());
        let owner = store.owner(UserId::generate(&*clock, &*entropy), clock.now()).await.expect("an owner");
        let suggestions = vec!["What is on my list?".to_owned()];
        let app = App {
            engine: engine.clone(),
            catalogue: catalogue.clone(),
            journal: store.clone(),
            conversations: store.clone(),
            people: store.clone(),
            credentials: Arc::new(keeper),
            grants: store.clone(),
            privacy: store.clone(),
            images: Arc::new(client.clone()),
            link_cards: LinkCards::new(Arc::new(client)),
            clock: clock.clone(),
            entropy,
            doors: Doors::new(clock.clone()),
            provider: self.provider.map(provider),
            settings: Arc::new(Settings { suggestions, ..self.settings }),
            shutdown: CancellationToken::new(),
        };
        TestApp { engine, store, catalogue, plugin, model, clock, owner, app }
    }
}

/// The provider with a client of its own, which knows the provider's origin and no plugin's.
fn provider(settings: ProviderSettings) -> Provider {
    let guard = Guard::new([Url::parse(&settings.issuer).expect("an issuer is a URL")]);
    Provider { settings, reach: Arc::new(GuardedClient::new(guard, "Cordboard/test").expect("a client")) }
}

impl TestApp {
    /// A conversation in which the fake plugin is active.
    pub async fn conversation(&self) -> ConversationId {
        let id = self.quiet_conversation().await;
        let plugin = self.registered().await;
        self.store.activate(id, plugin.id, usize::MAX).await.expect("activation is stored");
        id
    }

    /// The fake plugin as its developer, the owner, registered it.
    pub async fn registered(&self) -> Plugin {
        let owner = self.account(self.owner).await;
        let developer = Developer::of(&owner).expect("the owner may register");
        self.catalogue.register(developer, self.plugin.origin()).await.expect("the fake plugin installs").plugin
    }

    /// A person's account.
    pub async fn account(&self, user: UserId) -> Account {
        self.store.get_account(user).await.expect("the account is there")
    }

    /// One more person.
    pub async fn person(&self, login: &str, role: Role) -> Account {
        let account = NewAccount {
            id: UserId::generate(&*self.clock, &*self.app.entropy),
            login: login.parse().expect("a login"),
            name: login.to_owned(),
            role,
            password: None,
            created_at: self.clock.now(),
        };
        self.store.create_account(&account, None).await.expect("the login is free");
        self.account(account.id).await
    }

    /// A conversation without plugins.
    pub async fn quiet_conversation(&self) -> ConversationId {
        let now = self.clock.now();
        let id = ConversationId::generate(&*self.clock, &*self.app.entropy);
        let model = ModelId("scripted".to_owned());
        let user = self.owner;
        let conversation = Conversation::empty(id, user, model, now);
        self.store.create_conversation(&conversation).await.expect("a conversation is stored");
        id
    }

    /// Says something and waits until the turn is over or waits for a person.
    pub async fn say(&self, conversation: ConversationId, message: &str) -> Turn {
        let turn = self.engine.submit(conversation, self.owner, message).await.expect("the message is taken");
        self.settled(conversation, turn).await
    }

    /// The turn once nothing works on it any more.
    pub async fn settled(&self, conversation: ConversationId, turn: TurnId) -> Turn {
        self.engine.finish().await;
        let turns = turns_from(&self.events(conversation).await).expect("the history adds up");
        turns.into_iter().find(|each| each.id == turn).expect("the turn is stored")
    }

    /// Everything that happened in a conversation.
    pub async fn events(&self, conversation: ConversationId) -> Vec<RecordedEvent> {
        self.store.conversation_events(conversation, 0).await.expect("events can be read")
    }

    /// The path of an invitation for somebody new, or for an account that is there.
    pub async fn invitation(&self, role: Role, account: Option<UserId>) -> String {
        let invitee = Invitee { role, account, invited_by: None, note: String::new() };
        let link = invitation_link(&*self.store, &*self.clock, &*self.app.entropy, invitee).await;
        link.expect("an invitation is stored")
    }

    /// Serves the pages to the owner.
    pub async fn open(&self) -> TestPage {
        self.open_as(self.owner).await
    }

    /// Serves the pages to a person.
    #[expect(clippy::disallowed_methods, reason = "the page owns the task and ends it")]
    pub async fn open_as(&self, user: UserId) -> TestPage {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("a bound address").port());
        let service = router(self.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(axum::serve(listener, service).into_future()).abort_handle();
        let link = sign_in_link(&*self.store, &*self.clock, &*self.app.entropy, user).await.expect("a link");
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        TestPage { base, client, server, link, cookie: None }
    }
}

/// A person's HTTP client.
pub struct TestPage {
    pub base: String,
    pub client: reqwest::Client,
    server: AbortHandle,
    /// The path of the one-time sign-in link.
    pub link: String,
    pub cookie: Option<String>,
}

impl Drop for TestPage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl TestPage {
    /// Uses the sign-in link.
    pub async fn sign_in(&mut self) {
        let answer = self.get(&self.link.clone()).await;
        self.keep_cookie(&answer);
        assert!(self.cookie.is_some(), "the link signs in");
    }

    /// Keeps and drops the cookies that an answer sets, as a browser does.
    pub fn keep_cookie(&mut self, answer: &reqwest::Response) {
        for set in answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let (pair, attributes) = set.split_once(';').unwrap_or((set, ""));
            let prefix = &pair[..=pair.find('=').expect("a cookie has a name")];
            let known = self.cookie.iter().flat_map(|known| known.split("; ")).filter(|each| !each.starts_with(prefix));
            let kept = (!attributes.contains("Max-Age=0")).then_some(pair);
            let cookies: Vec<&str> = known.chain(kept).collect();
            self.cookie = (!cookies.is_empty()).then(|| cookies.join("; "));
        }
    }

    /// Fetches a page.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.send(self.client.get(format!("{}{path}", self.base))).await
    }

    /// The text of a page, with slashes as people write them (templates escape them).
    pub async fn html(&self, path: &str) -> String {
        let text = self.get(path).await.text().await.expect("the page is text");
        text.replace("&#x2f;", "/")
    }

    /// Sends a form from one of our own pages.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> reqwest::Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("origin", &self.base)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        self.send(request).await
    }

    /// Sends a request with the session's cookie.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Response {
        let request = match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        };
        request.send().await.expect("the server answers")
    }
}
