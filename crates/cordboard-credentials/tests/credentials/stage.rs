//! Two people, two plugins at one stub, and a keeper.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use cordboard_credentials::{AuthorizedDispatch, Keeper, KeeperPorts, Keyring, Sealer};
use cordboard_domain::account::{NewAccount, Role};
use cordboard_domain::call::{CallContext, CallFailure, Method, PlannedCall, RawResponse};
use cordboard_domain::connection::{ClientAuth, Wanted};
use cordboard_domain::conversation::Conversation;
use cordboard_domain::credential::{Attach, Giver, OAuthServer, OF_MANIFEST, Scheme, SchemeKind, Slot, TokenEncoding};
use cordboard_domain::id::{CallId, ConversationId, ModelId, PluginId, UserId};
use cordboard_domain::plugin::{
    DocumentSource, Facts, Plugin, PluginDocuments, PluginVersion, Standing, VersionDigest,
};
use cordboard_domain::ports::{
    Accounts as _, Callback, ClientRegistration, Connected, Conversations as _, CredentialError, Credentials as _,
    Dispatch as _, PluginShelf as _,
};
use cordboard_domain::secret::TokenDigest;
use cordboard_domain::time::{Clock, Entropy, SignedDuration, Timestamp};
use cordboard_net::guard::Guard;
use cordboard_net::{Dispatcher, GuardedClient, HostHeaders};
use cordboard_store::Store;
use serde_json::json;
use url::Url;

use crate::stub::Stub;

#[derive(Default)]
pub(crate) struct Hand(AtomicI64);

impl Hand {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Every value another one.
#[derive(Default)]
pub(crate) struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let value = self.0.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
            chunk.copy_from_slice(&value[..chunk.len()]);
        }
    }
}

pub(crate) const REDIRECT: &str = "http://localhost:8010/connect/p/callback";

/// One server's view; several may share a store, a clock and a stub.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) stub: Stub,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) keeper: Keeper,
    pub(crate) sealer: Sealer,
    pub(crate) ada: UserId,
    pub(crate) bob: UserId,
    pub(crate) plugin: PluginId,
    pub(crate) other: PluginId,
    pub(crate) conversation: ConversationId,
    dispatch: AuthorizedDispatch,
}

pub(crate) fn version() -> VersionDigest {
    VersionDigest::from_stored("v1".to_owned())
}

pub(crate) fn session() -> TokenDigest {
    TokenDigest::of("ada's session")
}

pub(crate) fn keys() -> String {
    format!("k1 {}\n", "11".repeat(32))
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::over(Store::in_memory().await.unwrap(), Keyring::parse("test", &keys()).unwrap()).await
    }

    pub(crate) async fn over(store: Store, keyring: Keyring) -> Self {
        Self::before(Stub::start().await, store, keyring).await
    }

    /// The plugins live at this server.
    pub(crate) async fn before(stub: Stub, store: Store, keyring: Keyring) -> Self {
        let client = client(&[&stub.origin]);
        Self::with_client(stub, store, keyring, client).await
    }

    /// The same, and everything is fetched by this client.
    pub(crate) async fn with_client(stub: Stub, store: Store, keyring: Keyring, client: GuardedClient) -> Self {
        let (store, clock, entropy) = (Arc::new(store), Arc::new(Hand::default()), Arc::new(Counting::default()));
        let (ada, bob) = (person(&store, "ada", &*clock).await, person(&store, "bob", &*clock).await);
        let mut plugins = Vec::new();
        for name in ["one", "two"] {
            plugins.push(plugin(&store, ada, name, &stub.origin, &*clock, &*entropy).await);
        }
        let id = ConversationId::generate(&*clock, &*entropy);
        let conversation = Conversation::empty(id, ada, ModelId("m".to_owned()), clock.now());
        store.create_conversation(&conversation).await.unwrap();
        let (keeper, sealer, dispatch) = server(client, &store, &clock, Arc::new(keyring));
        Self {
            stub,
            store,
            clock,
            keeper,
            sealer,
            ada,
            bob,
            plugin: plugins[0],
            other: plugins[1],
            conversation: conversation.id,
            dispatch,
        }
    }

    /// Another server on the same database.
    pub(crate) fn replica(&self, keyring: Keyring) -> Self {
        let (keeper, sealer, dispatch) =
            server(client(&[&self.stub.origin]), &self.store, &self.clock, Arc::new(keyring));
        Self { keeper, sealer, dispatch, ..self.clone() }
    }

    pub(crate) fn oauth(&self) -> OAuthServer {
        OAuthServer {
            authorization_url: format!("{}/authorize", self.stub.origin),
            token_url: format!("{}/token", self.stub.origin),
            revocation_url: None,
            issuer: None,
            always_names_issuer: false,
            scopes: vec!["todos".to_owned()],
            encoding: TokenEncoding::Json,
        }
    }

    pub(crate) fn wanted(&self, kind: SchemeKind) -> Wanted {
        let (scheme, origins) = (Scheme { name: OF_MANIFEST.to_owned(), kind }, vec![self.stub.origin.clone()]);
        let conversation = Some(self.conversation);
        let home = Url::parse(&self.stub.origin).ok();
        Wanted { conversation, ..Wanted::new(self.ada, self.plugin, version(), scheme, origins, home) }
    }

    pub(crate) async fn register_client(&self, kind: SchemeKind, accepts_no_state: bool) {
        let registration = ClientRegistration {
            client_id: "cordboard".to_owned(),
            client_secret: Some("client-secret-canary".to_owned()),
            auth: ClientAuth::Post,
            accepts_no_state,
        };
        self.keeper.register_client(&self.wanted(kind), registration).await.unwrap();
    }

    /// The departure of Ada's sign-in.
    pub(crate) async fn depart(&self) -> Url {
        let wanted = self.wanted(SchemeKind::OAuth(self.oauth()));
        self.keeper.begin_authorization(&wanted, &session(), REDIRECT).await.unwrap()
    }

    pub(crate) async fn state(&self) -> String {
        parameter(&self.depart().await, "state")
    }

    pub(crate) async fn arrive(&self, callback: Callback) -> Result<Connected, CredentialError> {
        self.keeper.complete_authorization(self.ada, &session(), self.plugin, &version(), callback).await
    }

    /// Ada's connection, good for so many seconds.
    pub(crate) async fn connected(&self, seconds: i64) -> Connected {
        self.register_client(SchemeKind::OAuth(self.oauth()), false).await;
        self.stub.answer("/token", 200, "application/json", tokens("access-canary-1", "refresh-canary-1", seconds));
        let state = self.state().await;
        self.arrive(good(&state)).await.unwrap()
    }

    /// A read of the plugin's `/todos`.
    pub(crate) fn call(&self, credentials: Vec<Vec<Slot>>) -> PlannedCall {
        PlannedCall {
            plugin: self.plugin,
            version: version(),
            operation: "getTodos".to_owned(),
            method: Method::Get,
            url: format!("{}/todos", self.stub.origin),
            headers: Vec::new(),
            body: None,
            may_override_method: false,
            credentials,
            home: Url::parse(&self.stub.origin).ok(),
        }
    }

    pub(crate) fn bearer() -> Vec<Vec<Slot>> {
        let (scheme, giver) = (OF_MANIFEST.to_owned(), Giver::Either);
        vec![vec![Slot { scheme, attach: Attach::Bearer, scopes: Vec::new(), giver }]]
    }

    pub(crate) async fn send(&self, call: &PlannedCall) -> Result<RawResponse, CallFailure> {
        let context = CallContext {
            call: CallId::generate(&*self.clock, &Counting::default()),
            conversation: self.conversation,
            user: self.ada,
            subdivision: None,
        };
        self.dispatch.dispatch(call, &context).await
    }
}

/// A client that may also reach these origins.
pub(crate) fn client(origins: &[&str]) -> GuardedClient {
    let origins = origins.iter().map(|origin| Url::parse(origin).unwrap());
    GuardedClient::new(Guard::new(origins), "Cordboard/test").unwrap()
}

fn server(
    client: GuardedClient,
    store: &Arc<Store>,
    clock: &Arc<Hand>,
    keyring: Arc<Keyring>,
) -> (Keeper, Sealer, AuthorizedDispatch) {
    let entropy = Arc::new(Counting(AtomicU64::new(1 << 40)));
    let sealer = Sealer::new(keyring, entropy.clone());
    let ports = KeeperPorts { vault: store.clone(), clock: clock.clone(), entropy, client: client.clone() };
    let keeper = Keeper::new(ports, sealer.clone());
    let headers = HostHeaders::new(vec![7; 32]);
    let inner = Dispatcher::new(client, headers, clock.clone(), Duration::from_secs(30));
    let dispatch = AuthorizedDispatch::new(keeper.clone(), Arc::new(inner));
    (keeper, sealer, dispatch)
}

async fn person(store: &Store, login: &str, clock: &dyn Clock) -> UserId {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let id = UserId::generate(clock, &Counting(AtomicU64::new(NUMBER.fetch_add(1, Ordering::SeqCst) << 20)));
    let account = NewAccount {
        id,
        login: login.parse().unwrap(),
        name: login.to_owned(),
        role: Role::Developer,
        password: None,
        created_at: clock.now(),
    };
    store.create_account(&account, None).await.unwrap();
    id
}

async fn plugin(
    store: &Store,
    developer: UserId,
    name: &str,
    origin: &str,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> PluginId {
    let id = PluginId::generate(clock, entropy);
    let facts = Facts { name_for_human: name.to_owned(), hosts: vec![origin.to_owned()], ..Facts::default() };
    let plugin = Plugin {
        id,
        developer,
        origin: format!("{origin}/{name}"),
        facts: facts.clone(),
        standing: Standing::Unverified,
        category: None,
        current: version(),
        approved: None,
        verification_token: "t".to_owned(),
        verified_at: None,
        verified_origins: Vec::new(),
        cosmetic_changes_pass: false,
        created_at: clock.now(),
    };
    let documents = PluginDocuments {
        source: DocumentSource::Fetched,
        manifest_url: String::new(),
        manifest_text: String::new(),
        spec_url: String::new(),
        spec_text: String::new(),
        others: Vec::new(),
    };
    let version = PluginVersion { plugin: id, digest: version(), facts, documents, fetched_at: clock.now() };
    store.register(&plugin, &version).await.unwrap();
    id
}

/// What a token server answers when all is well.
pub(crate) fn tokens(access: &str, refresh: &str, seconds: i64) -> String {
    json!({"access_token": access, "token_type": "bearer", "refresh_token": refresh, "expires_in": seconds}).to_string()
}

pub(crate) fn good(state: &str) -> Callback {
    Callback { code: Some("code-canary-1".to_owned()), state: Some(state.to_owned()), ..Callback::default() }
}

pub(crate) fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Seconds as a duration.
pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}
